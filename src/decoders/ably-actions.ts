/**
 * The names of Ably's messages, by the number in `action`. Apart from what reads them: the panel loads frames' payloads
 * without the protocols. Source: Ably, "Realtime client library specification" (ProtocolMessage).
 */
export const ABLY_ACTIONS = [
  'HEARTBEAT',
  'ACK',
  'NACK',
  'CONNECT',
  'CONNECTED',
  'DISCONNECT',
  'DISCONNECTED',
  'CLOSE',
  'CLOSED',
  'ERROR',
  'ATTACH',
  'ATTACHED',
  'DETACH',
  'DETACHED',
  'PRESENCE',
  'MESSAGE',
  'SYNC',
  'AUTH',
  'ACTIVATE',
  'OBJECT',
  'OBJECT_SYNC',
  'ANNOTATION',
] as const;
