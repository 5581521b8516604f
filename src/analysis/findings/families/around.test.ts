/** What happened around an end, and heartbeats that stop: each with its near miss. */
import { describe, expect, it } from 'vitest';
import { NO_ACTS } from '../../../protocol/evidence.ts';
import type { ConnectionRecord, ContextRecord } from '../../../protocol/records.ts';
import type { Digest } from '../../digest/digest.ts';
import { connectionOf, contextOf, digestOf, endedConnection, factsOf, heartbeatOf } from '../../fixtures.ts';
import { findingsOf } from '../find.ts';
import type { Finding } from '../finding.ts';
import type { SessionFacts } from '../session-facts.ts';

const first = (finding: Finding | undefined) => finding?.candidates[0].cause;
const all = (finding: Finding | undefined) => finding?.candidates.map(({ cause }) => cause) ?? [];
const one = (rule: string, facts: SessionFacts) => findingsOf(facts).find((finding) => finding.rule === rule);

function around(
  record: ConnectionRecord,
  context: readonly ContextRecord[],
  digests: readonly Digest[] = [],
): readonly Finding[] {
  return findingsOf(factsOf([record], { context, digests }));
}

describe('surroundings', () => {
  const lost = () => endedConnection(0, 100_000, 1006);
  it.each([
    ['slept', 'woke', 95_000, 'slept'],
    ['offline', 'offline', 98_000, 'offline'],
    ['network-change', 'connectionChanged', 97_000, 'network-changed'],
    ['frozen', 'frozen', 60_000, 'frozen'],
  ] as const)('%s: an end that goes with “%s”', (rule, kind, atMs, cause) => {
    const [finding] = around(lost(), [contextOf(kind, atMs, { durationMs: 40_000 })]);
    expect(finding?.rule).toBe(rule);
    expect(first(finding)).toBe(cause);
    expect(finding?.evidence.some((evidence) => evidence.kind === 'context')).toBe(true);
  });

  it.each([
    ['slept', 'woke', 20_000],
    ['network-change', 'connectionChanged', 90_000],
    ['frozen', 'resumed', 10_000],
  ] as const)('%s: not long after “%s”', (rule, kind, atMs) => {
    expect(around(lost(), [contextOf(kind, atMs)]).map((finding) => finding.rule)).not.toContain(rule);
  });

  it('offline: not once the browser was online again', () => {
    const context = [contextOf('offline', 50_000), contextOf('online', 60_000)];
    expect(around(lost(), context).map(({ rule }) => rule)).not.toContain('offline');
  });

  it('counts connections that lived on against a network', () => {
    const other = connectionOf({ openedAtMs: 0, url: 'ws://other/x' });
    const digests = [digestOf(other.connectionId, { lastInAtMs: 150_000 })];
    const finding = one(
      'network-change',
      factsOf([lost(), other], { context: [contextOf('connectionChanged', 99_000)], digests }),
    );
    expect(finding).toMatchObject({ sureness: 'low' });
    expect(finding?.against).toHaveLength(1);
  });

  it('does not lay what another document saw on this one', () => {
    const context = [contextOf('frozen', 60_000, { documentId: 'other' })];
    expect(around(lost(), context).map(({ rule }) => rule)).not.toContain('frozen');
  });

  it('hidden-tab: hidden, and beats that had stretched', () => {
    const record = endedConnection(0, 700_000, 1006);
    const heartbeat = heartbeatOf({ periodMs: 25_000, longestGapMs: 60_500, longestGapAtMs: 600_000 });
    const digests = [digestOf(record.connectionId, { heartbeat, lastOutAtMs: 650_000, lastInAtMs: 650_000 })];
    const facts = factsOf([record], { context: [contextOf('hidden', 300_000)], digests, untilMs: 800_000 });
    expect(first(one('hidden-tab', facts))).toBe('timers-throttled');
    const calm = { ...heartbeat, longestGapMs: 25_100 };
    const steady = digestOf(record.connectionId, { heartbeat: calm, lastOutAtMs: 690_000 });
    expect(one('hidden-tab', { ...facts, digests: new Map([[record.connectionId, steady]]) })).toBeUndefined();
    const survived = digestOf(record.connectionId, { heartbeat, lastOutAtMs: 690_000, lastInAtMs: 690_000 });
    expect(one('hidden-tab', { ...facts, digests: new Map([[record.connectionId, survived]]) })).toBeUndefined();
    const visible = { ...facts, context: [contextOf('hidden', 300_000), contextOf('visible', 500_000)] };
    expect(one('hidden-tab', visible)).toBeUndefined();
  });

  it('hidden-tab: not a server that closes in order, unless the page had been silent for long', () => {
    const record = endedConnection(0, 100_000, 1005);
    const heartbeat = heartbeatOf({ periodMs: 1_000, longestGapMs: 1_700, longestGapAtMs: 98_300 });
    const of = (lastOutAtMs: number) =>
      one(
        'hidden-tab',
        factsOf([record], {
          context: [contextOf('hidden', 20_000)],
          digests: [digestOf(record.connectionId, { heartbeat, lastOutAtMs, lastInAtMs: lastOutAtMs })],
        }),
      );
    expect(of(98_300)).toBeUndefined();
    expect(of(60_000)).toBeDefined();
  });

  it('page-busy: long tasks while connections are open, and not short ones or without any', () => {
    const record = connectionOf({ openedAtMs: 0 });
    const busy = (durationMs: number, atMs = 5_000) =>
      around(record, [contextOf('longTask', atMs, { durationMs })]).map(({ rule }) => rule);
    expect(busy(4_000)).toEqual(['page-busy']);
    expect(busy(300)).toEqual([]);
    expect(busy(4_000, -10)).toEqual([]);
  });
});

