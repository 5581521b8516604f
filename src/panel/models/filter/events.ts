/** What a frame is called in its protocol, and whether it is a heartbeat. Pure. */
import { type Frame, objectOf } from '../../../decoders/frame.ts';
import { homeMade } from '../../../decoders/home-made.ts';
import type { Protocol } from '../../../decoders/protocol.ts';

/** Where applications write what a message is. */
const NAMING_KEYS = ['type', 'event', 'op', 'action', 'cmd', 'command', 'method', 'target', 'kind', 't'] as const;
const MAX_NAME_CHARS = 128;
/** `42["order",{…}]`, with a namespace and an id if need be. */
const SOCKET_IO_EVENT = /^4[25](?:\d+-)?(?:\/[^,[{]*,)?\d*\["((?:[^"\\]|\\.){1,128})"/;

/** The protocol's word and the application's: "EVENT order", "phx_join", "tick"; '' where neither says one. */
export function eventNameOf(protocol: Protocol | null, frame: Frame): string {
  const { label } = (protocol ?? homeMade).read(frame);
  const name = ownNameOf(frame);
  if (name === '' || label.includes(name)) return label;
  return label === '' ? name : `${label} ${name}`;
}

export function isHeartbeat(protocol: Protocol | null, frame: Frame): boolean {
  const { kind } = (protocol ?? homeMade).read(frame);
  return kind === 'beat' || kind === 'beatAnswer';
}

function ownNameOf(frame: Frame): string {
  const { content } = frame;
  if (typeof content === 'string' && content.charCodeAt(0) === 0x34) {
    const event = SOCKET_IO_EVENT.exec(content.slice(0, 400))?.[1];
    if (event !== undefined) return event;
  }
  const message = objectOf(frame);
  if (!message) return '';
  for (const key of NAMING_KEYS) {
    const word = message[key];
    if (typeof word === 'string' && word.length <= MAX_NAME_CHARS) return word;
  }
  return '';
}
