/** Idle timers, limits of age, crashes, restarts, and what is kept out: each with its near miss. */
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord, ContextRecord } from '../../../protocol/records.ts';
import type { Digest } from '../../digest/digest.ts';
import {
  closeOf,
  connectionOf,
  contextOf,
  digestOf,
  endedConnection,
  factsOf,
  failedConnection,
  handshakeOf,
  heartbeatOf,
} from '../../fixtures.ts';
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

/** Lost after `idleMs` of silence, having spoken for `talkMs` before; each a while after the other. */
function silences(idleMs: readonly number[], talkMs: (i: number) => number = (i) => 1_000 + 700 * i, code = 1006) {
  let atMs = 0;
  const records: ConnectionRecord[] = [];
  const digests: Digest[] = [];
  idleMs.forEach((silenceMs, i) => {
    const lastMs = atMs + 20 + talkMs(i);
    const record = endedConnection(atMs, lastMs + silenceMs, code);
    records.push(record);
    digests.push(
      digestOf(record.connectionId, {
        lastInAtMs: lastMs,
        lastOutAtMs: lastMs - 300,
        longestSilence: { atMs: lastMs, durationMs: silenceMs },
      }),
    );
    atMs = lastMs + silenceMs + 800;
  });
  return { records, digests };
}

describe('idle-cut', () => {
  it.each([
    [60_000, 'nginx'],
    [55_000, 'Heroku'],
    [50_000, 'HAProxy ingress'],
    [100_000, 'Cloudflare'],
    [300_000, 'Envoy'],
    [350_000, 'AWS NLB'],
    [600_000, 'AWS API Gateway'],
  ])('finds %d ms in the data, and whose default it is', (cutMs, product) => {
    const { records, digests } = silences([cutMs, cutMs + 40, cutMs + 90, cutMs + 10]);
    const finding = one('idle-cut', factsOf(records, { digests, untilMs: 9_000_000 }));
    expect(first(finding)).toBe('idle-cut');
    expect(finding).toMatchObject({ sureness: 'high', severity: 'problem' });
    expect(finding?.title).toContain(product);
  });

  it('finds a time that is nobody’s default, and names nobody', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030]);
    const finding = one('idle-cut', factsOf(records, { digests }));
    expect(finding?.title).toBe('3 connections cut after 7.0 s of silence');
    expect(finding?.advice.some(({ lines }) => lines?.text.includes('}, 2000);'))).toBe(true);
  });

  it('puts the hop that showed itself first, with its lines', () => {
    const { records, digests } = silences([60_000, 60_030, 60_010]);
    const handshakes = records.map(({ connectionId }) =>
      handshakeOf(connectionId, { headers: [['server', 'awselb/2.0']] }),
    );
    const finding = one('idle-cut', factsOf(records, { digests, handshakes }));
    expect(finding?.title).toContain('default of AWS ALB');
    expect(finding?.advice.some(({ lines }) => lines?.text.includes('idle_timeout.timeout_seconds'))).toBe(true);
  });

  it('is no pattern of silences that differ, nor one of two, nor of those that were survived before', () => {
    const of = ({ records, digests }: ReturnType<typeof silences>) =>
      one('idle-cut', factsOf(records, { digests, untilMs: 900_000 }));
    expect(of(silences([12_000, 31_000, 5_500, 19_000]))).toBeUndefined();
    expect(of(silences([7_000]))).toBeUndefined();
    const survived = silences([7_000, 7_020, 7_010]);
    const digests = survived.digests.map((digest) => ({ ...digest, longestSilence: { atMs: 100, durationMs: 9_000 } }));
    expect(of({ ...survived, digests })).toBeUndefined();
  });

  it('is not sure of one end, even at a known time, and lists what else it may be', () => {
    const { records, digests } = silences([60_100]);
    const finding = one('idle-cut', factsOf(records, { digests }));
    expect(finding?.sureness).toBe('low');
    expect(all(finding)).toContain('server-crash');
  });

  it('counts ends at one moment once', () => {
    const records = [0, 300, 700].map((atMs) => endedConnection(atMs, 7_500, 1006));
    const digests = records.map(({ connectionId }) => digestOf(connectionId, { lastInAtMs: 500 }));
    expect(one('idle-cut', factsOf(records, { digests }))).toBeUndefined();
  });

  it('lets go when nobody listens after the end: then the server has gone', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030]);
    const attempts = records.map(({ close }) => failedConnection((close?.atMs ?? 0) + 100, (close?.atMs ?? 0) + 110));
    const handshakes = attempts.map(({ connectionId }) =>
      handshakeOf(connectionId, { outcome: 'failed', status: null, networkError: 'net::ERR_CONNECTION_REFUSED' }),
    );
    const facts = factsOf([...records, ...attempts], { digests, handshakes });
    expect(one('idle-cut', facts)).toBeUndefined();
    expect(first(one('server-gone', facts))).toBe('server-crash');
  });

  it('cannot tell silence from age where they are the same, and says how to', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030], () => 100);
    const finding = one('idle-cut', factsOf(records, { digests }));
    expect(all(finding)).toEqual(['idle-cut', 'lifetime-cut']);
    expect(finding?.sureness).toBe('medium');
    expect(finding?.nextCheck).toContain('limit of lifetime');
  });

  it('is the server’s own timer where it closes in order', () => {
    const { records, digests } = silences([9_000, 9_030, 9_010], undefined, 1000);
    expect(first(one('idle-cut', factsOf(records, { digests })))).toBe('server-idle-timeout');
  });

  it('shows connections that survived longer', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030]);
    const other = connectionOf({ openedAtMs: 0 });
    const survivor = digestOf(other.connectionId, { longestSilence: { atMs: 0, durationMs: 30_000 } });
    expect(one('idle-cut', factsOf([...records, other], { digests: [...digests, survivor] }))?.against).toHaveLength(1);
  });
});

