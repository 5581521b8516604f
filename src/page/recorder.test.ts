/**
 * The recorder against a plain model, under random histories: what the content script is told in one recording must be,
 * for every connection, each fact once and each seq once, as a frame or in a gap.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BLOB, FRAME_OUT, parseFrameColumns } from '../protocol/frame-columns.ts';
import {
  BATCH_DELAY_MS,
  BATCH_FRAMES,
  BATCH_PAYLOAD_BYTES,
  MAX_REPORTS_PER_MESSAGE,
  RING_CLOSED_CONNECTIONS,
  RING_FRAMES,
  RING_PAYLOAD_BYTES,
} from '../protocol/limits.ts';
import type { PageMessage, PageReport } from '../protocol/page-report.ts';
import { parsePageReport } from '../protocol/page-report.ts';
import { binaryPayload, type Payload, textPayload } from './payload.ts';
import { createRecorder } from './recorder.ts';
import { type Connection, createRing, type FactReport } from './ring.ts';

interface PendingRead {
  readonly blob: Blob;
  readonly done: (content: ArrayBuffer) => void;
}

function createDocument() {
  const ring = createRing();
  const messages: PageMessage[] = [];
  const delays: (() => void)[] = [];
  const reads: PendingRead[] = [];
  const watched = { count: 0 };
  const clock = { nowMs: 1000, isCoarse: false };
  const recorder = createRecorder(ring, {
    nowMs: () => clock.nowMs,
    isDelayCoarse: () => clock.isCoarse,
    callAfter: (delayMs, callback) => {
      expect(delayMs).toBe(BATCH_DELAY_MS);
      delays.push(callback);
    },
    watchForTheEnd: () => {
      watched.count++;
    },
    watchForErrors: () => undefined,
    endDelivery: () => undefined,
    post: (message) => messages.push(message),
    readBlob: (blob, done) => reads.push({ blob, done }),
  });
  return {
    ring,
    clock,
    watched,
    messages,
    delays,
    reads,
    recorder,
    connect: () =>
      recorder.noteConnection({ atMs: clock.nowMs, url: 'ws://x/', protocols: [] }, {} as WeakRef<WebSocket>),
    fact: ({ number }: Connection, connection: Connection, kind: 'connectionOpened' | 'connectionClosed') =>
      recorder.noteFact(connection, factOf(kind, number, clock.nowMs)),
    /** All reports since the last call. */
    takeReports: (): readonly PageReport[] =>
      messages.splice(0).flatMap((message) => {
        if (message.kind !== 'reports') return [];
        expect(message.reports.length).toBeLessThanOrEqual(MAX_REPORTS_PER_MESSAGE);
        return message.reports.map((report) => {
          const parsed = parsePageReport(report);
          if (!parsed) throw new Error(`the other side would refuse ${JSON.stringify(report)}`);
          return parsed;
        });
      }),
  };
}

function factOf(kind: 'connectionOpened' | 'connectionClosed', connection: number, atMs: number): FactReport {
  return kind === 'connectionOpened'
    ? { kind, connection, atMs, protocol: '', extensions: '' }
    : { kind, connection, atMs, code: 1000, reason: '', wasClean: true, simulated: false };
}

/** Short text that claims to weigh more: fills the ring without filling the memory of the test. */
function heavy(text: string, weight: number): Payload {
  return { ...textPayload(text), weight };
}

const kinds = (reports: readonly PageReport[]) => reports.map(({ kind }) => kind);

describe('a document that is not recorded', () => {
  it('says once that it has sockets, and nothing else', () => {
    const { recorder, connect, fact, messages, delays } = createDocument();
    const a = connect();
    fact(a, a, 'connectionOpened');
    for (let i = 0; i < 1000; i++) recorder.noteFrame(a, i, 0, textPayload('x'));
    connect();
    recorder.flush();
    recorder.expectTheEnd();
    expect(messages).toEqual([{ kind: 'socketsExist' }]);
    expect(delays).toEqual([]);
  });
});

