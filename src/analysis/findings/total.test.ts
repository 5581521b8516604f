/** Whatever rows hold, there are findings and no exception, in bounded time; and whoever asks can stop. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConnectionActs, NO_ACTS, SURROUNDINGS } from '../../protocol/evidence.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import type { Digest } from '../digest/digest.ts';
import { connectionOf, digestOf, factsOf, frameOf, handshakeOf, heartbeatOf, probeOf } from '../fixtures.ts';
import { classifyDisconnect } from './classify.ts';
import { findingSteps, findingsOf, MAX_FINDINGS_PER_RULE } from './find.ts';
import { RULES } from './rules.ts';
import type { SessionFacts } from './session-facts.ts';

const RUNS = { numRuns: 150, seed: 1006, endOnFailure: true };

/** Times that belong together, and such as no clock tells. */
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1e300) },
);
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null, freq: 3 });
const count = fc.oneof(fc.nat(20), fc.constantFrom(Number.NaN, -1, 1e12));
const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('token expired', 'ping timeout', '\u0000', '__proto__'),
);
const url = fc.oneof(
  fc.constantFrom(
    'ws://a/x',
    'wss://b/y?EIO=3',
    'ws://a/x?EIO=4&transport=websocket',
    '',
    'no url',
    'ws://h/123/abc/websocket',
    '__proto__',
  ),
  fc.string({ maxLength: 30 }),
);
const code = fc.oneof(
  fc.constantFrom(1000, 1001, 1005, 1006, 1006, 1006, 1008, 1009, 1011, 1012, 3500, 4401, 2010),
  fc.integer(),
);

const acts: fc.Arbitrary<ConnectionActs> = fc.record({
  constructedAt: some(text),
  closedAt: some(text),
  sendsThrown: count,
  firstThrownAtMs: some(time),
  unheard: count,
  handlerErrors: count,
  firstHandlerErrorAtMs: some(time),
  firstHandlerErrorSeq: some(count),
  handlerErrorText: text,
  buffered: fc.array(fc.tuple(time, count), { maxLength: 8 }),
});

const connection: fc.Arbitrary<ConnectionRecord> = fc
  .record({
    documentId: fc.constantFrom('doc', 'other', 'x.outside.0'),
    url,
    protocols: fc.array(text, { maxLength: 2 }),
    seenBy: fc.constantFrom('page', 'network', 'devtools'),
    protocol: some(text),
    createdAtMs: time,
    openedAtMs: some(time),
    erroredAtMs: some(time),
    closeRequested: some(fc.record({ atMs: time, code: some(code), reason: some(text) })),
    close: some(fc.record({ atMs: time, code, reason: text, wasClean: fc.boolean(), simulated: fc.boolean() })),
    endSeenAtMs: some(time),
    droppedAtMs: fc.option(time, { nil: null, freq: 1 }),
    goneAtMs: fc.option(time, { nil: null, freq: 1 }),
    acts: fc.oneof(acts, fc.constant(NO_ACTS)),
    framesMissed: count,
    lastFrameAtMs: some(time),
  })
  .map((fields) => connectionOf(fields as Partial<ConnectionRecord>));

const frame = fc
  .record({
    seq: count,
    atMs: time,
    isOut: fc.boolean(),
    sizeBytes: fc.oneof(count, fc.constant(200_000)),
    shape: text,
    isHeartbeat: fc.boolean(),
  })
  .map(frameOf);
const durations = fc.record({ count, medianMs: time, p95Ms: time, maxMs: time, slowest: some(fc.tuple(count, count)) });
const digest: fc.Arbitrary<Omit<Digest, 'connectionId'>> = fc.record({
  protocol: some(
    fc.record({
      id: fc.oneof(fc.constantFrom('centrifugo', 'pusher', 'vite', '__proto__', 'constructor'), text),
      name: text,
      signs: fc.array(text, { maxLength: 2 }),
      isDevServer: fc.boolean(),
    }),
  ),
  heartbeat: some(
    fc
      .record({
        by: fc.constantFrom('page' as const, 'server' as const, 'both' as const),
        periodMs: some(time),
        spread: count,
        longestGapMs: some(time),
        longestGapAtMs: some(time),
        beats: count,
        answers: count,
        unanswered: count,
        isAnswered: fc.boolean(),
        onlyWhenIdle: fc.boolean(),
        roundTrip: some(durations),
        announced: some(fc.record({ periodMs: some(time), timeoutMs: some(time) })),
        lastBeatAtMs: time,
        seqs: fc.array(count, { maxLength: 3 }),
      })
      .map(heartbeatOf),
  ),
  firstInAtMs: some(time),
  lastInAtMs: some(time),
  lastOutAtMs: some(time),
  longestSilence: some(fc.record({ atMs: time, durationMs: time })),
  survived: fc.record({ eitherMs: time, inMs: time, outMs: time }),
  lastFrames: fc.array(frame, { maxLength: 8 }),
  largestIn: some(frame),
  largestOut: some(frame),
  latency: some(durations),
  numbering: some(
    fc.record({
      path: text,
      isOut: fc.boolean(),
      frames: count,
      missing: count,
      reordered: count,
      repeated: count,
      firstSeqs: fc.array(count, { maxLength: 3 }),
    }),
  ),
  token: some(
    fc.record({
      where: fc.constantFrom('url' as const, 'subprotocol' as const, 'frame' as const),
      seq: some(count),
      expiresAtMs: time,
      issuedAtMs: some(time),
      renewedUntilMs: some(time),
    }),
  ),
  peakFramesPerSecond: count,
  farewell: some(fc.record({ seq: count, atMs: time, isOut: fc.boolean(), label: text, says: text })),
  discardedSends: count,
  firstDiscardedSeq: some(count),
  validation: some(
    fc.record({ checked: count, failed: count, firstSeqs: fc.array(count, { maxLength: 3 }), firstError: text }),
  ),
});

