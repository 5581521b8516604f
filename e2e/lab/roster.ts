/**
 * The lab's roster: every client on the page, with the words on its card and the path of its server.
 * Pure data, read by the page and by Node alike; `clients/table.ts` and `servers/table.ts` must each have one entry for
 * every id here, which the compiler checks.
 */

export interface RosterRow {
  readonly id: string;
  /** Heading of the card. */
  readonly name: string;
  /** The npm package whose version the card shows; null for the browser's own class and for the lab's own clients. */
  readonly npmPackage: string | null;
  /** What the client is and what it does when its connection drops, in one or two short sentences. */
  readonly about: string;
  /** Path of its WebSocket endpoint on the lab's origin. */
  readonly path: string;
  /** How often the page lets it send a message of its own accord, while it is open. */
  readonly pulseMs: number;
}

export const roster = [
  {
    id: 'plain',
    name: 'WebSocket, text',
    npmPackage: null,
    about: 'The browser’s own class with JSON ticks and echoes. Once closed it stays closed.',
    path: '/ws/plain',
    pulseMs: 3000,
  },
  {
    id: 'binary',
    name: 'WebSocket, binary',
    npmPackage: null,
    about: 'Sends and receives ArrayBuffer and Blob by turns. Once closed it stays closed.',
    path: '/ws/binary',
    pulseMs: 3000,
  },
  {
    id: 'reconnecting',
    name: 'reconnecting-websocket',
    npmPackage: 'reconnecting-websocket',
    about: 'Notifications. Reconnects after 0.5 s, ×1.3, at most 5 s, for as long as it takes.',
    path: '/ws/reconnecting',
    pulseMs: 4000,
  },
  {
    id: 'partysocket',
    name: 'PartySocket',
    npmPackage: 'partysocket',
    about: 'Shared cursors through partysocket/ws. Reconnects after 0.6 s, ×1.3, at most 5 s.',
    path: '/ws/partysocket',
    pulseMs: 2000,
  },
  {
    id: 'socketio',
    name: 'Socket.IO',
    npmPackage: 'socket.io-client',
    about: 'A chat with acknowledgements. The server pings every 5 s; reconnects after about 0.5 s.',
    path: '/ws/socketio/',
    pulseMs: 3000,
  },
  {
    id: 'graphql',
    name: 'graphql-ws',
    npmPackage: 'graphql-ws',
    about: 'A subscription and queries. Pings every 10 s; retries unless the close code is fatal.',
    path: '/ws/graphql',
    pulseMs: 5000,
  },
  {
    id: 'mqtt',
    name: 'MQTT.js',
    npmPackage: 'mqtt',
    about: 'Publishes to and subscribes at an Aedes broker. Keep-alive 10 s, reconnects after 1 s.',
    path: '/ws/mqtt',
    pulseMs: 3000,
  },
  {
    id: 'backoff',
    name: 'Backoff and heartbeat',
    npmPackage: null,
    about: 'Own client: retries after 1 s, ×1.5, at most 30 s, and gives up after 5. Heartbeat every 15 s.',
    path: '/ws/backoff',
    pulseMs: 4000,
  },
  {
    id: 'queueing',
    name: 'Queue, token, channels',
    npmPackage: null,
    about: 'Own client: retries ×2 with a fresh token, joins its channels again, then flushes what waited.',
    path: '/ws/queueing',
    pulseMs: 2500,
  },
  {
    id: 'fixed',
    name: 'Fixed delay',
    npmPackage: null,
    about: 'Own client: tries again every second, for ever. Messages are {type, data, timestamp}.',
    path: '/ws/fixed',
    pulseMs: 4000,
  },
  {
    id: 'chat',
    name: 'Chat that tidies up',
    npmPackage: null,
    about: 'Own client: heartbeat every 25 s; clears timers and listeners at each close, rejoins with jitter.',
    path: '/ws/chat',
    pulseMs: 5000,
  },
] as const satisfies readonly RosterRow[];

/** Endpoints without a card: tests and test pages use them. */
export const bareEndpoints = [
  { id: 'echo', path: '/echo' },
  { id: 'numbered', path: '/numbered' },
] as const;

export type ClientId = (typeof roster)[number]['id'];
export type EndpointId = ClientId | (typeof bareEndpoints)[number]['id'];

const clientIds: readonly ClientId[] = roster.map((row) => row.id);

/** True for the id of a client on the page. */
export function isClientId(value: string): value is ClientId {
  return clientIds.some((id) => id === value);
}