describe('a batch leaves', () => {
  function recorded() {
    const page = createDocument();
    const a = page.connect();
    page.recorder.startRecording('ring');
    page.takeReports();
    const frame = (weight = 1) => page.recorder.noteFrame(a, page.clock.nowMs, 0, heavy('x', weight));
    return { ...page, a, frame };
  }

  it('after the delay, and the delay is asked for once', () => {
    const { delays, frame, takeReports } = recorded();
    frame();
    frame();
    expect(takeReports()).toEqual([]);
    expect(delays).toHaveLength(1);
    delays[0]?.();
    expect(takeReports()).toMatchObject([{ kind: 'framesCaptured', firstSeq: 0, columns: { count: 2 } }]);
    frame();
    expect(delays).toHaveLength(2);
  });

  it('when it has many frames', () => {
    const { frame, takeReports } = recorded();
    for (let i = 1; i < BATCH_FRAMES; i++) frame();
    expect(takeReports()).toEqual([]);
    frame();
    expect(takeReports()).toMatchObject([{ kind: 'framesCaptured', columns: { count: BATCH_FRAMES } }]);
  });

  it('when it is heavy', () => {
    const { frame, takeReports } = recorded();
    frame(BATCH_PAYLOAD_BYTES - 1);
    expect(takeReports()).toEqual([]);
    frame(1);
    expect(kinds(takeReports())).toEqual(['framesCaptured']);
  });

  it('with the next frame, when the delay is late', () => {
    const { clock, frame, takeReports } = recorded();
    frame();
    clock.nowMs += BATCH_DELAY_MS;
    frame();
    expect(takeReports()).toMatchObject([{ columns: { count: 2 } }]);
  });

  it('at once in a hidden tab, but not more often than the delay', () => {
    const { clock, frame, takeReports } = recorded();
    clock.isCoarse = true;
    clock.nowMs += BATCH_DELAY_MS;
    frame();
    expect(takeReports()).toMatchObject([{ columns: { count: 1 } }]);
    frame();
    expect(takeReports()).toEqual([]);
    clock.nowMs += BATCH_DELAY_MS;
    frame();
    expect(takeReports()).toMatchObject([{ firstSeq: 1, columns: { count: 2 } }]);
  });

  it('at the end of the document, and then at every frame, until time goes on', () => {
    const { delays, frame, recorder, takeReports } = recorded();
    frame();
    recorder.expectTheEnd();
    expect(takeReports()).toMatchObject([{ columns: { count: 1 } }]);
    frame();
    expect(takeReports()).toMatchObject([{ columns: { count: 1 } }]);
    delays.at(-1)?.();
    frame();
    expect(takeReports()).toEqual([]);
  });

  it('at the end even if all listeners have been removed meanwhile: it is asked for again and again', () => {
    const { frame, watched, recorder } = recorded();
    const before = watched.count;
    frame();
    expect(watched.count).toBe(before + 1);
    recorder.flush();
    frame();
    expect(watched.count).toBe(before + 2);
    for (let i = 0; i < 16; i++) frame();
    expect(watched.count).toBe(before + 3);
  });

  it('at once when a connection closes: its page may close its window now', () => {
    const { a, frame, fact, takeReports } = recorded();
    frame();
    fact(a, a, 'connectionClosed');
    expect(kinds(takeReports())).toEqual(['framesCaptured', 'connectionClosed']);
  });

  it('when recording stops, and nothing after', () => {
    const { a, delays, frame, fact, recorder, takeReports } = recorded();
    frame();
    recorder.stopRecording();
    expect(takeReports()).toMatchObject([{ columns: { count: 1 } }]);
    frame();
    fact(a, a, 'connectionClosed');
    for (const callback of delays) callback();
    recorder.flush();
    expect(takeReports()).toEqual([]);
  });
});

