/**
 * Phoenix channels, serializers 1 (objects) and 2 (arrays); Supabase Realtime speaks it too. The page beats, the server
 * replies. Sources: phoenixframework/phoenix, assets/js/phoenix/{socket,serializer}.js and guides/channels.
 */
import { arrayOf, type Frame, idOf, isObject, objectOf, textIn } from './frame.ts';
import type { FrameReading, Protocol } from './protocol.ts';
import { answering, asking, MESSAGE, reading } from './readings.ts';

interface Message {
  readonly ref: unknown;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** `[join_ref, ref, topic, event, payload]`, or the same as an object; null for anything else. */
function messageOf(frame: Frame): Message | null {
  const array = arrayOf(frame);
  const object = objectOf(frame);
  const [, ref, topic, event, payload] = array?.length === 5 ? array : [];
  if (typeof topic === 'string' && typeof event === 'string') return { ref, topic, event, payload };
  if (typeof object?.topic !== 'string' || typeof object.event !== 'string') return null;
  return { ref: object.ref, topic: object.topic, event: object.event, payload: object.payload };
}

const BEAT = reading('beat', 'heartbeat');
const BEAT_REPLY = reading('beatAnswer', 'phx_reply to heartbeat');
/** Events of the protocol itself. */
const CONTROL: ReadonlySet<string> = new Set(['phx_join', 'phx_leave', 'phx_close', 'phx_error', 'access_token']);

function read(frame: Frame): FrameReading {
  const message = messageOf(frame);
  if (!message) return MESSAGE;
  const { topic, event, payload } = message;
  const ref = idOf(message.ref);
  if (topic === 'phoenix') {
    if (event === 'heartbeat') return BEAT;
    if (event === 'phx_reply') return BEAT_REPLY;
  }
  if (event === 'phx_reply') return answering(replyOf(payload), ref);
  const base = reading(CONTROL.has(event) ? 'control' : 'message', event.slice(0, 64));
  return frame.isOut ? asking(base, ref) : base;
}

/** A reply that carries something is news to the application; a bare `ok` is not. */
function replyOf(payload: unknown): FrameReading {
  const { status, response } = isObject(payload) ? payload : {};
  const isBare = !isObject(response) || Object.keys(response).length === 0;
  return reading(isBare ? 'control' : 'message', `phx_reply ${textIn(status)?.slice(0, 20) ?? ''}`.trim());
}

export const phoenix: Protocol = {
  id: 'phoenix',
  name: 'Phoenix channels',
  isDevServer: false,
  url: /\/websocket\?(?:[^#]*&)?vsn=[12]\.\d/,
  isFirst: (frame) => {
    const message = messageOf(frame);
    return message !== null && (message.event === 'phx_join' || message.topic === 'phoenix');
  },
  heartbeat: { by: 'page', isAnswered: true, onlyWhenIdle: false, usualPeriodMs: 30_000 },
  read,
  closeCodes: [
    {
      from: 1000,
      to: 1000,
      name: 'Normal closure',
      meaning: 'closeIn_phoenix_1000',
      sentBy: 'closeSentBy_eitherSide',
      comeBack: 'yes',
    },
  ],
};