describe('slow-heartbeat and one-way-beat', () => {
  it('blames a heartbeat that is slower than the cut', () => {
    const { records, digests } = silences([60_000, 60_030, 60_010]);
    const slow = digests.map((digest) => ({ ...digest, heartbeat: heartbeatOf({ periodMs: 75_000, beats: 1 }) }));
    const finding = one('slow-heartbeat', factsOf(records, { digests: slow }));
    expect(all(finding).slice(0, 2)).toEqual(['beat-too-slow', 'idle-cut']);
    const fast = digests.map((digest) => ({ ...digest, heartbeat: heartbeatOf({ periodMs: 20_000, beats: 1 }) }));
    expect(one('slow-heartbeat', factsOf(records, { digests: fast }))).toBeUndefined();
  });

  it('finds that only the server’s silence counts', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030]);
    const speaking = digests.map((digest, i) => ({
      ...digest,
      lastOutAtMs: (records[i]?.close?.atMs ?? 0) - 900 - 700 * i,
      longestSilence: null,
    }));
    const finding = one('one-way-beat', factsOf(records, { digests: speaking }));
    expect(first(finding)).toBe('one-way-idle-cut');
    expect(one('idle-cut', factsOf(records, { digests: speaking }))).toBeUndefined();
    expect(one('one-way-beat', factsOf(records, { digests }))).toBeUndefined();
  });

  it('finds a server that gives silent pages up', () => {
    const { records, digests } = silences([7_010, 7_060, 7_030]);
    const heard = digests.map((digest, i) => ({
      ...digest,
      lastOutAtMs: digest.lastInAtMs,
      lastInAtMs: (records[i]?.close?.atMs ?? 0) - 400 - 500 * i,
      longestSilence: null,
    }));
    expect(first(one('one-way-beat', factsOf(records, { digests: heard })))).toBe('server-idle-timeout');
  });
});