const context: fc.Arbitrary<ContextRecord> = fc
  .record({
    documentId: fc.constantFrom('doc', 'other', null),
    atMs: time,
    kind: fc.constantFrom(...SURROUNDINGS, 'faultStarted', 'faultEnded', 'recordingPaused'),
    durationMs: time,
    detail: text,
    url,
  })
  .map((fields) => ({ sessionId: 'session', connectionId: null, ...fields }) as ContextRecord);

const header = fc.tuple(fc.constantFrom('server', 'via', 'cf-ray', 'location', 'sec-websocket-protocol'), text);
const answer = {
  status: some(fc.oneof(fc.constantFrom(101, 200, 301, 400, 401, 404, 426, 429, 502, 503), fc.integer())),
  headers: fc.array(header, { maxLength: 3 }),
  networkError: some(
    fc.oneof(fc.constantFrom('net::ERR_FAILED', 'net::ERR_CONNECTION_REFUSED', 'NS_ERROR_NET_RESET'), text),
  ),
};

const anyFacts: fc.Arbitrary<SessionFacts> = fc
  .record({
    rows: fc.array(fc.tuple(connection, some(digest)), { maxLength: 14 }),
    context: fc.array(context, { maxLength: 10 }),
    answers: fc.array(
      fc.record({
        of: fc.nat(14),
        outcome: fc.constantFrom('opened', 'answered', 'failed', 'pending'),
        toldBy: fc.constantFrom('network', 'devtools'),
        askedAtMs: time,
        ...answer,
      }),
      { maxLength: 8 },
    ),
    untilMs: time,
  })
  .map(({ rows, context: around, answers, untilMs }) => {
    const idOf = (index: number) => rows[index]?.[0].connectionId ?? 'nobody';
    return factsOf(
      rows.map(([record]) => record),
      {
        digests: rows.flatMap(([{ connectionId }, read]) => (read ? [digestOf(connectionId, read)] : [])),
        context: around,
        handshakes: answers.map(({ of, outcome, toldBy, status, headers, networkError }) =>
          handshakeOf(idOf(of), { outcome, toldBy, status, headers, networkError } as Parameters<
            typeof handshakeOf
          >[1]),
        ),
        probes: answers.map(({ of, askedAtMs, status, headers, networkError }) =>
          probeOf(idOf(of), { askedAtMs, answeredAtMs: askedAtMs, status, headers, networkError }),
        ),
        untilMs,
      },
    );
  });

describe('analysis of anything', () => {
  it('gives well-formed findings about connections that are there', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const findings = findingsOf(facts);
        const ids = new Set(facts.connections.map(({ connectionId }) => connectionId));
        const names = new Set(RULES.map(({ name }) => name));
        // One look at all of them: an expectation for each word of each finding takes longer than to find them.
        const malformed = findings.filter(
          ({ rule, title, meaning, because, nextCheck, candidates, evidence, connectionIds }) =>
            !names.has(rule) ||
            [title, meaning, because, nextCheck].includes('') ||
            candidates.length === 0 ||
            evidence.length === 0 ||
            connectionIds.some((id) => !ids.has(id)) ||
            [title, meaning].some((text) => text.includes('undefined')),
        );
        expect(malformed).toEqual([]);
        expect(new Set(findings.map(({ findingId }) => findingId)).size).toBe(findings.length);
        for (const record of facts.connections) classifyDisconnect(record);
      }),
      RUNS,
    );
  });

  it('does not change what it is given, and says the same every time', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const before = structuredClone(facts);
        const first = findingsOf(facts);
        expect(findingsOf(facts)).toEqual(first);
        expect(facts).toEqual(before);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });
});

describe('analysis in steps', () => {
  it('tells how far it is, and can be left at any step', () => {
    const steps = findingSteps(factsOf([connectionOf({})]));
    expect(steps.next().value).toEqual({ done: 1, total: RULES.length });
    expect(steps.next().value).toEqual({ done: 2, total: RULES.length });
    expect(steps.return([]).done).toBe(true);
  });

  it.each([
    ['at one endpoint', () => 'ws://a/x', (i: number) => i * 10],
    ['at as many endpoints', (i: number) => `ws://a/${i}`, (i: number) => i * 10],
    ['that end two by two', () => 'ws://a/x', (i: number) => (i >> 1) * 10_000],
  ])('costs n log n: of ten thousand connections %s', (_, urlOf, atMsOf) => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      connectionOf({
        url: urlOf(i),
        createdAtMs: atMsOf(i),
        openedAtMs: atMsOf(i) + 1,
        close: { atMs: atMsOf(i) + 5, code: 1006, reason: '', wasClean: false, simulated: false },
      }),
    );
    // Of the processor, not of the clock: other tests run beside this one.
    const before = process.cpuUsage();
    const findings = findingsOf(factsOf(many, { untilMs: 100_000_000 }));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
    for (const { name } of RULES) {
      expect(findings.filter(({ rule }) => rule === name).length).toBeLessThanOrEqual(MAX_FINDINGS_PER_RULE);
    }
  });
});
