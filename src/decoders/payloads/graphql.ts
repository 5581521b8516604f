/**
 * GraphQL over WebSocket: `graphql-transport-ws` as graphql-ws's own check takes it, and the older `graphql-ws` of
 * subscriptions-transport-ws. Sources: enisdenjo/graphql-ws PROTOCOL.md; apollographql/subscriptions-transport-ws PROTOCOL.md.
 */
import { validateMessage } from 'graphql-ws';
import { findJson } from './json.ts';
import { member, type Problem, stringOf } from './node.ts';
import { type Decode, quote, say } from './payload.ts';

/** The operation's kind and name, as its text begins. */
const OPERATION = /^\s*(query|mutation|subscription)\b\s*(\w*)/;

export const graphql: Decode = ({ content, isCut, protocolId }) => {
  if (typeof content !== 'string') return null;
  const found = findJson(content, isCut);
  const type = stringOf(member(found?.root, 'type'));
  if (!found || type === null) return null;
  const { root } = found;
  const payload = member(root, 'payload');
  const [, kind, name] = OPERATION.exec((stringOf(member(payload, 'query')) ?? '').slice(0, 500)) ?? [];
  const operation = stringOf(member(payload, 'operationName')) ?? name;
  const id = stringOf(member(root, 'id'));
  const problem: Problem | null =
    found.problem ?? (protocolId === 'graphql-transport-ws' && !isValid(content) ? 'refused' : null);
  return { root, said: say(type, kind, operation && quote(operation), id && `#${id}`), upon: ['JSON'], problem };
};

function isValid(content: string): boolean {
  try {
    validateMessage(JSON.parse(content));
    return true;
  } catch {
    return false;
  }
}