describe('the content of Blobs', () => {
  const blob = new Blob(['1234']);
  const payload = binaryPayload(blob) as Payload;
  const content = () => new TextEncoder().encode('1234').buffer;

  it('is read when it comes while recording, and follows its frame', () => {
    const { connect, reads, recorder, takeReports } = createDocument();
    const a = connect();
    recorder.startRecording('ring');
    takeReports();
    recorder.noteFrame(a, 1, 0, payload);
    expect(reads).toHaveLength(1);
    expect(takeReports()).toEqual([]);
    reads[0]?.done(content());
    recorder.flush();
    expect(kinds(takeReports())).toEqual(['framesCaptured', 'frameContent']);
    expect(reads).toHaveLength(1);
  });

  it('is read when a frame from before is handed over, and follows it', () => {
    const { connect, delays, reads, recorder, takeReports } = createDocument();
    const a = connect();
    recorder.noteFrame(a, 1, 0, payload);
    expect(reads).toEqual([]);
    recorder.startRecording('ring');
    expect(takeReports()).toMatchObject([
      { kind: 'connectionCreated' },
      {
        kind: 'framesCaptured',
        columns: { count: 1, flags: Uint8Array.of(FRAME_BLOB | 2), sizeBytes: Float64Array.of(4) },
      },
    ]);
    expect(reads.map((read) => read.blob)).toEqual([blob]);
    reads[0]?.done(content());
    delays.at(-1)?.();
    expect(takeReports()).toEqual([
      { kind: 'frameContent', connection: 0, seq: 0, bytes: Uint8Array.of(49, 50, 51, 52) },
    ]);
  });

  it('is read again for a new recording, and belongs to it alone', () => {
    const { connect, delays, reads, recorder, takeReports } = createDocument();
    recorder.noteFrame(connect(), 1, 0, payload);
    recorder.startRecording('ring');
    recorder.startRecording('ring');
    expect(reads).toHaveLength(2);
    takeReports();
    reads[0]?.done(content());
    for (const callback of delays) callback();
    expect(takeReports()).toEqual([]);
    reads[1]?.done(content());
    for (const callback of delays) callback();
    expect(kinds(takeReports())).toEqual(['frameContent']);
  });

  it('comes through a pause, and not while it lasts', () => {
    const { connect, delays, reads, recorder, takeReports } = createDocument();
    const a = connect();
    recorder.noteFrame(a, 1, 0, payload);
    recorder.noteFrame(a, 1, 0, payload);
    recorder.startRecording('ring');
    takeReports();
    recorder.stopRecording();
    reads[0]?.done(content());
    recorder.startRecording('unsent');
    reads[1]?.done(content());
    for (const callback of delays) callback();
    expect(takeReports()).toMatchObject([{ kind: 'frameContent', seq: 1 }]);
  });
});

