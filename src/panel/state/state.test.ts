import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createFakeAnalysis } from '../../../e2e/panel/harness/fake-analysis.ts';
import { createFakeFiles } from '../../../e2e/panel/harness/fake-files.ts';
import { createFakeLink } from '../../../e2e/panel/harness/fake-link.ts';
import { createFakeRecording, type FakeFrame } from '../../../e2e/panel/harness/fake-recording.ts';
import { createFakeSessions } from '../../../e2e/panel/harness/fake-sessions.ts';
import { createLocalIndex } from '../../../e2e/panel/harness/local-index.ts';
import { createLocalSearch } from '../../../e2e/panel/harness/local-search.ts';
import { closeRow, connectionRow, documentRow, SESSION } from '../../../e2e/panel/harness/rows.ts';
import { FRAME_BLOB, FRAME_DISCARDED } from '../../protocol/frame-columns.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { createChunkCache } from './chunk-cache.ts';
import { createPanelState } from './panel-state.ts';
import { createPreferences } from './preferences.ts';
import { storageFixture } from './storage-fixture.ts';

/** A panel's state over an invented world. Animation frames come when the test says so. */
function createWorld() {
  const recording = createFakeRecording();
  const background = createFakeLink(recording);
  const analysis = createFakeAnalysis();
  const stored = new Map<string, string>();
  const lasting = new Map<string, unknown>();
  let frames: (() => void)[] = [];
  let pageStartMs: number | null = null;
  let onPage = () => {};
  recording.documents.set('doc', documentRow({ documentId: 'doc', openedAtMs: 100 }));

  const state = createPanelState({
    link: background.link,
    source: recording.source,
    sessions: createFakeSessions().source,
    files: createFakeFiles().edge,
    version: '0.0.0',
    host: {
      place: 'devtools',
      theme: () => 'light',
      onThemeChanged: () => {},
      pageStartMs: async () => pageStartMs,
      onPageChanged: (listener) => {
        onPage = listener;
      },
    },
    preferences: createPreferences(storageFixture(stored)),
    storage: {
      get: async (key) => lasting.get(key),
      set: async (key, value) => {
        lasting.set(key, value);
      },
      onChanged: () => undefined,
    },
    analysis: analysis.edge,
    search: createLocalSearch(recording.source),
    index: createLocalIndex(recording.source),
    callAfter: () => {},
    closesWhenLeaving: true,
    isStored: false,
    nowMs: () => 1_000,
    requestFrame: (callback) => {
      frames.push(callback);
    },
    afterFrame: (callback) => {
      frames.push(callback);
    },
  });

  return {
    recording,
    background,
    state,
    stored,
    lasting,
    frame: () => {
      const due = frames;
      frames = [];
      for (const callback of due) callback();
    },
    /** Waits for what comes in tasks of its own, letting animation frames pass. */
    async settle(condition: () => unknown): Promise<void> {
      await vi.waitFor(
        () => {
          this.frame();
          expect(condition()).toBeTruthy();
        },
        { timeout: 25_000, interval: 5 },
      );
    },
    add(fields: Partial<ConnectionRecord> & Pick<ConnectionRecord, 'connectionId'>): void {
      recording.connections.set(fields.connectionId, connectionRow(fields));
      background.tellAll();
    },
    navigate: (toMs: number) => {
      pageStartMs = toMs;
      onPage();
    },
    matches: () => {
      const list = state.frames.search.value?.matches;
      return Array.from({ length: list?.length ?? 0 }, (_, i) => list?.seqAt(i));
    },
    ids: () => state.connections.value.map(({ connectionId }) => connectionId),
  };
}

async function attachedWorld() {
  const world = createWorld();
  await world.settle(() => world.state.recording.status.value === 'attached');
  return world;
}

const text = (words: string, atMs = 500): FakeFrame => ({ atMs, text: words });

