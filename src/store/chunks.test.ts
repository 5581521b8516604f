import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../e2e/arbitraries.ts';
import { columnsOf, type FrameSketch, numberedFrames } from '../protocol/fixtures.ts';
import { bytesOf, type FrameColumns, textOf } from '../protocol/frame-columns.ts';
import { CHUNK_FRAMES, CHUNK_PAYLOAD_BYTES, REWRITTEN_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { ChunkTail } from '../protocol/records.ts';
import { buildChunk, type ChunkRows, type FrameRun, planChunks, tailAfter } from './chunks.ts';

/** Much work for a machine that does other things as well. */
const SLOW_MACHINE_MS = 60_000;

/** A connection's chunks as the database would hold them. */
interface Stored {
  readonly tail: ChunkTail | null;
  readonly chunks: readonly ChunkRows[];
}
const NOTHING: Stored = { tail: null, chunks: [] };

function store({ tail, chunks }: Stored, runs: readonly FrameRun[]): Stored {
  const plans = planChunks(tail, runs);
  const continued = plans[0]?.continuesTail ? (chunks.at(-1) ?? null) : null;
  const built = plans.map((plan) => buildChunk('c', plan, plan.continuesTail ? continued : null));
  return { tail: tailAfter(tail, plans), chunks: [...(continued ? chunks.slice(0, -1) : chunks), ...built] };
}

interface Frame {
  readonly seq: number;
  readonly atMs: number;
  readonly flags: number;
  readonly sizeBytes: number;
  readonly text: string;
  readonly bytes: readonly number[];
}

function framesOf(firstSeq: number, columns: FrameColumns): readonly Frame[] {
  return Array.from({ length: columns.count }, (_, i) => ({
    seq: firstSeq + i,
    atMs: columns.atMs[i] ?? Number.NaN,
    flags: columns.flags[i] ?? Number.NaN,
    sizeBytes: columns.sizeBytes[i] ?? Number.NaN,
    text: textOf(columns, i),
    bytes: [...bytesOf(columns, i)],
  }));
}

function storedFrames({ chunks }: Stored): readonly Frame[] {
  return chunks.flatMap(({ chunk, payload }) => framesOf(chunk.firstSeq, { ...chunk, ...payload }));
}

/** Comparing thousands of frames field by field would take longer than all the rest. */
function fingerprints(frames: readonly Frame[]): string {
  return frames.map((frame) => JSON.stringify(frame)).join('\n');
}

function counts({ chunks }: Stored): readonly number[] {
  return chunks.map(({ chunk }) => chunk.count);
}

const run = (firstSeq: number, count: number): FrameRun => ({ firstSeq, columns: numberedFrames(count, firstSeq) });

describe('chunks', () => {
  it('take frames up to their bound', () => {
    const stored = store(NOTHING, [run(0, 2 * CHUNK_FRAMES + 3)]);
    expect(counts(stored)).toEqual([CHUNK_FRAMES, CHUNK_FRAMES, 3]);
    expect(stored.tail).toMatchObject({ firstSeq: 2 * CHUNK_FRAMES, count: 3 });
  });

  it('grow while little comes at a time', () => {
    const first = store(NOTHING, [run(0, 100)]);
    const second = store(first, [run(100, 30)]);
    expect(counts(second)).toEqual([130]);
    expect(storedFrames(second)).toEqual(framesOf(0, numberedFrames(130)));
  });

  it('are not written anew for what does not fit', () => {
    const first = store(NOTHING, [run(0, 100)]);
    expect(planChunks(first.tail, [run(100, CHUNK_FRAMES)]).map((plan) => plan.continuesTail)).toEqual([false]);
  });

  it('are not written anew when they are large', () => {
    const large = columnsOf([{ data: 'x'.repeat(REWRITTEN_PAYLOAD_BYTES + 1) }]);
    const stored = store(store(NOTHING, [{ firstSeq: 0, columns: large }]), [run(1, 1)]);
    expect(counts(stored)).toEqual([1, 1]);
  });

  it('are closed by a payload of CHUNK_PAYLOAD_BYTES', () => {
    const large = columnsOf([{ data: 'x'.repeat(CHUNK_PAYLOAD_BYTES) }, { data: 'y' }, { data: [1, 2, 3] }]);
    const stored = store(NOTHING, [{ firstSeq: 0, columns: large }]);
    expect(counts(stored)).toEqual([1, 2]);
    expect(stored.tail).toEqual({ firstSeq: 1, count: 2, payloadBytes: 4 });
    expect(counts(store(stored, [{ firstSeq: 3, columns: large }]))).toEqual([1, 2, 1, 2]);
  });

  it('end where a gap begins', () => {
    const stored = store(store(NOTHING, [run(0, 2), run(5, 2)]), [run(7, 1), run(9, 1)]);
    expect(stored.chunks.map(({ chunk }) => [chunk.firstSeq, chunk.count])).toEqual([
      [0, 2],
      [5, 3],
      [9, 1],
    ]);
  });

  it('do not hold more memory than their frames', () => {
    const stored = store(NOTHING, [run(0, CHUNK_FRAMES + 1)]);
    const { chunk, payload } = stored.chunks[1] as ChunkRows;
    expect(chunk.atMs.buffer.byteLength).toBe(8);
    expect(payload.text).toBe(`#${CHUNK_FRAMES}`);
  });

  it(
    'hold every frame once, in order, however they come',
    () => {
      const data = fc.oneof(
        { weight: 10, arbitrary: fc.string({ unit: anyCharacter, maxLength: 20 }) },
        { weight: 10, arbitrary: fc.array(fc.nat(255), { maxLength: 20 }) },
        { weight: 1, arbitrary: fc.constantFrom('z'.repeat(CHUNK_PAYLOAD_BYTES / 3), 'z'.repeat(CHUNK_PAYLOAD_BYTES)) },
      );
      const frame: fc.Arbitrary<FrameSketch> = fc.record({ data, atMs: fc.nat(), flags: fc.constantFrom(0, 1, 16) });
      const frames = fc.oneof(
        fc.array(frame, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 1, max: 600 }).map((count) => Array.from({ length: count }, (_, i) => ({ data: `${i}` }))),
      );
      const writes = fc.array(fc.array(fc.record({ gap: fc.constantFrom(0, 0, 0, 4), frames }), { maxLength: 3 }), {
        maxLength: 5,
      });
      fc.assert(
        fc.property(writes, (all) => {
          let nextSeq = 0;
          let stored = NOTHING;
          const expected: Frame[] = [];
          for (const write of all) {
            const runs = write.map(({ gap, frames: sketches }) => {
              const made = { firstSeq: nextSeq + gap, columns: columnsOf(sketches) };
              nextSeq = made.firstSeq + made.columns.count;
              expected.push(...framesOf(made.firstSeq, made.columns));
              return made;
            });
            stored = store(stored, runs);
          }
          expect(fingerprints(storedFrames(stored))).toEqual(fingerprints(expected));
          expect(counts(stored).every((count) => count > 0 && count <= CHUNK_FRAMES)).toBe(true);
          const last = stored.chunks.at(-1);
          expect(stored.tail?.count).toBe(last?.chunk.count);
          expect(stored.tail?.payloadBytes).toBe(last && last.payload.text.length + last.payload.bytes.length);
        }),
        { numRuns: 25 },
      );
    },
    SLOW_MACHINE_MS,
  );
});
