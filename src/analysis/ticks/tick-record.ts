/** The counts of a connection's frames as they are stored: coarser than in memory, in one array. Pure. */
import type { TickBeats, TickRecord } from '../../protocol/records.ts';
import { coarserBuckets, TICK_KINDS, type TickBuckets, type TickKind } from './tick-summary.ts';

/** As many as a screen can show of a whole connection. */
const LEAST_BUCKETS = 1_024;
/** A long recording gets more, so that what is read when somebody looks closely stays little. */
const FRAMES_PER_BUCKET = 16;

/** What a record is about. */
export interface TickSubject {
  readonly connectionId: string;
  readonly sessionId: string;
  /** Frames before that seq are counted. */
  readonly readTo: number;
  readonly beats: TickBeats | null;
}

export function packTicks(subject: TickSubject, buckets: TickBuckets): TickRecord {
  const coarse = coarserBuckets(buckets, Math.max(LEAST_BUCKETS, Math.ceil(subject.readTo / FRAMES_PER_BUCKET)));
  const { originMs, bucketMs, length } = coarse;
  const names = subject.beats?.signs ? WITH_BEATS : WITHOUT_BEATS;
  const columns = new Uint32Array(names.length * length);
  names.forEach((name, i) => {
    columns.set(coarse[name], i * length);
  });
  return { ...subject, originMs, bucketMs, length, columns };
}

/** The columns lie in the record's own memory. */
export function unpackTicks({ originMs, bucketMs, length, columns }: TickRecord): TickBuckets {
  const column = (name: Column) => {
    const at = WITH_BEATS.indexOf(name) * length;
    return at < columns.length ? columns.subarray(at, at + length) : new Uint32Array(length);
  };
  return {
    originMs,
    bucketMs,
    length,
    index: column('index'),
    firstSeq: column('firstSeq'),
    ins: column('ins'),
    outs: column('outs'),
    beatIns: column('beatIns'),
    beatOuts: column('beatOuts'),
  };
}

type Column = TickKind | 'index' | 'firstSeq';
const WITHOUT_BEATS: readonly Column[] = ['index', 'firstSeq', 'ins', 'outs'];
const WITH_BEATS: readonly Column[] = ['index', 'firstSeq', ...TICK_KINDS];
