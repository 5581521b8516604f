import { describe, expect, it } from 'vitest';
import { createFakeRecording } from '../../../e2e/panel/harness/fake-recording.ts';
import { connectionRow, documentRow, SESSION } from '../../../e2e/panel/harness/rows.ts';
import type { Digest } from '../../analysis/digest/digest.ts';
import type { SessionFacts } from '../../analysis/findings/session-facts.ts';
import { statisticsOf } from '../../analysis/statistics/statistics.ts';
import { FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../protocol/limits.ts';
import type { SessionRecord } from '../../protocol/records.ts';
import { findingFixture } from '../models/finding-fixture.ts';
import { createAnalyst, type Methods } from './analyst.ts';
import type { AnalysisNews, AnalysisRequest, CountNews } from './messages.ts';

/** What the reader of a connection was given: which seqs, in which order. */
function digestOf(connectionId: string, seqs: readonly number[]): Digest {
  return { connectionId, protocol: null, heartbeat: null, validation: null, seqs } as unknown as Digest;
}

function createWorld(methods: Partial<Methods> = {}) {
  const recording = createFakeRecording();
  const news: (AnalysisNews | CountNews)[] = [];
  const sessions: SessionRecord[] = [];
  const facts: SessionFacts[] = [];
  let lastRunId = 0;
  let onRead = () => {};
  let onYield = () => {};
  let now = 0;
  recording.documents.set('doc', documentRow({ documentId: 'doc', openedAtMs: 100 }));
  const analyst = createAnalyst({
    source: {
      rows: async () => ({
        connections: [...recording.connections.values()],
        documents: [...recording.documents.values()],
        context: [],
        handshakes: [],
        probes: [],
      }),
      chunks: (connectionId, fromSeq, toSeq) => {
        onRead();
        return recording.source.chunks(connectionId, fromSeq, toSeq);
      },
      payload: recording.source.payload,
      sessions: async () => sessions,
    },
    methods: {
      readers:
        async () =>
        ({ connectionId }) => {
          const seqs: number[] = [];
          return {
            add: ({ firstSeq, count }, _, fromSeq) => {
              for (let seq = Math.max(firstSeq, fromSeq); seq < firstSeq + count; seq++) seqs.push(seq);
            },
            digest: () => digestOf(connectionId, [...seqs]),
          };
        },
      *findings(given) {
        facts.push(given);
        yield;
        return [findingFixture()];
      },
      statistics: (sessions) => ({ ...statisticsOf([]), connections: sessions.length }),
      ...methods,
    },
    post: (one) => news.push(one),
    nowMs: () => now++ * 100,
    yieldToOthers: async () => onYield(),
  });
  return {
    recording,
    analyst,
    news,
    facts,
    sessions,
    setOnRead: (listener: () => void) => {
      onRead = listener;
    },
    setOnYield: (listener: () => void) => {
      onYield = listener;
    },
    connect: (connectionId: string, fields: object = {}) =>
      recording.connections.set(connectionId, connectionRow({ connectionId, ...fields })),
    say: (connectionId: string, count: number, flags = 0) =>
      recording.addFrames(
        connectionId,
        Array.from({ length: count }, (_, i) => ({ atMs: i, text: 'x', flags })),
      ),
    analyse: (fields: Partial<AnalysisRequest> = {}) =>
      analyst.take({
        kind: 'analyse',
        request: {
          runId: ++lastRunId,
          sessionId: SESSION,
          sinceMs: null,
          closesWhenLeaving: false,
          untilMs: 1_000,
          schema: null,
          ...fields,
        },
      }),
    seqs: (connectionId: string) => (facts.at(-1)?.digests.get(connectionId) as unknown as { seqs: number[] })?.seqs,
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('the analyst', () => {
  it('reads every frame once, however often it is asked and however chunks have grown', async () => {
    const { analyse, connect, say, seqs, recording } = createWorld();
    connect('a');
    say('a', CHUNK_FRAMES + 10);
    await analyse();
    expect(seqs('a')).toEqual(upTo(CHUNK_FRAMES + 10));
    say('a', 20);
    await analyse();
    expect(seqs('a')).toEqual(upTo(CHUNK_FRAMES + 30));
    const readsBefore = recording.counters.reads;
    await analyse();
    expect(recording.counters.reads).toBe(readsBefore);
  });

  it('tells what it found', async () => {
    const { analyse, connect, news, say } = createWorld();
    connect('a');
    say('a', 3, FRAME_TRUNCATED);
    await analyse();
    expect(news.at(-1)).toMatchObject({
      kind: 'done',
      runId: 1,
      result: { findings: [findingFixture()], truncatedFrames: 3, unread: [], schemaProblem: null },
    });
  });

  it('leaves out the connections of earlier pages', async () => {
    const { analyse, connect, facts, recording } = createWorld();
    recording.documents.set('old', documentRow({ documentId: 'old', openedAtMs: 0 }));
    connect('a');
    connect('b', { documentId: 'old' });
    await analyse({ sinceMs: 100 });
    expect(facts.at(-1)?.connections.map(({ connectionId }) => connectionId)).toEqual(['a']);
  });

  it('does without a connection that cannot be read through, and says so', async () => {
    const { analyse, connect, say, news, facts } = createWorld({
      readers: async () => (record) => ({
        add: () => {
          if (record.connectionId === 'hostile') throw new Error('no');
        },
        digest: ({ connectionId }) => digestOf(connectionId, []),
      }),
    });
    connect('hostile');
    connect('b');
    say('hostile', 5);
    await analyse();
    expect(news.at(-1)).toMatchObject({ kind: 'done', result: { unread: ['hostile'] } });
    expect([...(facts.at(-1)?.digests.keys() ?? [])]).toEqual(['b']);
  });

  it('tells what went wrong in a rule, and in reading', async () => {
    const broken = createWorld({
      // biome-ignore lint/correctness/useYield: it never comes to that
      *findings() {
        throw new Error('a rule broke');
      },
    });
    await broken.analyse();
    expect(broken.news).toEqual([{ kind: 'failed', runId: 1, problem: 'a rule broke' }]);

    const { analyse, connect, say, news, recording, seqs } = createWorld();
    connect('a');
    say('a', 5);
    recording.setError(new Error('no disk'));
    await analyse();
    expect(news.at(-1)).toEqual({ kind: 'failed', runId: 1, problem: 'no disk' });
    recording.setError(null);
    await analyse();
    expect(seqs('a')).toEqual(upTo(5));
  });

  it('gives up when it is told to, and goes on where it was', async () => {
    const { analyse, analyst, connect, say, news, seqs, setOnRead } = createWorld();
    connect('a');
    say('a', 3 * CHUNK_FRAMES);
    setOnRead(() => void analyst.take({ kind: 'cancel' }));
    await analyse();
    expect(news.at(-1)).toEqual({ kind: 'cancelled', runId: 1 });
    setOnRead(() => {});
    await analyse();
    expect(seqs('a')).toEqual(upTo(3 * CHUNK_FRAMES));
  });

  it('gives up between two rules, too', async () => {
    const { analyse, analyst, news, setOnYield } = createWorld();
    setOnYield(() => void analyst.take({ kind: 'cancel' }));
    await analyse();
    expect(news).toEqual([{ kind: 'cancelled', runId: 1 }]);
  });

  it('tells how far it is', async () => {
    const { analyse, connect, say, news } = createWorld();
    connect('a');
    say('a', 3 * CHUNK_FRAMES);
    await analyse();
    expect(news[0]).toMatchObject({ kind: 'progress', totalFrames: 3 * CHUNK_FRAMES });
  });

  it('answers the later of two requests', async () => {
    const { analyse, news } = createWorld();
    void analyse();
    await analyse();
    expect(news.flatMap((one) => (one.kind === 'done' ? [one.runId] : []))).toEqual([2]);
  });

  it('counts all recordings, or says why it cannot', async () => {
    const { analyst, news, sessions } = createWorld();
    const session = { tabId: 1, name: '', startedAtMs: 0, endedAtMs: null, pinned: false, storedBytes: 0 };
    sessions.push({ ...session, sessionId: 'a' }, { ...session, sessionId: 'b' });
    await analyst.take({ kind: 'count', countId: 1, untilMs: 5 });
    expect(news).toMatchObject([{ kind: 'counted', countId: 1, all: { recordings: 2 }, problem: null }]);
    const broken = createWorld({
      statistics: () => {
        throw new Error('no');
      },
    });
    await broken.analyst.take({ kind: 'count', countId: 2, untilMs: 5 });
    expect(broken.news).toEqual([{ kind: 'counted', countId: 2, all: null, problem: 'no' }]);
  });

  it('says what is wrong with a schema, and does without it', async () => {
    const { analyse, news, connect } = createWorld({
      readers: async (schema) => {
        if (schema !== null) throw new Error('unknown type "strang"');
        return ({ connectionId }) => ({ add: () => {}, digest: () => digestOf(connectionId, []) });
      },
    });
    connect('a');
    await analyse({ schema: '{"type":"strang"}' });
    expect(news.at(-1)).toMatchObject({ kind: 'done', result: { schemaProblem: 'unknown type "strang"' } });
    await analyse();
    expect(news.at(-1)).toMatchObject({ kind: 'done', result: { schemaProblem: null } });
  });
});