describe('recording starts', () => {
  /** Two connections, one of them closed; the frames of the first no longer all in the ring. */
  function used() {
    const page = createDocument();
    const { connect, fact, recorder } = page;
    const [a, b] = [connect(), connect()];
    fact(a, a, 'connectionOpened');
    fact(b, b, 'connectionOpened');
    for (let i = 0; i < 10; i++) recorder.noteFrame(a, i, 0, textPayload(`a${i}`));
    for (let i = 0; i < RING_FRAMES - 4; i++) recorder.noteFrame(b, i, FRAME_OUT, textPayload('b'));
    fact(a, a, 'connectionClosed');
    return { ...page, a, b };
  }

  it("with everything that is remembered: 'ring'", () => {
    const { recorder, takeReports } = used();
    recorder.startRecording('ring');
    const reports = takeReports();
    expect(reports).toMatchObject([
      { kind: 'connectionCreated', connection: 0 },
      { kind: 'connectionOpened', connection: 0 },
      { kind: 'framesMissed', connection: 0, firstSeq: 0, count: 6, reason: 'ring' },
      { kind: 'framesCaptured', connection: 0, firstSeq: 6, columns: { count: 4, text: 'a6a7a8a9' } },
      { kind: 'connectionClosed', connection: 0 },
      { kind: 'connectionCreated', connection: 1 },
      { kind: 'connectionOpened', connection: 1 },
      { kind: 'framesCaptured', connection: 1, firstSeq: 0, columns: { count: RING_FRAMES - 4 } },
    ]);
    recorder.startRecording('ring');
    expect(takeReports()).toEqual(reports);
  });

  it("with open connections only, and none of their frames: 'open'", () => {
    const { b, delays, recorder, takeReports } = used();
    recorder.startRecording('open');
    expect(takeReports()).toMatchObject([
      { kind: 'connectionCreated', connection: 1 },
      { kind: 'connectionOpened', connection: 1 },
      { kind: 'framesMissed', connection: 1, firstSeq: 0, count: RING_FRAMES - 4, reason: 'cleared' },
    ]);
    recorder.noteFrame(b, 1, 0, textPayload('next'));
    delays.at(-1)?.();
    expect(takeReports()).toMatchObject([{ kind: 'framesCaptured', firstSeq: RING_FRAMES - 4, columns: { count: 1 } }]);
  });

  it("with what came since it stopped: 'unsent'", () => {
    const { b, connect, fact, recorder, takeReports } = used();
    recorder.startRecording('ring');
    recorder.stopRecording();
    takeReports();
    recorder.noteFrame(b, 1, 0, textPayload('late'));
    fact(b, b, 'connectionClosed');
    connect();
    recorder.startRecording('unsent');
    expect(takeReports()).toMatchObject([
      { kind: 'framesCaptured', connection: 1, firstSeq: RING_FRAMES - 4, columns: { text: 'late' } },
      { kind: 'connectionClosed', connection: 1 },
      { kind: 'connectionCreated', connection: 2 },
    ]);
  });

  it("after a pause that was too long for the ring: a gap, 'paused'", () => {
    const { b, recorder, takeReports } = used();
    recorder.startRecording('ring');
    recorder.stopRecording();
    takeReports();
    for (let i = 0; i < RING_FRAMES + 5; i++) recorder.noteFrame(b, i, 0, textPayload('b'));
    recorder.startRecording('unsent');
    expect(takeReports()).toMatchObject([
      { kind: 'framesMissed', connection: 1, firstSeq: RING_FRAMES - 4, count: 5, reason: 'paused' },
      { kind: 'framesCaptured', connection: 1, firstSeq: RING_FRAMES + 1, columns: { count: RING_FRAMES } },
    ]);
  });

  it('in a document with thousands of connections, in messages that the other side accepts', () => {
    const { connect, recorder, messages, takeReports } = createDocument();
    for (let i = 0; i < 10_000; i++) connect();
    recorder.startRecording('ring');
    expect(messages.length).toBeGreaterThan(2);
    expect(takeReports()).toHaveLength(10_000);
  });

  it('and every close of many is told before its connection is forgotten', () => {
    const { connect, fact, recorder, ring, takeReports } = createDocument();
    const all = Array.from({ length: RING_CLOSED_CONNECTIONS + BATCH_FRAMES }, connect);
    recorder.startRecording('ring');
    takeReports();
    for (const connection of all) fact(connection, connection, 'connectionClosed');
    recorder.flush();
    expect(takeReports()).toHaveLength(all.length);
    expect(ring.closedCount).toBe(RING_CLOSED_CONNECTIONS);
  });

  it('never with frames of a connection that was closed when the list was cleared', () => {
    const { connect, fact, recorder, takeReports } = createDocument();
    const a = connect();
    fact(a, a, 'connectionClosed');
    recorder.startRecording('open');
    recorder.noteFrame(a, 1, FRAME_OUT, textPayload('into the void'));
    recorder.flush();
    expect(takeReports()).toEqual([]);
    recorder.startRecording('ring');
    recorder.noteFrame(a, 1, FRAME_OUT, textPayload('into the void'));
    recorder.flush();
    expect(kinds(takeReports())).toEqual(['connectionCreated', 'connectionClosed', 'framesCaptured']);
  });

  it('never with frames of a connection that was forgotten', () => {
    const { connect, fact, recorder, takeReports } = createDocument();
    const first = connect();
    for (let i = 0; i <= RING_CLOSED_CONNECTIONS; i++) {
      const connection = i === 0 ? first : connect();
      fact(connection, connection, 'connectionClosed');
    }
    recorder.startRecording('ring');
    takeReports();
    recorder.noteFrame(first, 1, FRAME_OUT, textPayload('into the void'));
    recorder.flush();
    expect(takeReports()).toEqual([]);
  });
});

