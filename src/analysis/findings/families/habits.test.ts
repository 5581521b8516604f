/** How the page comes back, what it does around its connections, and how good the conversation is: with near misses. */
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../protocol/records.ts';
import type { Digest } from '../../digest/digest.ts';
import {
  actsOf,
  connectionOf,
  digestOf,
  endedConnection,
  factsOf,
  failedConnection,
  heartbeatOf,
} from '../../fixtures.ts';
import { findingsOf } from '../find.ts';
import type { Finding } from '../finding.ts';
import type { SessionFacts } from '../session-facts.ts';

const one = (rule: string, facts: SessionFacts): Finding | undefined =>
  findingsOf(facts).find((finding) => finding.rule === rule);
const first = (finding: Finding | undefined) => finding?.candidates[0].cause;

/** Lost at 10 s, then failed attempts after these waits, each taking 10 ms. */
function attempts(waitsMs: readonly number[]): readonly ConnectionRecord[] {
  let atMs = 10_000;
  const failed = waitsMs.map((waitMs) => {
    const record = failedConnection(atMs + waitMs, atMs + waitMs + 10);
    atMs += waitMs + 10;
    return record;
  });
  return [endedConnection(0, 10_000, 1006), ...failed];
}

describe('reconnect-storm', () => {
  const storm = (waitsMs: readonly number[]) => one('reconnect-storm', factsOf(attempts(waitsMs)));

  it('finds attempts at once, and at a fixed short wait', () => {
    expect(storm([1, 2, 1, 3, 2, 1, 2, 1])).toMatchObject({ severity: 'problem' });
    expect(first(storm([1_000, 1_004, 1_002, 1_001, 1_003, 1_002, 1_000, 1_001]))).toBe('reconnect-storm');
  });

  it('notes a backoff without chance, and is content with one that has it', () => {
    const steady = storm([1_000, 2_001, 4_002, 8_001, 16_002, 30_001, 30_002]);
    expect(steady).toMatchObject({ severity: 'note' });
    expect(first(steady)).toBe('no-jitter');
    expect(storm([700, 2_400, 3_100, 9_800, 11_000, 26_000, 19_000])).toBeUndefined();
  });

  it('does not mix connections side by side, nor mind short waits that grow', () => {
    const growing = [100, 190, 420, 800, 1_500, 2_900];
    const side = (room: number) =>
      attempts(growing).map((record) => ({
        ...record,
        url: `ws://127.0.0.1/live?room=${room}`,
        createdAtMs: record.createdAtMs + 7 * room,
      }));
    expect(one('reconnect-storm', factsOf([0, 1, 2].flatMap(side)))?.severity ?? 'note').toBe('note');
  });

  it('is not three attempts, nor calm ones', () => {
    expect(storm([1_000, 1_001, 1_002])).toBeUndefined();
    expect(storm([15_000, 15_001, 15_002, 15_000, 15_003, 15_002])).toBeUndefined();
  });
});

describe('backoff-reset', () => {
  const lives = (waitMs: (i: number) => number, lifeMs: number) => {
    let atMs = 0;
    return Array.from({ length: 9 }, (_, i) => {
      const record = endedConnection(atMs, atMs + 20 + lifeMs, 1011);
      atMs += 20 + lifeMs + waitMs(i);
      return record;
    });
  };

  it('finds a wait that every open sets back, and not one that grows, nor lives that settled', () => {
    expect(first(one('backoff-reset', factsOf(lives(() => 1_000, 1_500))))).toBe('backoff-reset');
    expect(one('backoff-reset', factsOf(lives((i) => 1_000 * 1.6 ** i, 1_500)))).toBeUndefined();
    expect(one('backoff-reset', factsOf(lives(() => 1_000, 20_000)))).toBeUndefined();
  });
});

describe('reconnect-after-refusal', () => {
  const again = (code: number, url = 'ws://127.0.0.1/live', before = url) =>
    one(
      'reconnect-after-refusal',
      factsOf([
        endedConnection(0, 10_000, code, { url: before }),
        connectionOf({ createdAtMs: 11_000, openedAtMs: 11_010, url }),
      ]),
    );

  it('is an attempt after a final code, with the same URL', () => {
    expect(first(again(1008))).toBe('reconnects-after-refusal');
    expect(first(again(3003))).toBe('reconnects-after-refusal');
  });

  it('is not one after a restart, nor with a fresh token', () => {
    expect(again(1012)).toBeUndefined();
    expect(again(1008, 'ws://127.0.0.1/live?token=b', 'ws://127.0.0.1/live?token=a')).toBeUndefined();
  });
});

describe('never-reconnected', () => {
  const endedWith = (code: number, untilMs: number, more: readonly ConnectionRecord[] = []) =>
    one('never-reconnected', factsOf([endedConnection(0, 10_000, code), ...more], { untilMs }));

  it('is no attempt for half a minute after a code that asks for one', () => {
    expect(first(endedWith(1006, 60_000))).toBe('never-reconnects');
    expect(first(endedWith(1012, 60_000))).toBe('never-reconnects');
  });

  it('is not too soon, not after 1000, not with another connection', () => {
    expect(endedWith(1006, 20_000)).toBeUndefined();
    expect(endedWith(1000, 60_000)).toBeUndefined();
    expect(endedWith(1006, 60_000, [connectionOf({ createdAtMs: 5_000, openedAtMs: 5_010 })])).toBeUndefined();
  });
});