describe('the recording', () => {
  it('is read when the panel attaches', async () => {
    const world = createWorld();
    world.recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0', createdAtMs: 200 }));
    await world.settle(() => world.ids().length === 1);
    expect(world.state.recording.isRecording.value).toBe(true);
  });

  it('is published once per animation frame, however much was told', async () => {
    const world = await attachedWorld();
    let publications = -1;
    const stop = world.state.recording.connections.subscribe(() => {
      publications++;
    });
    for (let i = 0; i < 100; i++) world.add({ connectionId: `doc/${i}`, connection: i, createdAtMs: 200 + i });
    expect(publications).toBe(0);
    world.frame();
    expect(publications).toBe(1);
    expect(world.ids().length).toBe(100);
    stop();
  });

  it('never goes back to a row that was read before a newer one was told', async () => {
    const world = createWorld();
    world.recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0', createdAtMs: 200, framesIn: 1 }));
    await Promise.resolve(); // attached; the read is on its way
    const newer = connectionRow({ connectionId: 'doc/0', createdAtMs: 200, framesIn: 9 });
    world.background.tell({ kind: 'changed', sessionId: SESSION, documents: [], connections: [newer] });
    await world.settle(() => world.state.recording.documents.value.size === 1);
    expect(world.state.connections.value[0]?.framesIn).toBe(9);
  });

  it('is empty at once when the list is cleared, and ignores what comes late from the session before', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.frame();
    const late = connectionRow({ connectionId: 'doc/0', createdAtMs: 200 });
    world.state.clear();
    await Promise.resolve();
    expect(world.ids()).toEqual([]);
    world.background.tell({ kind: 'changed', sessionId: SESSION, documents: [], connections: [late] });
    world.frame();
    expect(world.ids()).toEqual([]);
  });

  it('has the markers that are told, changed and taken away', async () => {
    const world = createWorld();
    await world.settle(() => world.state.recording.status.value === 'attached');
    const mark = { contextId: 4, sessionId: 'session-1', documentId: null, connectionId: null, atMs: 5 } as const;
    const tell = (text: string, sessionId = 'session-1') =>
      world.background.tell({
        kind: 'evidence',
        sessionId,
        handshakes: [],
        probes: [],
        context: [{ ...mark, sessionId, kind: 'marker', text }],
      });
    const texts = () => world.state.recording.context.value.map(({ text }) => text);
    tell('here');
    tell('there');
    tell('elsewhere', 'session-2');
    expect(texts()).toEqual(['there']);
    // What was read before it was told knows nothing of it.
    world.state.recording.readContext();
    await world.settle(() => true);
    expect(texts()).toEqual(['there']);
    world.background.tell({ kind: 'markRemoved', sessionId: 'session-1', contextId: 4 });
    expect(texts()).toEqual([]);
  });

  it('tells of a failure, and that it is over', async () => {
    const world = await attachedWorld();
    world.background.tell({ kind: 'storeFailed', failure: 'full', detail: 'QuotaExceededError' });
    expect(world.state.recording.failure.value).toEqual({ failure: 'full', detail: 'QuotaExceededError' });
    world.background.tellAll();
    expect(world.state.recording.failure.value).toBeNull();
  });

  it('tells of a failure to read', async () => {
    const world = createWorld();
    world.recording.setError(new DOMException('made by a later version', 'VersionError'));
    await world.settle(() => world.state.recording.failure.value?.failure === 'newer');
    await world.state.deleteEverything();
    expect(world.recording.counters.deletions).toBe(1);
    expect(world.background.sent.at(-1)).toEqual({ kind: 'retry' });
    await world.settle(() => world.state.recording.failure.value === null);
  });
});

describe('pages', () => {
  it('take their connections with them, unless the log is preserved', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.recording.documents.set('next', documentRow({ documentId: 'next', openedAtMs: 600 }));
    world.background.tellAll();
    world.frame();
    expect(world.ids()).toEqual([]); // the newest document of the top frame is another
    world.add({ connectionId: 'next/0', documentId: 'next', createdAtMs: 700 });
    world.frame();
    expect(world.ids()).toEqual(['next/0']);
    world.state.setPreserveLog(true);
    expect(world.ids()).toEqual(['doc/0', 'next/0']);
    expect(world.stored.get('socketscope.preserveLog')).toBe('true');
  });

  it('begin when DevTools say so, even before they have a connection', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.frame();
    expect(world.ids()).toEqual(['doc/0']);
    world.navigate(900);
    await world.settle(() => world.ids().length === 0);
  });
});

