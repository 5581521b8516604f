/** Where the searcher reads frames; `worker.ts` puts the database behind it, tests an invented recording. Each may reject. */
import { FRAME_BLOB } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ContentRecord, PayloadRecord } from '../../protocol/records.ts';

export interface FrameSource {
  /** All chunks that hold frames with fromSeq <= seq < toSeq, rising. */
  chunks(connectionId: string, fromSeq: number, toSeq: number): Promise<readonly ChunkRecord[]>;
  /** The payloads of the chunks with fromSeq <= firstSeq <= toSeq, rising. */
  payloads(connectionId: string, fromSeq: number, toSeq: number): Promise<readonly PayloadRecord[]>;
  /** Late bytes of Blob frames with fromSeq <= seq < toSeq. */
  contents(connectionId: string, fromSeq: number, toSeq: number): Promise<readonly ContentRecord[]>;
}

/** Some frames of one connection, with what was asked for. */
export interface FrameBatch {
  readonly chunks: readonly ChunkRecord[];
  readonly payloads: ReadonlyMap<number, PayloadRecord>;
  readonly contents: ReadonlyMap<number, Uint8Array>;
  /** Frames with lower seqs are in it, or never were recorded. */
  readonly toSeq: number;
}

/** Payload that is read at once, about: enough to keep the database busy, little enough to be given up quickly. */
const BATCH_BYTES = 2 * 1024 * 1024;

/**
 * Reads frames fromSeq … toSeq - 1, or only the first of them where their payloads are large. The payloads are read after
 * their chunks, which may have grown in between: they are of more frames then, never fewer.
 */
export async function readBatch(
  source: FrameSource,
  connectionId: string,
  fromSeq: number,
  toSeq: number,
  withPayloads: boolean,
): Promise<FrameBatch> {
  const found = await source.chunks(connectionId, fromSeq, toSeq);
  if (!withPayloads || found.length === 0) {
    return { chunks: found, payloads: new Map(), contents: new Map(), toSeq };
  }
  const chunks = found.slice(0, countWithin(found, BATCH_BYTES));
  const next = found[chunks.length];
  const firstSeq = chunks[0]?.firstSeq ?? fromSeq;
  const lastSeq = chunks.at(-1)?.firstSeq ?? fromSeq;
  const endSeq = next?.firstSeq ?? toSeq;
  const [payloads, contents] = await Promise.all([
    source.payloads(connectionId, firstSeq, lastSeq),
    chunks.some(hasBlobs) ? source.contents(connectionId, firstSeq, endSeq) : [],
  ]);
  return {
    chunks,
    payloads: new Map(payloads.map((payload) => [payload.firstSeq, payload])),
    contents: new Map(contents.map(({ seq, bytes }) => [seq, bytes])),
    toSeq: endSeq,
  };
}

function hasBlobs({ flags }: ChunkRecord): boolean {
  return flags.some((flag) => (flag & FRAME_BLOB) !== 0);
}

/** How many chunks hold about so many bytes; at least one. */
function countWithin(chunks: readonly ChunkRecord[], bytes: number): number {
  let sum = 0;
  let count = 0;
  for (const { sizeBytes } of chunks) {
    for (const size of sizeBytes) sum += size;
    if (sum > bytes && count > 0) return count;
    count++;
  }
  return count;
}
