import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RecordedChunk } from '../protocol/recording.ts';
import { chunksOf } from '../report/fixtures.ts';
import { createChunkSpool } from './chunk-spool.ts';

const CHUNKS = 40;
/** Texts with characters of one and of two bytes, bytes, and nothing at all. */
const chunkOf = (connectionId: string, i: number): RecordedChunk[] => [
  ...chunksOf(connectionId, [
    { seq: 3 * i, text: `${'grüße 👋'.repeat(5_000)}${i}` },
    { seq: 3 * i + 1, bytes: [i, 1, 255], content: Uint8Array.of(i) },
    { seq: 3 * i + 2, isBare: true },
  ]),
];

describe('a spool of chunks', () => {
  it.each([
    ['in memory', Number.POSITIVE_INFINITY],
    ['on disk', 0],
    ['in both', 2_000_000],
  ])('gives back what came, %s', (_, memoryBytes) => {
    const spool = createChunkSpool({ memoryBytes });
    const all = new Map<string, RecordedChunk[]>();
    for (let i = 0; i < CHUNKS; i++) {
      for (const id of ['a', 'b']) {
        const chunks = chunkOf(id, i);
        all.set(id, [...(all.get(id) ?? []), ...chunks]);
        for (const chunk of chunks) spool.add(chunk);
      }
    }
    for (const [id, chunks] of all) expect([...spool.chunks(id)]).toEqual(chunks);
    expect([...spool.chunks('a')]).toEqual(all.get('a'));
    expect([...spool.chunks('c')]).toEqual([]);
    spool.close();
  });

  it('says which directory would not take it', () => {
    const directory = '/nowhere/at/all';
    expect(existsSync(directory)).toBe(false);
    const spool = createChunkSpool({ memoryBytes: 0, directory });
    for (const chunk of chunkOf('a', 0)) spool.add(chunk);
    expect(() => [...spool.chunks('a')]).toThrow(directory);
    spool.close();
  });
});