describe('the filter', () => {
  it('keeps the selected connection in the list, and looks through its frames', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', url: 'wss://a.test/ticker', createdAtMs: 200 });
    world.add({ connectionId: 'doc/1', connection: 1, url: 'wss://a.test/chat', createdAtMs: 300 });
    world.recording.addFrames('doc/1', [text('Hello'), text('ping'), text('hello again')]);
    world.background.tellAll();
    world.frame();
    world.state.select('doc/1');
    world.state.filter.setText('HELLO');
    await world.settle(() => world.state.frames.search.value?.isDone);
    expect(world.state.listed.value.map(({ connectionId }) => connectionId)).toEqual(['doc/1']);
    expect(world.matches()).toEqual([0, 2]);
    expect(world.state.frames.rows.value.rowCount).toBe(2);
    expect(world.state.frames.rows.value.rowOf('doc/1', 2)).toBe(1);
    expect(world.state.frames.rows.value.rowOf('doc/1', 1)).toBe(-1);
  });

  it('goes on with frames that come later', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.frame();
    world.state.select('doc/0');
    world.state.filter.setText('text:even');
    for (let i = 0; i < 5; i++) {
      world.recording.addFrames('doc/0', [text(`even ${i}`), text(`odd ${i}`)]);
      world.background.tellAll();
      await world.settle(() => world.state.frames.search.value?.matches.length === i + 1);
    }
    expect(world.matches()).toEqual([0, 2, 4, 6, 8]);
  });

  it('finds what looking at every frame finds, whatever letters they are made of', async () => {
    const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('İstanbul', 'ABC', 'abc', 'ẞß')), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom('abc', '-abc', 'i', 'ß', 'text:a -b'), async (list, filter) => {
        const world = await attachedWorld();
        world.add({ connectionId: 'doc/0', url: 'ws://x/', createdAtMs: 200 });
        world.recording.addFrames(
          'doc/0',
          list.map((words) => text(words)),
        );
        world.background.tellAll();
        world.frame();
        world.state.select('doc/0');
        world.state.filter.setText(filter);
        await world.settle(() => world.state.frames.search.value?.isDone);
        const passes: Readonly<Record<string, (lower: string) => boolean>> = {
          abc: (lower) => lower.includes('abc'),
          '-abc': (lower) => !lower.includes('abc'),
          i: (lower) => lower.includes('i'),
          ß: (lower) => lower.includes('ß'),
          'text:a -b': (lower) => lower.includes('a') && !lower.includes('b'),
        };
        const expected = list.flatMap((words, seq) => (passes[filter]?.(words.toLowerCase()) ? [seq] : []));
        expect(world.matches()).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('looks through many frames in steps, and can be stopped on the way', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.recording.setBulk('doc/0', 200_000, (seq) => text(`frame ${seq}`, seq));
    world.background.tellAll();
    world.frame();
    world.state.select('doc/0');
    world.state.filter.setText('text:"frame 77"');
    await world.settle(() => (world.state.frames.search.value?.searchedFrames ?? 0) > 0);
    expect(world.state.frames.search.value?.isDone).toBe(false);
    world.state.filter.setText('');
    await world.settle(() => world.state.frames.search.value === null);
    expect(world.state.frames.rows.value.rowCount).toBe(200_000);
  });
});

describe('frames', () => {
  it('are read where they are looked at, and no others', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.recording.setBulk('doc/0', 50_000, (seq) => text(`frame ${seq}`, seq));
    world.background.tellAll();
    world.frame();
    world.state.select('doc/0');
    await world.settle(() => world.state.timeline.bucketsOf('doc/0'));
    world.state.frames.show({ first: 40_000, end: 40_030 });
    await world.settle(() => world.state.frames.frame(40_029));
    expect(world.state.frames.frame(40_000)?.text()).toBe('frame 40000');
    expect(world.state.frames.frame(0)).toBeNull();
  });

  it('deselects the frame with the connection', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.add({ connectionId: 'doc/1', connection: 1, createdAtMs: 200 });
    world.recording.addFrames('doc/0', [text('one')]);
    world.background.tellAll();
    world.frame();
    world.state.select('doc/0');
    world.state.frames.select(0);
    await world.settle(() => world.state.frames.selectedFrame.value);
    world.state.select('doc/1');
    expect(world.state.frames.selectedSeq.value).toBeNull();
  });
});