describe('heartbeats', () => {
  const dead = (fields: Partial<Digest> = {}, id = '') =>
    digestOf(id, { heartbeat: heartbeatOf({ unanswered: 3 }), lastInAtMs: 70_000, lastOutAtMs: 99_000, ...fields });

  it('missed-heartbeats: beats unanswered before a loss', () => {
    const record = endedConnection(0, 100_000, 1006);
    const finding = one('missed-heartbeats', factsOf([record], { digests: [dead({}, record.connectionId)] }));
    expect(all(finding)).toEqual(['half-open', 'network-lost', 'server-stalled']);
    expect(finding?.evidence.some(({ kind }) => kind === 'frame')).toBe(true);
  });

  it('missed-heartbeats: not when beats were fine to the end, and not when nobody ever answers', () => {
    const record = endedConnection(0, 100_000, 1006);
    const fine = digestOf(record.connectionId, { heartbeat: heartbeatOf(), lastInAtMs: 99_900, lastOutAtMs: 99_850 });
    expect(one('missed-heartbeats', factsOf([record], { digests: [fine] }))).toBeUndefined();
    const oneWay = dead(
      { heartbeat: heartbeatOf({ isAnswered: false, unanswered: 0, answers: 0 }) },
      record.connectionId,
    );
    expect(one('missed-heartbeats', factsOf([record], { digests: [oneWay] }))).toBeUndefined();
  });

  it('heartbeat-timeout: what Phoenix closes with 1000 is a dead link', () => {
    const closeRequested = { atMs: 99_990, code: 1000, reason: 'heartbeat timeout' };
    const record = endedConnection(0, 100_000, 1000, { closeRequested });
    const finding = one('heartbeat-timeout', factsOf([record]));
    expect(first(finding)).toBe('half-open');
    const silent = endedConnection(0, 100_000, 1000, { closeRequested: { ...closeRequested, reason: null } });
    expect(one('heartbeat-timeout', factsOf([silent], { digests: [dead({}, silent.connectionId)] }))).toBeDefined();
    expect(one('heartbeat-timeout', factsOf([silent]))).toBeUndefined();
  });

  it('half-open: open and silent for longer than two beats, or than what was announced', () => {
    const record = connectionOf({ openedAtMs: 0 });
    const facts = (untilMs: number, fields: Partial<Digest> = {}) =>
      factsOf([record], {
        untilMs,
        digests: [digestOf(record.connectionId, { heartbeat: heartbeatOf(), lastInAtMs: 80_000, ...fields })],
      });
    expect(first(one('half-open', facts(104_000)))).toBe('half-open');
    expect(one('half-open', facts(102_000))).toBeUndefined();
    const announced = { heartbeat: heartbeatOf({ by: 'server', announced: { periodMs: 25_000, timeoutMs: 20_000 } }) };
    expect(one('half-open', facts(120_000, announced))).toBeUndefined();
    expect(one('half-open', facts(129_000, announced))).toBeDefined();
    const zombie = { ...facts(200_000), context: [contextOf('woke', 150_000, { durationMs: 60_000 })] };
    expect(first(one('half-open', zombie))).toBe('slept');
    const frozen = { ...facts(200_000), context: [contextOf('frozen', 85_000)] };
    expect(one('half-open', frozen)).toBeUndefined();
  });

  it('uplink-stalled: bufferedAmount that only rises', () => {
    const withBuffer = (sizes: readonly number[]) =>
      connectionOf({
        openedAtMs: 0,
        acts: { ...NO_ACTS, buffered: sizes.map((size, i) => [i * 1_000, size] as const) },
      });
    expect(first(one('uplink-stalled', factsOf([withBuffer([1_000, 20_000, 90_000, 200_000])])))).toBe(
      'uplink-stalled',
    );
    expect(one('uplink-stalled', factsOf([withBuffer([90_000, 200_000, 0])]))).toBeUndefined();
    expect(one('uplink-stalled', factsOf([withBuffer([10, 20, 30])]))).toBeUndefined();
  });
});