describe('lifetime-cut', () => {
  const aged = (ages: readonly number[]) => {
    const records = ages.map((ageMs, i) => endedConnection(i * 50_000, i * 50_000 + 20 + ageMs, 1006));
    const digests = records.map(({ connectionId, close }, i) =>
      digestOf(connectionId, { lastInAtMs: (close?.atMs ?? 0) - 90 * (i + 1), lastOutAtMs: (close?.atMs ?? 0) - 50 }),
    );
    return factsOf(records, { digests });
  };

  it('finds ends at the same age while frames flow', () => {
    const finding = one('lifetime-cut', aged([30_000, 30_040, 30_010]));
    expect(first(finding)).toBe('lifetime-cut');
    expect(finding?.title).toContain('Google Cloud');
  });

  it('is not ages that differ', () => {
    expect(one('lifetime-cut', aged([30_000, 12_000, 44_000]))).toBeUndefined();
  });
});

describe('engine-io-version', () => {
  const facts = (answers: number) => {
    const records = [0, 40_000, 80_000].map((atMs) =>
      endedConnection(atMs, atMs + 30_100, 1005, { url: 'ws://h/socket.io/?EIO=3&transport=websocket' }),
    );
    return factsOf(records, {
      digests: records.map(({ connectionId }) =>
        digestOf(connectionId, {
          heartbeat: heartbeatOf({ answers, periodMs: 25_000, announced: { periodMs: 25_000, timeoutMs: 5_000 } }),
        }),
      ),
    });
  };

  it('finds regular ends after interval plus timeout without an answer', () => {
    expect(first(one('engine-io-version', facts(0)))).toBe('protocol-version-mismatch');
    expect(one('engine-io-version', facts(6))).toBeUndefined();
  });
});

describe('mass-close, server-gone, connection-lost', () => {
  const three = (code: number, url = (i: number) => `ws://h/${i}`) =>
    [0, 1_000, 2_000].map((atMs, i) => endedConnection(atMs, 50_000 + 100 * i, code, { url: url(i) }));

  it('reads a restart from codes, a network from different servers', () => {
    expect(one('mass-close', factsOf(three(1012)))).toMatchObject({ sureness: 'high', severity: 'warning' });
    expect(first(one('mass-close', factsOf(three(1001))))).toBe('server-restart');
    const far = one('mass-close', factsOf(three(1006, (i) => `ws://host${i}/x`)));
    expect(first(far)).toBe('network-lost');
  });

  it('counts one that was let in while the server stopped as part of the restart', () => {
    const told = endedConnection(0, 50_000, 1012);
    const letIn = endedConnection(50_500, 50_540, 1006);
    const attempt = failedConnection(51_000, 51_005);
    const refused = { outcome: 'failed', status: null, networkError: 'net::ERR_CONNECTION_REFUSED' } as const;
    const handshakes = [handshakeOf(attempt.connectionId, refused)];
    const facts = factsOf([told, letIn, attempt], { handshakes });
    expect(one('mass-close', facts)).toMatchObject({ sureness: 'high', severity: 'warning' });
    expect(one('server-gone', facts)).toBeUndefined();
    const later = { ...letIn, close: closeOf(58_000, 1006) };
    expect(one('server-gone', factsOf([told, later, failedConnection(58_500, 58_505)]))).toBeDefined();
  });

  it('reads from what follows who has gone', () => {
    const records = three(1006);
    const attempt = failedConnection(51_000, 51_005, { url: 'ws://h/0' });
    const answered = (fields: Parameters<typeof handshakeOf>[1]) =>
      one(
        'mass-close',
        factsOf([...records, attempt], {
          handshakes: [handshakeOf(attempt.connectionId, { outcome: 'failed', status: null, ...fields })],
        }),
      );
    expect(answered({ networkError: 'net::ERR_CONNECTION_REFUSED' })).toMatchObject({ sureness: 'high' });
    expect(all(answered({ outcome: 'answered', status: 502 }))).toContain('bad-gateway');
    const back = connectionOf({ createdAtMs: 51_000, openedAtMs: 51_010, url: 'ws://h/0' });
    expect(one('mass-close', factsOf([...records, back]))?.sureness).toBe('low');
    const handshakes = records.map(({ connectionId }) => handshakeOf(connectionId, { headers: [['server', 'nginx']] }));
    expect(first(one('mass-close', factsOf([...records, back], { handshakes })))).toBe('proxy-reload');
  });

  it('is not two ends that are apart, nor sure when others of the server live on', () => {
    expect(
      one('mass-close', factsOf([endedConnection(0, 50_000, 1006), endedConnection(0, 53_000, 1006)])),
    ).toBeUndefined();
    const other = connectionOf({ openedAtMs: 0, url: 'ws://h/9' });
    const digests = [digestOf(other.connectionId, { lastInAtMs: 80_000 })];
    const finding = one('mass-close', factsOf([...three(1006), other], { digests }));
    expect(finding).toMatchObject({ sureness: 'low' });
    expect(finding?.against).toHaveLength(1);
  });

  it('finds a server that dies again and again', () => {
    const records = [0, 30_000, 60_000].map((atMs) => endedConnection(atMs, atMs + 20_000 + atMs / 20, 1006));
    const attempts = records.map(({ close }) => failedConnection((close?.atMs ?? 0) + 500, (close?.atMs ?? 0) + 505));
    const handshakes = attempts.map(({ connectionId }) =>
      handshakeOf(connectionId, { outcome: 'failed', status: null, networkError: 'NS_ERROR_CONNECTION_REFUSED' }),
    );
    const finding = one('server-gone', factsOf([...records, ...attempts], { handshakes }));
    expect(all(finding)).toEqual(['server-crash', 'crash-loop', 'proxy-reload']);
    expect(finding?.title).toContain('3 times');
  });

  it('claims nothing of a single loss', () => {
    const finding = one(
      'connection-lost',
      factsOf([endedConnection(0, 33_000, 1006), connectionOf({ createdAtMs: 33_100, openedAtMs: 33_110 })]),
    );
    expect(finding?.sureness).toBe('low');
    expect(all(finding).length).toBeGreaterThan(2);
  });

  it('leaves alone what is explained', () => {
    const { records, digests } = silences([60_000, 60_030, 60_010]);
    expect(one('connection-lost', factsOf(records, { digests }))).toBeUndefined();
  });
});

