/**
 * SockJS over WebSocket, and STOMP's heartbeats within it (Spring). The server alone beats. Source: the SockJS protocol,
 * version 0.3.3, and sockjs-node.
 */
import { type Frame, parseJson } from './frame.ts';
import type { CloseCodes, FrameReading, Protocol } from './protocol.ts';
import { farewell, MESSAGE, reading } from './readings.ts';

const OPEN = reading('greeting', 'open');
const BEAT = reading('beat', 'heartbeat');
const INNER_BEAT = reading('beat', 'heartbeat of what is inside');

export function readSockJs({ content, isOut }: Frame): FrameReading {
  if (typeof content !== 'string') return MESSAGE;
  if (content === '["\\n"]' || content === 'a["\\n"]') return INNER_BEAT;
  if (isOut) return MESSAGE;
  if (content === 'o') return OPEN;
  if (content === 'h') return BEAT;
  if (!content.startsWith('c[')) return MESSAGE;
  const reasons = parseJson(content.slice(1));
  return farewell('close', ...(Array.isArray(reasons) ? reasons.slice(0, 2) : []));
}

/** In its own close frame, `c[code,"reason"]`: the WebSocket's code after it is another. */
export const SOCKJS_CLOSE_CODES: readonly CloseCodes[] = [
  {
    from: 2010,
    to: 2010,
    name: 'Another connection still open',
    meaning: 'closeIn_sockjs_2010',
    sentBy: 'closeSentBy_server',
    comeBack: 'yes',
  },
  {
    from: 3000,
    to: 3000,
    name: 'Go away!',
    meaning: 'closeIn_sockjs_3000',
    sentBy: 'closeSentBy_server',
    comeBack: 'afterChange',
  },
];

export const sockJs: Protocol = {
  id: 'sockjs',
  name: 'SockJS',
  isDevServer: false,
  // Those of a dev server have a protocol of their own.
  url: /^(?!.*\/sockjs-node\/).*\/\d{3}\/[\w-]{4,}\/websocket(?:[?#]|$)/,
  isFirst: ({ content, isOut }) => !isOut && content === 'o',
  heartbeat: { by: 'server', isAnswered: false, onlyWhenIdle: false, usualPeriodMs: 25_000 },
  read: readSockJs,
  closeCodes: SOCKJS_CLOSE_CODES,
};
