import { describe, expect, it } from 'vitest';
import type { HeartbeatFacts } from '../digest/digest.ts';
import { areTelling, beatSignsOf, isBeat, knownBeats } from './beat-signs.ts';

describe('signs of heartbeats', () => {
  const signs = beatSignsOf([
    { isOut: true, sizeBytes: 30 },
    { isOut: true, sizeBytes: 33 },
  ]);

  it('are their direction and their size', () => {
    expect(isBeat(signs, true, 31)).toBe(true);
    expect(isBeat(signs, true, 34)).toBe(false);
    expect(isBeat(signs, false, 31)).toBe(false);
    expect(isBeat(beatSignsOf([]), true, 0)).toBe(false);
  });

  it('are looked for in frames that analysis knows, and in an answer to one', () => {
    const facts = { seqs: [4, 2], roundTrip: { slowest: [4, 5] } } as unknown as HeartbeatFacts;
    expect(knownBeats(facts)).toEqual([2, 4, 5]);
    expect(knownBeats({ ...facts, roundTrip: null })).toEqual([2, 4]);
  });

  it('tell nothing where many more frames have them than there are heartbeats', () => {
    expect(areTelling(110, { beats: 50, answers: 50 })).toBe(true);
    expect(areTelling(400, { beats: 50, answers: 50 })).toBe(false);
  });
});