describe('what is kept out', () => {
  it('is labelled, and nothing else is said of it', () => {
    const context = [contextOf('pageHidden', 20_000, { detail: 'persisted' })];
    const rulesOf = (record: ConnectionRecord, rows: readonly ContextRecord[] = []) =>
      around(record, rows).map(({ rule, severity }) => [rule, severity]);
    const end = endedConnection(0, 20_100, 1006);
    expect(rulesOf({ ...end, close: { ...closeOf(20_100, 1006), simulated: true } })).toEqual([['simulated', 'note']]);
    expect(rulesOf({ ...end, droppedAtMs: 20_000 })).toEqual([['simulated', 'note']]);
    expect(rulesOf(connectionOf({ openedAtMs: 1, goneAtMs: 9 }))).toEqual([['page-left', 'note']]);
    expect(rulesOf({ ...end, protocols: ['vite-hmr'] })).toEqual([['dev-server', 'note']]);
    expect(rulesOf(end, context)).toContainEqual(['back-forward-cache', 'note']);
    expect(rulesOf(end)).not.toContainEqual(['back-forward-cache', 'note']);
  });

  it('is what a fault has done, too, and not what happened after it', () => {
    const fault = {
      fault: 'f',
      effect: 'silence',
      silences: null,
      startedAtMs: 0,
      firedAtMs: 5_000,
      endedAtMs: 20_000,
      cause: null,
      count: 1,
      lost: 0,
      delayed: 0,
      changed: 0,
      added: 0,
    };
    const under = (endMs: number) =>
      around({ ...endedConnection(0, endMs, 1006), faults: [fault] } as ConnectionRecord, []).map(({ rule }) => rule);
    expect(under(21_000)).toEqual(['simulated']);
    expect(under(90_000)).not.toContain('simulated');
  });

  it('is 1001 that Firefox reports when it leaves a page', () => {
    const facts = factsOf([endedConnection(0, 20_000, 1001)]);
    const documents = facts.documents.map((document) => ({ ...document, goneAtMs: 20_400 }));
    expect(findingsOf({ ...facts, documents }).map(({ rule }) => rule)).toEqual(['page-left']);
    expect(findingsOf(facts).map(({ rule }) => rule)).toContain('close-code');
  });
});
