/**
 * The frames of a part of a connection to the millisecond, where the counts of all of it are coarser than the screen: read
 * anew when somebody looks closely, for a few connections, and never for more frames than are read in one step.
 */
import { bucketFrom, countBetween, type TickBuckets } from '../../analysis/ticks/tick-summary.ts';
import type { TimeSpan } from '../models/time-scale.ts';

/** With more of them, nobody could tell them apart anyway. */
const MAX_FRAMES = 32_768;
/** What is read around a view, in lengths of the view. */
const WIDENED = 3;
const ALL: TimeSpan = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
/** As many lanes as a screen has. */
const MAX_CONNECTIONS = 64;

/** What is looked at, and how closely. */
export interface TickView extends TimeSpan {
  /** Finer than that cannot be drawn. */
  readonly cellMs: number;
}

export interface DetailSubject {
  readonly connectionId: string;
  readonly buckets: TickBuckets;
  /** Frames that are counted in them. */
  readonly readTo: number;
}

interface Detail extends TimeSpan {
  readonly buckets: TickBuckets;
  /** It ends with the connection, and knew so many frames. Infinite: it does not. */
  readonly readTo: number;
}

export interface TickDetail {
  /** The finer buckets, or those that are there until these have been read. */
  bucketsOf(subject: DetailSubject, view: TickView): TickBuckets;
}

export interface TickDetailInput {
  /** A connection that can be read at once is read as a whole, so that it is read once: nothing comes to it any more. */
  readonly readsWhole: boolean;
  /** Counts the frames fromSeq … toSeq (behind the last) in buckets of a millisecond. */
  read(connectionId: string, fromSeq: number, toSeq: number): Promise<TickBuckets>;
  /** There is more to see. */
  onRead(): void;
  onError(error: unknown): void;
}

export function createTickDetail({ readsWhole, read, onRead, onError }: TickDetailInput): TickDetail {
  const known = new Map<string, Detail>();
  const asked = new Set<string>();

  async function ask({ connectionId, buckets, readTo }: DetailSubject, view: TickView): Promise<void> {
    const span = readsWhole && !known.has(connectionId) && isSmall(buckets) ? ALL : around(view);
    const first = Math.max(0, bucketFrom(buckets, span.fromMs) - 1);
    const end = Math.min(buckets.length, bucketFrom(buckets, span.toMs) + 1);
    const frames = countBetween(buckets, 'ins', first, end) + countBetween(buckets, 'outs', first, end);
    if (frames === 0 || frames > MAX_FRAMES || asked.has(connectionId)) return;
    asked.add(connectionId);
    try {
      const isTail = end === buckets.length;
      const toSeq = isTail ? readTo : (buckets.firstSeq[end] ?? readTo);
      const finer = await read(connectionId, buckets.firstSeq[first] ?? 0, toSeq);
      known.delete(connectionId);
      known.set(connectionId, { ...span, buckets: finer, readTo: isTail ? readTo : Number.POSITIVE_INFINITY });
      const [oldest] = known.keys();
      if (known.size > MAX_CONNECTIONS && oldest !== undefined) known.delete(oldest);
      onRead();
    } catch (error) {
      onError(error);
    } finally {
      asked.delete(connectionId);
    }
  }

  return {
    bucketsOf: (subject, view) => {
      const { connectionId, buckets, readTo } = subject;
      if (buckets.bucketMs <= view.cellMs || buckets.bucketMs <= 1) return buckets;
      const detail = known.get(connectionId);
      const covers = detail !== undefined && detail.fromMs <= view.fromMs && detail.toMs >= view.toMs;
      if (!covers || detail.readTo < readTo || isTooCoarse(detail, view)) void ask(subject, view);
      return covers ? detail.buckets : buckets;
    },
  };
}

/** With as much at either side, so that moving a little needs no other read. */
function around({ fromMs, toMs }: TimeSpan): TimeSpan {
  const beside = ((WIDENED - 1) / 2) * (toMs - fromMs);
  return { fromMs: fromMs - beside, toMs: toMs + beside };
}

function isSmall(buckets: TickBuckets): boolean {
  const { length } = buckets;
  return countBetween(buckets, 'ins', 0, length) + countBetween(buckets, 'outs', 0, length) <= MAX_FRAMES;
}

/** What was read is of much more than what is looked at now, and less of it would be finer. */
function isTooCoarse({ fromMs, toMs, buckets }: Detail, view: TickView): boolean {
  const isWider = toMs - fromMs > 2 * WIDENED * (view.toMs - view.fromMs);
  return isWider && buckets.bucketMs > Math.max(1, view.cellMs);
}