describe('whatever happens', () => {
  type Step =
    | { readonly do: 'connect' | 'stop' | 'flush' | 'delay' | 'hide' | 'end' }
    | { readonly do: 'open' | 'close'; readonly which: number }
    | { readonly do: 'frames'; readonly which: number; readonly count: number; readonly weight: number }
    | { readonly do: 'record'; readonly history: 'ring' | 'open' | 'unsent' }
    | { readonly do: 'wait'; readonly ms: number };

  const which = fc.nat(9);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('connect' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('open' as const, 'close' as const), which }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('frames' as const),
        which,
        count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900 })),
        weight: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.constant(100_000), fc.constant(1_048_576)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('record' as const),
        history: fc.constantFrom('ring' as const, 'open' as const, 'unsent' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('stop', 'flush', 'delay', 'hide', 'end' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 50 }) }) },
  );

  /** What the content script knows of one connection in the current recording. */
  interface Told {
    readonly facts: string[];
    nextSeq: number;
  }

  it('every seq is told once, in order, as a frame or in a gap', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const page = createDocument();
        const { recorder, ring, clock } = page;
        const connections: Connection[] = [];
        let told = new Map<number, Told>();
        let wasReset = false;

        function hear(): void {
          for (const report of page.takeReports()) {
            const known = told.get(report.connection) ?? { facts: [], nextSeq: 0 };
            told.set(report.connection, known);
            if (known.facts.length === 0) expect(report.kind).toBe('connectionCreated');
            if (report.kind === 'framesCaptured') {
              expect(report.firstSeq).toBe(known.nextSeq);
              const columns = parseFrameColumns(report.columns);
              if (!columns) throw new Error('bad columns');
              const texts = Array.from(
                { length: columns.count },
                (_, i) => `${report.connection}:${report.firstSeq + i} `,
              );
              expect(columns.text).toBe(texts.join(''));
              known.nextSeq += columns.count;
            } else if (report.kind === 'framesMissed') {
              expect(report.firstSeq).toBe(known.nextSeq);
              known.nextSeq += report.count;
            } else {
              expect(known.facts).not.toContain(report.kind);
              known.facts.push(report.kind);
            }
          }
        }

        function frames(connection: Connection, count: number, weight: number): void {
          for (let i = 0; i < count; i++) {
            recorder.noteFrame(
              connection,
              clock.nowMs,
              0,
              heavy(`${connection.number}:${connection.nextSeq} `, weight),
            );
          }
        }

        for (const next of steps) {
          const connection = 'which' in next ? connections[next.which % Math.max(1, connections.length)] : undefined;
          if (next.do === 'connect') connections.push(page.connect());
          else if (next.do === 'stop') recorder.stopRecording();
          else if (next.do === 'flush') recorder.flush();
          else if (next.do === 'end') recorder.expectTheEnd();
          else if (next.do === 'delay') for (const callback of page.delays.splice(0)) callback();
          else if (next.do === 'hide') clock.isCoarse = !clock.isCoarse;
          else if (next.do === 'wait') clock.nowMs += next.ms;
          else if (next.do === 'record') {
            recorder.flush();
            hear();
            if (next.history !== 'unsent') told = new Map();
            wasReset ||= next.history === 'open';
            recorder.startRecording(next.history);
          } else if (connection) {
            if (next.do === 'frames') frames(connection, next.count, next.weight);
            else if (next.do === 'close' && !connection.isClosed) page.fact(connection, connection, 'connectionClosed');
            else if (next.do === 'open' && connection.lastFact === connection.firstFact) {
              page.fact(connection, connection, 'connectionOpened');
            }
          }
          hear();
          expect(ring.frameCount).toBeLessThanOrEqual(RING_FRAMES);
          expect(ring.weight).toBeLessThanOrEqual(RING_PAYLOAD_BYTES);
        }

        recorder.startRecording('unsent');
        hear();
        for (const connection of connections) {
          const known = told.get(connection.number);
          // Only what was closed before the list was cleared may be unknown.
          if (!known) expect([wasReset, connection.isClosed]).toEqual([true, true]);
          else {
            expect(known.nextSeq).toBe(connection.nextSeq);
            expect(known.facts.includes('connectionClosed')).toBe(connection.isClosed);
          }
        }
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});
