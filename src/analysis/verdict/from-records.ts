/** From the rows of the database to the input of a verdict: the one place that knows both. */
import {
  bytesOf,
  FRAME_BINARY,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  textOf,
} from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord } from '../../protocol/records.ts';
import { dropsOf } from './drops.ts';
import type { VerdictConnection, VerdictFrame, VerdictInput } from './input.ts';

/** A connection with its chunks and, in the same order, their payloads (null where there is none). */
export interface RecordedConnection {
  readonly record: ConnectionRecord;
  readonly chunks: readonly ChunkRecord[];
  readonly payloads: readonly (PayloadRecord | null)[];
}

export interface Watching {
  readonly watchedUntilMs: number;
  readonly isWatching?: boolean;
  readonly interruptedAtMs?: number | null;
  /** Also what the field did. Default: only what Socketscope did. */
  readonly withReal?: boolean;
}

/**
 * The input for connections of one document. Only what the page script saw is used: of other connections nobody knows what
 * the page did with them.
 */
export function verdictInputOf(
  recorded: readonly RecordedConnection[],
  { watchedUntilMs, isWatching = false, interruptedAtMs = null, withReal = false }: Watching,
): VerdictInput {
  const seen = recorded.filter(({ record }) => record.seenBy === 'page');
  const goneAtMs = seen.map(({ record }) => record.goneAtMs).filter((atMs) => atMs !== null);
  return {
    connections: seen.map(connectionOf).sort((a, b) => a.createdAtMs - b.createdAtMs),
    drops: dropsOf(
      seen.map(({ record }) => record),
      { withReal, interruptedAtMs },
    ),
    watchedUntilMs,
    isWatching,
    interruptedAtMs: interruptedAtMs ?? (goneAtMs.length > 0 ? Math.min(...goneAtMs) : null),
  };
}

function connectionOf({ record, chunks, payloads }: RecordedConnection): VerdictConnection {
  const { connectionId, url, protocol, createdAtMs, openedAtMs, erroredAtMs, closeRequested, close, goneAtMs, acts } =
    record;
  return {
    id: connectionId,
    url,
    protocol,
    createdAtMs,
    openedAtMs,
    erroredAtMs,
    closeRequestedAtMs: closeRequested?.atMs ?? null,
    close: close && { atMs: close.atMs, code: close.code },
    goneAtMs,
    ...(acts && acts.sendsThrown > 0 ? { sendsThrown: acts.sendsThrown } : {}),
    frames: chunks.flatMap((chunk, i) => framesOf(chunk, payloads[i] ?? null)),
  };
}

const IS_SENT_AND_LOST = FRAME_OUT | FRAME_LOST;

/** Without the frames that Socketscope itself put in: a verdict is on the page. */
function framesOf(chunk: ChunkRecord, payload: PayloadRecord | null): readonly VerdictFrame[] {
  const frames: VerdictFrame[] = [];
  for (let i = 0; i < chunk.count; i++) {
    const flags = chunk.flags[i] ?? 0;
    if (flags & FRAME_SIMULATED) continue;
    frames.push({
      seq: chunk.firstSeq + i,
      atMs: chunk.atMs[i] ?? 0,
      isOut: (flags & FRAME_OUT) !== 0,
      isDiscarded: (flags & FRAME_DISCARDED) !== 0 || (flags & IS_SENT_AND_LOST) === IS_SENT_AND_LOST,
      sizeBytes: chunk.sizeBytes[i] ?? 0,
      content: contentOf(flags, payload, i),
    });
  }
  return frames;
}

function contentOf(flags: number, payload: PayloadRecord | null, index: number): string | Uint8Array {
  if (flags & FRAME_BINARY) return payload ? bytesOf(payload, index) : new Uint8Array();
  return payload ? textOf(payload, index) : '';
}
