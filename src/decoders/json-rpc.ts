/** JSON-RPC 2.0. It has no heartbeat. Source: jsonrpc.org, "JSON-RPC 2.0 Specification". */
import { arrayOf, type Frame, idOf, isObject, objectOf } from './frame.ts';
import { type FrameReading, NO_HEARTBEAT, type Protocol } from './protocol.ts';
import { MESSAGE } from './readings.ts';

const MAX_BATCH = 64;

function messagesOf(frame: Frame): readonly Readonly<Record<string, unknown>>[] {
  const object = objectOf(frame);
  return object ? [object] : (arrayOf(frame)?.slice(0, MAX_BATCH).filter(isObject) ?? []);
}

function read(frame: Frame): FrameReading {
  const messages = messagesOf(frame);
  const [first] = messages;
  if (first?.jsonrpc !== '2.0') return MESSAGE;
  const idsOf = (isAsking: boolean) =>
    messages.filter(({ method }) => (typeof method === 'string') === isAsking).flatMap(({ id }) => idOf(id) ?? []);
  const [asks, answers] = [idsOf(true), idsOf(false)];
  const label = typeof first.method === 'string' ? first.method.slice(0, 64) : 'response';
  return { kind: 'message', label, ...(asks.length > 0 && { asks }), ...(answers.length > 0 && { answers }) };
}

export const jsonRpc: Protocol = {
  id: 'json-rpc',
  name: 'JSON-RPC 2.0',
  isDevServer: false,
  isFirst: (frame) => messagesOf(frame)[0]?.jsonrpc === '2.0',
  heartbeat: NO_HEARTBEAT,
  read,
  closeCodes: [],
};
