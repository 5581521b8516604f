/**
 * What became of frames that the application sent around a drop. A `send` that threw (while CONNECTING) leaves no frame and
 * is only counted, by the connection; an application that queues by itself calls `send` only when it is open again: what it flushes is seen
 * then, as a burst.
 */
import { shapeOf } from '../shape.ts';
import { openingOf } from './conversation.ts';
import { type Episode, silentFromMs } from './episode.ts';
import type { VerdictFrame } from './input.ts';
import { isBeat, sameContent } from './reading.ts';

/** Frames shorter than this are alike by chance. */
const MIN_TELLING_BYTES = 8;
/** Sent so long before the drop, a frame may not have arrived, and an application may rightly send it again. */
const AT_RISK_MS = 5_000;
/** What is flushed comes so soon after opening. */
const FLUSH_MS = 500;
const MIN_FLUSHED = 2;

export interface Sends {
  /** Calls of `send` on attempts that were not open yet: each threw. */
  readonly thrown: number;
  /** To the dead or silent socket, into the void: all, and those of them never seen again. Heartbeats not counted. */
  readonly discarded: readonly VerdictFrame[];
  readonly lost: readonly VerdictFrame[];
  /** Sent in one burst right after reopening, beyond the opening conversation. */
  readonly flushed: readonly VerdictFrame[];
  /** On the new connection, though sent before: there twice, or already on the old one while that was well. */
  readonly duplicated: readonly VerdictFrame[];
  /** To the dead socket after the page had a new one, heartbeats among them. */
  readonly late: readonly VerdictFrame[];
}

export function sendsOf(episode: Episode): Sends {
  const { drop, dropped, reopened, attempts, untilMs } = episode;
  const fromMs = silentFromMs(episode);
  const after = dropped.frames.filter(({ isDiscarded, atMs }) => isDiscarded && atMs >= fromMs && atMs <= untilMs);
  const discarded = after.filter((frame) => !isBeat(dropped, frame));
  const again = (reopened?.frames ?? []).filter(({ isOut, isDiscarded }) => isOut && !isDiscarded);
  const openedAtMs = reopened?.openedAtMs ?? null;
  return {
    thrown: attempts.reduce((sum, { connection }) => sum + (connection.sendsThrown ?? 0), 0),
    discarded,
    lost: discarded.filter((frame) => !again.some((other) => sameContent(frame, other))),
    flushed: openedAtMs === null ? [] : flushedIn(again, openedAtMs, dropped),
    duplicated: duplicatesIn(again, dropped, drop.atMs),
    late: openedAtMs === null ? [] : after.filter(({ atMs }) => atMs > openedAtMs),
  };
}

function flushedIn(
  sent: readonly VerdictFrame[],
  openedAtMs: number,
  dropped: Episode['dropped'],
): readonly VerdictFrame[] {
  const opening = new Set(openingOf(dropped).map(shapeOf));
  const burst = sent.filter(
    (frame) => frame.atMs - openedAtMs <= FLUSH_MS && !opening.has(shapeOf(frame)) && !isBeat(dropped, frame),
  );
  return burst.length >= MIN_FLUSHED ? burst : [];
}

/** Only frames that tell themselves apart: what is sent many times with the same content is no duplicate. */
function duplicatesIn(
  sent: readonly VerdictFrame[],
  dropped: Episode['dropped'],
  droppedAtMs: number,
): readonly VerdictFrame[] {
  const opening = new Set(openingOf(dropped).map(shapeOf));
  const before = dropped.frames.filter(({ isOut, isDiscarded }) => isOut && !isDiscarded);
  return sent.filter((frame, i) => {
    if (frame.sizeBytes < MIN_TELLING_BYTES || opening.has(shapeOf(frame)) || isBeat(dropped, frame)) return false;
    const earlier = before.filter((other) => sameContent(frame, other));
    if (earlier.length > 1) return false;
    const isResent = earlier.some(({ atMs }) => droppedAtMs - atMs <= AT_RISK_MS && atMs <= droppedAtMs);
    const isTwice = earlier.length === 0 && sent.slice(0, i).filter((other) => sameContent(frame, other)).length === 1;
    return isResent || isTwice;
  });
}
