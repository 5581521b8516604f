/**
 * A recorded conversation as code has to play it: who said what, in order, and how it ended. Pure. Only what was said really
 * is in it; what is cut or was not kept cannot be said again, and is counted.
 */
import {
  FRAME_BINARY,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
} from '../../protocol/frame-columns.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { toBase64 } from '../base64.ts';
import type { RecordedFrame } from '../recording.ts';

/** Text, or bytes as base64. */
export interface Said {
  readonly isOut: boolean;
  readonly text: string | null;
  readonly base64: string | null;
}

export interface Conversation {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly said: readonly Said[];
  /** Frames that could not be taken over. */
  readonly leftOut: number;
  /** How the server ended it, where code may do the same: not 1005, 1006 and 1015, which nobody sends. */
  readonly close: { readonly code: number; readonly reason: string } | null;
  /** It ended without a close frame. */
  readonly isAbnormal: boolean;
}

/** Enough for a test; more is a load. */
const MAX_SAID = 2_000;
const NEVER_SAID = FRAME_SIMULATED | FRAME_DISCARDED | FRAME_LOST;

export function conversationOf(
  { url, protocols, close, closeRequested }: ConnectionRecord,
  frames: readonly RecordedFrame[],
): Conversation {
  const real = frames.filter(({ flags }) => (flags & NEVER_SAID) === 0);
  const said = real.flatMap(saidOf).slice(0, MAX_SAID);
  const isAbnormal = close?.code === 1006;
  const canBeSent = close !== null && (close.code === 1000 || (close.code >= 3000 && close.code < 5000));
  return {
    url,
    protocols,
    said,
    leftOut: real.length - said.length,
    close: canBeSent && closeRequested === null ? { code: close.code, reason: close.reason } : null,
    isAbnormal,
  };
}

function saidOf({ flags, text, bytes, content }: RecordedFrame): readonly Said[] {
  if (flags & FRAME_TRUNCATED) return [];
  const isOut = (flags & FRAME_OUT) !== 0;
  if ((flags & FRAME_BINARY) === 0) return text === null ? [] : [{ isOut, text, base64: null }];
  const kept = content ?? (bytes && bytes.length > 0 ? bytes : null);
  return kept ? [{ isOut, text: null, base64: toBase64(kept) }] : [];
}