describe('socket-leak', () => {
  const open = (times: readonly number[], url = () => 'ws://127.0.0.1/live') =>
    times.map((createdAtMs) => connectionOf({ createdAtMs, openedAtMs: createdAtMs + 10, url: url() }));

  it('is a pile that grows, not a pair', () => {
    expect(one('socket-leak', factsOf(open([0, 5_000, 10_000, 15_000])))).toMatchObject({ severity: 'warning' });
    expect(one('socket-leak', factsOf(open([0, 5_000])))).toMatchObject({ severity: 'note' });
    expect(one('socket-leak', factsOf(open([0, 10, 20])))).toMatchObject({ severity: 'note' });
  });

  it('is not one after the other, nor rooms of their own', () => {
    const inTurn = [0, 10_000, 20_000].map((atMs) => endedConnection(atMs, atMs + 9_000, 1000));
    expect(one('socket-leak', factsOf(inTurn))).toBeUndefined();
    let room = 0;
    expect(
      one('socket-leak', factsOf(open([0, 5_000, 10_000], () => `ws://127.0.0.1/live?room=${room++}`))),
    ).toBeUndefined();
  });
});

describe('acts of the page', () => {
  it.each([
    ['handler-error', { handlerErrors: 2, firstHandlerErrorSeq: 5, handlerErrorText: 'SyntaxError: Unexpected token' }],
    ['unheard-messages', { unheard: 3 }],
    ['send-before-open', { sendsThrown: 1 }],
  ])('%s is told as it was seen, and only then', (rule, acts) => {
    const finding = one(rule, factsOf([connectionOf({ openedAtMs: 1, acts: actsOf(acts) })]));
    expect(finding).toMatchObject({ sureness: 'high' });
    expect(one(rule, factsOf([connectionOf({ openedAtMs: 1, acts: actsOf({}) })]))).toBeUndefined();
  });

  it('shows the frame on which the handler threw', () => {
    const acts = actsOf({ handlerErrors: 2, firstHandlerErrorSeq: 5, handlerErrorText: 'SyntaxError' });
    const finding = one('handler-error', factsOf([connectionOf({ openedAtMs: 1, acts })]));
    expect(finding?.evidence).toMatchObject([{ kind: 'frame', seq: 5, says: 'SyntaxError' }]);
  });

  it('send-after-close counts what was discarded', () => {
    const record = connectionOf({ openedAtMs: 1 });
    const of = (discardedSends: number) =>
      one(
        'send-after-close',
        factsOf([record], { digests: [digestOf(record.connectionId, { discardedSends, firstDiscardedSeq: 8 })] }),
      );
    expect(of(2)?.evidence).toMatchObject([{ kind: 'frame', seq: 8 }]);
    expect(of(0)).toBeUndefined();
  });
});

describe('quality', () => {
  const durations = (count: number, medianMs: number) => ({
    count,
    medianMs,
    p95Ms: medianMs * 1.5,
    maxMs: medianMs * 2,
    slowest: [3, 4] as const,
  });
  const numbering = { path: '$.seq', isOut: false, frames: 100, missing: 0, reordered: 0, repeated: 0, firstSeqs: [7] };
  const rows: readonly [rule: string, bad: Partial<Digest>, good: Partial<Digest>][] = [
    ['high-latency', { latency: durations(8, 1_400) }, { latency: durations(8, 80) }],
    ['high-latency', { latency: durations(8, 1_400) }, { latency: durations(2, 1_400) }],
    [
      'slow-round-trip',
      { heartbeat: heartbeatOf({ roundTrip: durations(5, 1_500) }) },
      { heartbeat: heartbeatOf({ roundTrip: durations(5, 60) }) },
    ],
    ['numbering-gaps', { numbering: { ...numbering, missing: 2 } }, { numbering }],
    ['numbering-gaps', { numbering: { ...numbering, reordered: 1 } }, { numbering }],
    [
      'validation-failures',
      { validation: { checked: 9, failed: 1, firstSeqs: [4], firstError: '$.type is missing' } },
      { validation: { checked: 9, failed: 0, firstSeqs: [], firstError: '' } },
    ],
  ];

  it.each(rows)('%s, and not when all is well', (rule, bad, good) => {
    const record = connectionOf({ openedAtMs: 1 });
    const of = (fields: Partial<Digest>) =>
      one(rule, factsOf([record], { untilMs: 100, digests: [digestOf(record.connectionId, fields)] }));
    expect(of(bad)).toMatchObject({ severity: 'warning' });
    expect(of(good)).toBeUndefined();
  });

  it('does not lay gaps of the recording on the server', () => {
    const record = connectionOf({ openedAtMs: 1, framesMissed: 2 });
    const finding = one(
      'numbering-gaps',
      factsOf([record], { digests: [digestOf(record.connectionId, { numbering: { ...numbering, missing: 2 } })] }),
    );
    expect(finding).toMatchObject({ sureness: 'low' });
    expect(finding?.against).toHaveLength(1);
  });
});
