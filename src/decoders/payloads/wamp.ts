/**
 * WAMP 2 in JSON, MessagePack or CBOR, by what the subprotocol says: numbers become names, places fields. Source:
 * wamp-proto.org, "Message Definitions".
 */
import { readCbor } from './cbor.ts';
import { readJson } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import { integerOf, isContainer, object, type Reading, stringOf, text, type ValueNode } from './node.ts';
import { type Decode, quote, say } from './payload.ts';

/** By number: its name, then its places. */
const MESSAGES: Readonly<Record<number, readonly [name: string, ...places: string[]]>> = {
  1: ['HELLO', 'realm', 'details'],
  2: ['WELCOME', 'session', 'details'],
  3: ['ABORT', 'details', 'reason'],
  4: ['CHALLENGE', 'method', 'extra'],
  5: ['AUTHENTICATE', 'signature', 'extra'],
  6: ['GOODBYE', 'details', 'reason'],
  8: ['ERROR', 'requestType', 'request', 'details', 'error', 'arguments', 'argumentsKw'],
  16: ['PUBLISH', 'request', 'options', 'topic', 'arguments', 'argumentsKw'],
  17: ['PUBLISHED', 'request', 'publication'],
  32: ['SUBSCRIBE', 'request', 'options', 'topic'],
  33: ['SUBSCRIBED', 'request', 'subscription'],
  34: ['UNSUBSCRIBE', 'request', 'subscription'],
  35: ['UNSUBSCRIBED', 'request'],
  36: ['EVENT', 'subscription', 'publication', 'details', 'arguments', 'argumentsKw'],
  48: ['CALL', 'request', 'options', 'procedure', 'arguments', 'argumentsKw'],
  49: ['CANCEL', 'request', 'options'],
  50: ['RESULT', 'request', 'details', 'arguments', 'argumentsKw'],
  64: ['REGISTER', 'request', 'options', 'procedure'],
  65: ['REGISTERED', 'request', 'registration'],
  66: ['UNREGISTER', 'request', 'registration'],
  67: ['UNREGISTERED', 'request'],
  68: ['INVOCATION', 'request', 'registration', 'details', 'arguments', 'argumentsKw'],
  69: ['INTERRUPT', 'request', 'options'],
  70: ['YIELD', 'request', 'options', 'arguments', 'argumentsKw'],
};

/** What of it names what it is about. */
const SUBJECTS = ['topic', 'procedure', 'realm', 'reason', 'error'] as const;

export const wamp: Decode = ({ content, isCut, opening }) => {
  const isCbor = (opening.protocol ?? '').includes('cbor');
  const reading: Reading =
    typeof content === 'string' ? readJson(content, { isCut }) : isCbor ? readCbor(content) : readMessagePack(content);
  const { root, problem } = reading;
  if (root?.kind !== 'array' || !isContainer(root)) return null;
  const [type, ...rest] = root.items;
  const known = MESSAGES[integerOf(type) ?? -1];
  if (!known) return null;
  const [name, ...places] = known;
  const named = object([
    ['message', text(name, type?.from, type?.to)],
    ...rest.map((item, i): [string, ValueNode] => [places[i] ?? String(i + 1), item]),
  ]);
  const field = (key: string) => named.items[named.keys.indexOf(key)];
  const subject = SUBJECTS.map((key) => stringOf(field(key))).find((word) => word !== null);
  const request = integerOf(field('request'));
  return {
    root: { ...named, from: root.from, to: root.to, isCut: root.isCut },
    said: say(name, subject && quote(subject), request !== null && `#${request}`),
    upon: [typeof content === 'string' ? 'JSON' : isCbor ? 'CBOR' : 'MessagePack'],
    problem,
  };
};
