import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../e2e/arbitraries.ts';
import { captured, columnsOf, created } from './fixtures.ts';
import {
  bytesOf,
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_TRUNCATED,
  parseFrameColumns,
  SIZE_OF_TEXT,
  textOf,
} from './frame-columns.ts';
import { keepPayloads, keepPayloadsOf } from './kept-payload.ts';

describe('what is kept of payloads', () => {
  it('is all of it when nothing is longer, and then the report is the same', () => {
    const report = captured(0, columnsOf([{ data: 'abcd' }, { data: [1, 2, 3, 4] }]));
    expect(keepPayloads(report, 4)).toBe(report);
    expect(keepPayloads(created(), 0)).toEqual(created());
  });

  it('is the beginning of what is longer; sizes stay true', () => {
    const columns = columnsOf([
      { data: 'çığçığ', sizeBytes: SIZE_OF_TEXT },
      { data: 'ab', sizeBytes: SIZE_OF_TEXT },
      { data: [1, 2, 3, 4, 5] },
      { data: 'cut before', sizeBytes: 999, flags: FRAME_TRUNCATED },
    ]);
    const kept = keepPayloadsOf(columns, 3);
    expect([0, 1, 3].map((i) => textOf(kept, i))).toEqual(['çığ', 'ab', 'cut']);
    expect([...bytesOf(kept, 2)]).toEqual([1, 2, 3]);
    expect([...kept.flags]).toEqual([FRAME_TRUNCATED, 0, FRAME_BINARY | FRAME_TRUNCATED, FRAME_TRUNCATED]);
    expect([...kept.sizeBytes]).toEqual([12, SIZE_OF_TEXT, 5, 999]);
  });

  it('is cut where a Blob arrives later, and said of its frame at once', () => {
    const blobs = columnsOf([
      { data: [], sizeBytes: 10, flags: FRAME_BLOB },
      { data: [], sizeBytes: 3, flags: FRAME_BLOB },
    ]);
    const kept = keepPayloads(captured(0, blobs), 3);
    const flags = kept.kind === 'framesCaptured' ? [...kept.columns.flags] : [];
    expect(flags).toEqual([FRAME_BINARY | FRAME_BLOB | FRAME_TRUNCATED, FRAME_BINARY | FRAME_BLOB]);
    const bytes = Uint8Array.of(1, 2, 3, 4);
    expect(keepPayloads({ kind: 'frameContent', connection: 0, seq: 0, bytes }, 3)).toMatchObject({
      bytes: Uint8Array.of(1, 2, 3),
    });
  });

  it('is consistent, at most as much as is wanted, and never touches what it was made of', () => {
    const frame = fc.record({ data: fc.oneof(fc.string({ unit: anyCharacter }), fc.array(fc.nat(255))) });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1 }), fc.nat(12), (frames, keptBytes) => {
        const columns = columnsOf(frames);
        const before = structuredClone(columns);
        const kept = keepPayloadsOf(columns, keptBytes);
        expect(columns).toEqual(before);
        expect(parseFrameColumns(structuredClone(kept))).toEqual(kept);
        expect(kept.sizeBytes).toEqual(columns.sizeBytes);
        frames.forEach(({ data }, i) => {
          const whole = data.length <= keptBytes;
          expect(typeof data === 'string' ? textOf(kept, i) : [...bytesOf(kept, i)]).toEqual(data.slice(0, keptBytes));
          expect(((kept.flags[i] ?? 0) & FRAME_TRUNCATED) === 0).toBe(whole);
        });
      }),
    );
  });
});
