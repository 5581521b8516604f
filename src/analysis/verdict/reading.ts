/**
 * What a frame is to a page that comes back: a heartbeat, a greeting, or something that its application can use. The
 * protocols in `src/decoders` say so; of each connection it is found out once which one it speaks.
 */
import { type Frame, frameOf } from '../../decoders/frame.ts';
import { homeMade } from '../../decoders/home-made.ts';
import type { FrameKind, Protocol } from '../../decoders/protocol.ts';
import { FIRST_FRAMES, recognise } from '../../decoders/protocols.ts';
import type { VerdictConnection, VerdictFrame } from './input.ts';

const protocols = new WeakMap<VerdictConnection, Protocol>();
const kinds = new WeakMap<VerdictFrame, FrameKind>();

export function asFrame({ isOut, content, sizeBytes }: VerdictFrame): Frame {
  return frameOf(isOut, content, sizeBytes);
}

function protocolOf(connection: VerdictConnection): Protocol {
  const known = protocols.get(connection);
  if (known) return known;
  const { url, protocol = null, frames } = connection;
  const found = recognise({ url, protocols: [], protocol }, frames.slice(0, FIRST_FRAMES).map(asFrame));
  const chosen = found?.protocol ?? homeMade;
  protocols.set(connection, chosen);
  return chosen;
}

/** What this frame of that connection is. */
export function kindOf(connection: VerdictConnection, frame: VerdictFrame): FrameKind {
  const known = kinds.get(frame);
  if (known) return known;
  const { kind } = protocolOf(connection).read(asFrame(frame));
  kinds.set(frame, kind);
  return kind;
}

/** True for a frame that only proves that its sender is alive. */
export function isBeat(connection: VerdictConnection, frame: VerdictFrame): boolean {
  const kind = kindOf(connection, frame);
  return kind === 'beat' || kind === 'beatAnswer';
}

/** True for a received frame that the application can do something with. */
export function isUseful(connection: VerdictConnection, frame: VerdictFrame): boolean {
  return !frame.isOut && frame.sizeBytes > 0 && kindOf(connection, frame) === 'message';
}

/** Frames of the same content, whatever its kind. */
export function sameContent(a: VerdictFrame, b: VerdictFrame): boolean {
  if (a.sizeBytes !== b.sizeBytes) return false;
  if (typeof a.content === 'string' || typeof b.content === 'string') return a.content === b.content;
  const { content } = b;
  return a.content.length === content.length && a.content.every((byte, i) => byte === content[i]);
}
