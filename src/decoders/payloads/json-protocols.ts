/**
 * Protocols whose messages are JSON objects that name themselves: what they are is said, what is in them is shown as it is.
 * Ably's are MessagePack, too. Sources: pusher.com/docs (Pusher Channels protocol), ably.com/docs (Realtime client library
 * protocol), guides.rubyonrails.org and actioncable's own client, jsonrpc.org/specification.
 */
import { ABLY_ACTIONS } from '../ably-actions.ts';
import { findJson } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import { integerOf, isContainer, member, stringOf, type ValueNode } from './node.ts';
import { type Decode, quote, say } from './payload.ts';

/** Objects of a JSON text, of which `name` says what they are; null: nothing that it knows. */
function named(name: (message: ValueNode, isOut: boolean) => string | null): Decode {
  return ({ content, isCut, isOut }) => {
    const found = typeof content === 'string' ? findJson(content, isCut) : null;
    if (found?.prefix !== '') return null;
    const first = found.root.kind === 'array' ? found.root.items[0] : found.root;
    const said = first ? name(first, isOut) : null;
    return said === null ? null : { root: found.root, said, upon: ['JSON'], problem: found.problem };
  };
}

export const pusher = named((message) => {
  const event = stringOf(member(message, 'event'));
  const channel = stringOf(member(message, 'channel')) ?? stringOf(member(member(message, 'data'), 'channel'));
  return event === null ? null : say(event, channel && quote(channel));
});

export const actionCable = named((message) => {
  const word = stringOf(member(message, 'type')) ?? stringOf(member(message, 'command'));
  const identifier = stringOf(member(message, 'identifier'));
  if (word === null && identifier === null) return null;
  const channel = identifier === null ? null : stringOf(member(findJson(identifier)?.root, 'channel'));
  return say(word ?? 'message', channel && quote(channel));
});

export const jsonRpc = named((message) => {
  if (!isContainer(message) || member(message, 'jsonrpc') === null) return null;
  const method = stringOf(member(message, 'method'));
  const id = member(message, 'id');
  const isAnswer = method === null;
  const kind = isAnswer ? (member(message, 'error') ? 'error' : 'result') : id ? 'request' : 'notification';
  return say(kind, method && quote(method), id !== null && 'text' in id && `#${id.text}`);
});

function ablyName(message: ValueNode): string | null {
  const action = integerOf(member(message, 'action'));
  const name = action === null ? undefined : ABLY_ACTIONS[action];
  const channel = stringOf(member(message, 'channel'));
  return name === undefined ? null : say(name, channel && quote(channel));
}

const ablyText = named(ablyName);

export const ably: Decode = (payload) => {
  const { content } = payload;
  if (typeof content === 'string') return ablyText(payload);
  const { root, problem } = readMessagePack(content);
  const said = root && ablyName(root);
  return said ? { root, said, upon: ['MessagePack'], problem } : null;
};
