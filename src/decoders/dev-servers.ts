/**
 * Hot module replacement of dev servers: sockets that are the tool's, not the application's. Sources: vite,
 * packages/vite/src/{client,shared,types}; webpack-dev-server 3 to 5, client-src; next.js, packages/next/src/client/dev
 * and src/server/dev/hot-reloader-types.ts.
 */
import { type Frame, objectOf, textIn } from './frame.ts';
import type { FrameReading, Protocol } from './protocol.ts';
import { NO_HEARTBEAT } from './protocol.ts';
import { MESSAGE, reading } from './readings.ts';
import { readSockJs, SOCKJS_CLOSE_CODES } from './sockjs.ts';

const PING = reading('beat', 'ping');
const PONG = reading('beatAnswer', 'pong');
const CONNECTED = reading('greeting', 'connected');

function labelled(frame: Frame, word: unknown): FrameReading {
  if (word === 'ping') return PING;
  if (word === 'pong') return PONG;
  if (!frame.isOut && (word === 'connected' || word === 'isrManifest')) return CONNECTED;
  return typeof word === 'string' ? reading('message', word.slice(0, 64)) : MESSAGE;
}

export const viteHmr: Protocol = {
  id: 'vite-hmr',
  name: 'Vite hot module replacement',
  isDevServer: true,
  subprotocol: /^vite-(?:hmr|ping)$/,
  heartbeat: { by: 'page', isAnswered: false, onlyWhenIdle: false, usualPeriodMs: 30_000 },
  read: (frame) => labelled(frame, objectOf(frame)?.type),
  closeCodes: [],
};

/** The first messages of webpack-dev-server 4 and 5, of which all have a `type` and none but `data` beside it. */
const WEBPACK_FIRST: ReadonlySet<string> = new Set(['hot', 'liveReload', 'overlay', 'hash', 'still-ok', 'reconnect']);

function isWebpackFirst(frame: Frame): boolean {
  const message = objectOf(frame);
  if (frame.isOut || !message || !WEBPACK_FIRST.has(textIn(message.type) ?? '')) return false;
  return Object.keys(message).every((key) => key === 'type' || key === 'data' || key === 'params');
}

export const webpackHmr: Protocol = {
  id: 'webpack-hmr',
  name: 'webpack dev server',
  isDevServer: true,
  isFirst: isWebpackFirst,
  heartbeat: NO_HEARTBEAT,
  read: (frame) => labelled(frame, objectOf(frame)?.type),
  closeCodes: [],
};

/** Version 3, and later ones where it is chosen, speak SockJS. */
export const webpackSockJs: Protocol = {
  id: 'webpack-hmr-sockjs',
  name: 'webpack dev server (SockJS)',
  isDevServer: true,
  url: /\/sockjs-node(?:[/?#]|$)/,
  heartbeat: { by: 'server', isAnswered: false, onlyWhenIdle: false, usualPeriodMs: 25_000 },
  read: readSockJs,
  closeCodes: SOCKJS_CLOSE_CODES,
};

export const nextHmr: Protocol = {
  id: 'next-hmr',
  name: 'Next.js dev server',
  isDevServer: true,
  url: /\/_next\/(?:webpack-hmr|hmr)(?:[?#]|$)/,
  heartbeat: { by: 'page', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: 2_500 },
  read: (frame) => {
    const { event, action, type } = objectOf(frame) ?? {};
    return labelled(frame, event ?? action ?? type);
  },
  closeCodes: [],
};
