import { expect, it } from 'vitest';
import { auditConnection, faultsOf, type SeenConnection, type StoredConnection, type StoredFrame } from './audit.ts';
import { contentOf, hashOf } from './content.ts';

const frame = (index: number): StoredFrame => ({
  direction: 'in',
  sizeBytes: 20,
  hash: hashOf(contentOf('s', index, 20)),
});
const frames = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => frame(from + i));

const SEEN: SeenConnection = {
  stream: 's',
  received: 10,
  sent: 0,
  offered: 12,
  closeCode: 1000,
  closeRequestedCode: null,
  frameAt: (_, index) => frame(index),
};

const GOOD: StoredConnection = {
  stream: 's',
  documentId: 'd',
  nextSeq: 10,
  framesIn: 10,
  framesOut: 0,
  gaps: [],
  framesMissed: 0,
  closeCode: 1000,
  closeRequestedCode: null,
  goneAtMs: null,
  runs: [
    { firstSeq: 0, frames: frames(0, 4) },
    { firstSeq: 4, frames: frames(4, 10) },
  ],
};

const faults = (change: Partial<StoredConnection> | null) =>
  faultsOf(auditConnection(SEEN, change && { ...GOOD, ...change }));

it('finds nothing wrong with what is whole', () => {
  expect(faults({})).toEqual([]);
});

it('takes frames that came after the page could last tell', () => {
  expect(faults({ nextSeq: 12, framesIn: 12, runs: [{ firstSeq: 0, frames: frames(0, 12) }] })).toEqual([]);
});

it('takes a gap for what it counts', () => {
  const gaps = [{ firstSeq: 2, count: 5, reason: 'overflow' }] as const;
  const runs = [
    { firstSeq: 0, frames: frames(0, 2) },
    { firstSeq: 7, frames: frames(7, 10) },
  ];
  expect(faults({ gaps, framesMissed: 5, framesIn: 5, runs })).toEqual([]);
  expect(auditConnection(SEEN, { ...GOOD, gaps, framesMissed: 5, framesIn: 5, runs }).gaps).toEqual({ overflow: 5 });
});

it.each<[string, Partial<StoredConnection> | null, string[]]>([
  ['nothing stored', null, ['10 lost', '1 closes missing']],
  ['the end', { nextSeq: 7, framesIn: 7, runs: [{ firstSeq: 0, frames: frames(0, 7) }] }, ['3 lost']],
  [
    'a double',
    { nextSeq: 11, framesIn: 11, runs: [{ firstSeq: 0, frames: [...frames(0, 10), frame(4)] }] },
    ['1 doubled'],
  ],
  ['a swap', { runs: [{ firstSeq: 0, frames: [frame(1), frame(0), ...frames(2, 10)] }] }, ['1 disordered']],
  [
    'another content',
    { runs: [{ firstSeq: 0, frames: [{ ...frame(0), hash: 1 }, ...frames(1, 10)] }] },
    ['1 lost', '1 changed'],
  ],
  [
    'the other direction',
    { runs: [{ firstSeq: 0, frames: [{ ...frame(0), direction: 'out' }, ...frames(1, 10)] }] },
    ['1 lost', '1 changed'],
  ],
  ['a hole', { nextSeq: 11, runs: [{ firstSeq: 1, frames: frames(0, 10) }] }, ['2 holes']],
  ['another close', { closeCode: 1006 }, ['1 closes missing']],
])('finds %s', (_, change, expected) => {
  expect(faults(change)).toEqual(expected);
});