describe('the cache of chunks', () => {
  it('reads a chunk again when it has grown', async () => {
    const { recording } = createWorld();
    recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0' }));
    recording.addFrames('doc/0', [text('one')]);
    const cache = createChunkCache(recording.source);
    expect(await cache.load('doc/0', [0, 1])).toBe(true);
    expect(cache.find('doc/0', 1)).toBeNull();
    recording.addFrames('doc/0', [text('two')]);
    await cache.load('doc/0', [0, 1]);
    expect(cache.find('doc/0', 1)?.text()).toBe('two');
  });

  it('reads a payload for others only where it has none of so many frames', async () => {
    const { recording } = createWorld();
    recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0' }));
    recording.addFrames('doc/0', [text('one')]);
    const cache = createChunkCache(recording.source);
    await cache.load('doc/0', [0]);
    const { reads } = recording.counters;
    const chunk = { connectionId: 'doc/0', firstSeq: 0, count: 1 };
    expect((await cache.payloadOf(chunk))?.text).toBe('one');
    expect(recording.counters.reads).toBe(reads);
    recording.addFrames('doc/0', [text('two')]);
    expect((await cache.payloadOf({ ...chunk, count: 2 }))?.text).toBe('onetwo');
  });

  it('asks for the bytes of a Blob until they have come', async () => {
    const { recording } = createWorld();
    recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0' }));
    recording.addFrames('doc/0', [{ atMs: 1, bytes: [], sizeBytes: 2, flags: FRAME_BLOB }]);
    const cache = createChunkCache(recording.source);
    await cache.load('doc/0', [0]);
    expect(cache.find('doc/0', 0)?.bytes()).toBeNull();
    recording.addContent('doc/0', 0, [7, 8]);
    expect(await cache.load('doc/0', [0])).toBe(true);
    expect(cache.find('doc/0', 0)?.bytes()).toEqual(Uint8Array.of(7, 8));
    const { reads } = recording.counters;
    expect(await cache.load('doc/0', [0])).toBe(false);
    expect(recording.counters.reads).toBe(reads);
  });

  it('keeps no more than it may', async () => {
    const { recording } = createWorld();
    recording.connections.set('doc/0', connectionRow({ connectionId: 'doc/0' }));
    recording.setBulk('doc/0', 100_000, (seq) => text(`${seq}`, seq));
    const cache = createChunkCache(recording.source, 40_000);
    for (let seq = 0; seq < 100_000; seq += 10_000) await cache.load('doc/0', [seq]);
    expect(cache.find('doc/0', 0)).toBeNull();
    expect(cache.find('doc/0', 90_000)?.text()).toBe('90000');
  });
});

describe('the timeline', () => {
  it('counts every frame once, while they come', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    for (let i = 0; i < 5; i++) {
      const frames = [text('in', 300 + i), { ...text('out', 300 + i), isOut: true }];
      world.recording.addFrames('doc/0', [
        ...frames,
        { ...text('never sent', 300 + i), isOut: true, flags: FRAME_DISCARDED },
      ]);
      world.background.tellAll();
      world.frame();
    }
    await world.settle(() => (world.state.timeline.bucketsOf('doc/0')?.length ?? 0) === 5);
    const { ins, outs, index } = world.state.timeline.bucketsOf('doc/0') ?? {};
    expect([...(ins?.subarray(0, 5) ?? [])]).toEqual([1, 2, 3, 4, 5]);
    expect([...(outs?.subarray(0, 5) ?? [])]).toEqual([1, 2, 3, 4, 5]);
    expect([...(index?.subarray(0, 5) ?? [])]).toEqual([100, 101, 102, 103, 104]);
  });

  it('follows again when it is zoomed out as far as it goes', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200 });
    world.frame();
    const { timeline } = world.state;
    timeline.zoom(0.5, 1_000);
    expect(timeline.view.value.kind).not.toBe('all');
    timeline.zoom(4, 1_000);
    expect(timeline.view.value.kind).toBe('all');
    timeline.zoom(0.5, 1_000);
    world.state.clear();
    await Promise.resolve();
    expect(timeline.view.value.kind).toBe('all');
  });
});

describe('a drop', () => {
  it('needs a connection that still lives', async () => {
    const world = await attachedWorld();
    world.add({ connectionId: 'doc/0', createdAtMs: 200, openedAtMs: 250 });
    world.frame();
    const { state } = world;
    expect(state.drop.obstacle.value).toBe('nothingSelected');
    state.drop.dropSelected();
    state.select('doc/0');
    expect(state.drop.obstacle.value).toBeNull();
    state.drop.dropSelected();
    expect(world.background.sent).toEqual([{ kind: 'drop', requestId: 1, connectionId: 'doc/0' }]);
    expect(state.drop.report.value).toMatchObject({ outcome: null });
    await world.settle(() => state.drop.report.value?.outcome === 'done');
    world.add({
      connectionId: 'doc/0',
      createdAtMs: 200,
      openedAtMs: 250,
      close: closeRow(900, 1006, { simulated: true }),
    });
    world.frame();
    expect(state.drop.obstacle.value).toBe('alreadyEnded');
    state.drop.dropSelected();
    expect(world.background.sent.length).toBe(1);
  });
});
