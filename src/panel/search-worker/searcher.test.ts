import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createFakeRecording, type FakeFrame } from '../../../e2e/panel/harness/fake-recording.ts';
import { framesOf } from '../../../e2e/panel/harness/local-search.ts';
import { connectionRow } from '../../../e2e/panel/harness/rows.ts';
import { FRAME_SIMULATED, FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../protocol/limits.ts';
import { parseFilter } from '../models/filter/parse.ts';
import { searchedOf } from '../state/searched-connections.ts';
import { createInflater } from './inflater.ts';
import type { FoundPart, SearchNews, SearchRequest } from './messages.ts';
import { createSearcher } from './searcher.ts';

const CLOCK = { startMs: 0, endMs: 10_000 };
const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

function createWorld() {
  const recording = createFakeRecording();
  const news: SearchNews[] = [];
  const order: string[] = [];
  let lastSearchId = 0;
  let onRead: () => void = () => {};
  const source = framesOf(recording.source);
  const searcher = createSearcher({
    source: {
      ...source,
      chunks: (connectionId, fromSeq, toSeq) => {
        order.push(connectionId);
        onRead();
        return source.chunks(connectionId, fromSeq, toSeq);
      },
    },
    compilePath: async (path) => (await import('./json-path.ts')).queryOf(path),
    post: (one) => news.push(one),
    nowMs: () => performance.now(),
    callAfter: () => undefined,
  });

  /** What the news add up to. */
  function found(searchId = lastSearchId): ReadonlyMap<string, readonly number[]> {
    const seqs = new Map<string, number[]>();
    for (const part of partsOf(searchId)) {
      const before = part.isAnew ? [] : (seqs.get(part.connectionId) ?? []);
      seqs.set(part.connectionId, [...before, ...part.seqs]);
    }
    return seqs;
  }

  function partsOf(searchId = lastSearchId): readonly FoundPart[] {
    return news.flatMap((one) => (one.kind === 'found' && one.searchId === searchId ? one.parts : []));
  }

  const known = () => [...recording.connections.values()].map(searchedOf);

  return {
    recording,
    searcher,
    news,
    order,
    found,
    partsOf,
    setOnRead: (listener: () => void) => {
      onRead = listener;
    },
    connect: (connectionId: string, frames: readonly FakeFrame[], fields: object = {}) => {
      recording.connections.set(connectionId, connectionRow({ connectionId, url: 'ws://h/', ...fields }));
      recording.addFrames(connectionId, frames);
    },
    filter: (text: string, fields: Partial<SearchRequest> = {}) =>
      searcher.take({
        kind: 'search',
        request: {
          name: 'filter',
          searchId: ++lastSearchId,
          terms: parseFilter(text, CLOCK).terms,
          span: null,
          connections: known(),
          marked: new Map(),
          firstId: null,
          usesNames: true,
          isCaseSensitive: false,
          ...fields,
        },
      }),
    change: () => searcher.take({ kind: 'changed', searchId: lastSearchId, connections: known() }),
  };
}

const text = (words: string, fields: Partial<FakeFrame> = {}): FakeFrame => ({ atMs: 0, text: words, ...fields });

describe('the searcher', () => {
  it('finds in all connections, and tells when it is done', async () => {
    const { connect, filter, found, news } = createWorld();
    connect('a', [text('order 1'), text('ping'), text('ORDER 2')]);
    connect('b', [text('ping')]);
    await filter('order');
    expect(found()).toEqual(
      new Map([
        ['a', [0, 2]],
        ['b', []],
      ]),
    );
    expect(news.at(-1)).toMatchObject({ kind: 'found', searchedFrames: 4, totalFrames: 4, isDone: true });
  });

  it('says of each connection whether it is listed', async () => {
    const { connect, filter, partsOf } = createWorld();
    connect('chat', [text('x')], { url: 'wss://a.test/chat' });
    connect('feed', [text('x')], { url: 'wss://a.test/feed' });
    const listed = () => new Map(partsOf().map((part) => [part.connectionId, [part.isListed, part.isFiltered]]));
    await filter('url:chat');
    expect([...listed()]).toEqual([
      ['chat', ['always', false]],
      ['feed', ['never', false]],
    ]);
    await filter('chat');
    expect([...listed()]).toEqual([
      ['chat', ['always', false]],
      ['feed', ['whenFound', true]],
    ]);
    await filter('-chat x');
    expect([...listed()]).toEqual([
      ['chat', ['never', true]],
      ['feed', ['whenFound', true]],
    ]);
  });

  it('reads none that is not listed', async () => {
    const { connect, filter, order } = createWorld();
    connect('chat', [text('x')], { url: 'wss://a.test/chat' });
    connect('feed', [text('x')], { url: 'wss://a.test/feed' });
    await filter('-chat x');
    expect(order).toEqual(['feed']);
  });

  it('reads one that is not listed when it is looked at', async () => {
    const { connect, filter, found, searcher } = createWorld();
    connect('chat', [text('chat'), text('x')], { url: 'wss://a.test/chat' });
    await filter('-chat');
    expect(found().get('chat')).toEqual([]);
    await searcher.take({ kind: 'prefer', connectionId: 'chat' });
    expect(found().get('chat')).toEqual([1]);
  });

  it('asks the close code again when a connection has ended', async () => {
    const { connect, filter, partsOf, recording, change } = createWorld();
    connect('a', [text('x')]);
    await filter('code:1006');
    expect(partsOf().at(-1)?.isListed).toBe('never');
    const row = recording.connections.get('a');
    const close = { atMs: 1, code: 1006, reason: '', wasClean: false, simulated: false };
    if (row) recording.connections.set('a', { ...row, close });
    await change();
    expect(partsOf().at(-1)).toMatchObject({ isAnew: true, isListed: 'always' });
  });

  it('reads the connection that is looked at first', async () => {
    const { connect, filter, order } = createWorld();
    for (const id of ['a', 'b', 'c']) connect(id, [text('x')]);
    await filter('x', { firstId: 'c' });
    expect([...new Set(order)]).toEqual(['c', 'a', 'b']);
  });

  it('goes on with frames that come, each read once', async () => {
    const { connect, filter, found, recording, change } = createWorld();
    connect('a', [text('x 0')]);
    await filter('x');
    for (let i = 1; i < 5; i++) {
      recording.addFrames('a', [text('y'), text(`x ${i}`)]);
      await change();
    }
    expect(found().get('a')).toEqual([0, 2, 4, 6, 8]);
  });

  it('gives up when it is told to, or asked something else', async () => {
    const { recording, connect, filter, searcher, news, setOnRead, found } = createWorld();
    connect('a', []);
    recording.setBulk('a', 40 * CHUNK_FRAMES, (seq) => text(`frame ${seq}`));
    setOnRead(() => void searcher.take({ kind: 'stop', name: 'filter' }));
    await filter('frame');
    expect(news.some((one) => one.kind === 'found' && one.isDone)).toBe(false);
    setOnRead(() => {});
    const first = filter('frame');
    await filter('"frame 77"');
    await first;
    expect(found(2).size).toBe(0);
    expect(found(3).get('a')?.length).toBe(1_111 - 1_000);
  });

  it('tells a first hit at once, and all the others', async () => {
    const { recording, connect, filter, news, found } = createWorld();
    connect('a', []);
    recording.setBulk('a', 10_000, (seq) => text(`frame ${seq}`));
    await filter('9');
    const first = news.find((one) => one.kind === 'found');
    expect(first).toMatchObject({ isDone: false, searchedFrames: 512 });
    const naive = Array.from({ length: 10_000 }, (_, seq) => seq).filter((seq) => String(seq).includes('9'));
    expect(found().get('a')).toEqual(naive);
  });

  it('runs two searches at once, neither of which ends the other', async () => {
    const { connect, filter, found } = createWorld();
    connect('a', [text('x'), text('y')]);
    await Promise.all([filter('x'), filter('y', { name: 'find', usesNames: false })]);
    expect(found(1).get('a')).toEqual([0]);
    expect(found(2).get('a')).toEqual([1]);
  });

  it('says which path is none, and does without', async () => {
    const { connect, filter, found, news } = createWorld();
    connect('a', [text('{"a":1}'), text('x')]);
    await filter('$.a[ -x');
    expect(news[0]).toMatchObject({ kind: 'refused', problems: [{ path: '$.a[ -x' }] });
    await filter('$.a[?] -x');
    expect(news.filter(({ kind }) => kind === 'refused')).toHaveLength(2);
    expect(found().get('a')).toEqual([0]);
  });

  it('tells what went wrong in reading', async () => {
    const { connect, filter, recording, news } = createWorld();
    connect('a', [text('x')]);
    recording.setError(new Error('no disk'));
    await filter('x');
    expect(news).toEqual([{ kind: 'failed', searchId: 1, problem: 'no disk' }]);
  });

  it('shows what it found with a little around it', async () => {
    const { connect, filter, searcher, news } = createWorld();
    connect('a', [text(`${'before '.repeat(20)}the Needle${' after'.repeat(60)}`), text('🙂needle')]);
    await filter('needle', { name: 'find' });
    const places = [0, 1].map((seq) => ({ connectionId: 'a', seq }));
    await searcher.take({ kind: 'excerpts', searchId: 1, places });
    const told = news.find((one) => one.kind === 'excerpts');
    const excerpts = told?.kind === 'excerpts' ? told.excerpts : [];
    expect(excerpts.map(({ text, from, to }) => text.slice(from, to))).toEqual(['Needle', 'needle']);
    expect(excerpts[0]?.text.length).toBeLessThan(250);
  });

  describe('finds what looking at every frame finds', () => {
    const words = fc.constantFrom('tick', 'TICK', 'order', 'İstanbul', 'ΟΔΟΣ', '', 'a b', '{"type":"tick","n":5}');
    const json = fc.record({ type: fc.constantFrom('tick', 'order'), price: fc.integer({ min: 0, max: 9 }) });
    const frames = fc.array(
      fc.oneof(
        words.map((one) => text(one)),
        json.map((one) => text(JSON.stringify(one))),
        json.map((one) => text(`42["e",${JSON.stringify(one)}]`)),
        words.map((one): FakeFrame => ({ atMs: 0, bytes: utf8(one) })),
        words.map((one): FakeFrame => ({ atMs: 0, bytes: [...gzipSync(one)] })),
        json.map((one): FakeFrame => ({ atMs: 0, bytes: [...deflateSync(JSON.stringify(one))] })),
        fc.constant<FakeFrame>({ atMs: 0, bytes: [0xff, 0x00, 0x74, 0x69, 0x63, 0x6b] }),
      ),
      { maxLength: 30 },
    );
    const facts = fc.record({
      atMs: fc.integer({ min: 0, max: 9_999 }),
      isOut: fc.boolean(),
      flags: fc.constantFrom(0, FRAME_SIMULATED, FRAME_TRUNCATED),
    });
    const made = frames.chain((list) =>
      fc.tuple(...list.map((frame) => facts.map((one) => ({ ...frame, ...one })))).map((all) => all as FakeFrame[]),
    );

    const insideOf = (bytes: Uint8Array) =>
      bytes[0] === 0x1f ? gunzipSync(bytes) : bytes[0] === 0x78 ? inflateSync(bytes) : bytes;
    const contentOf = ({ text: words = '', bytes }: FakeFrame) =>
      bytes ? new TextDecoder().decode(insideOf(Uint8Array.from(bytes))) : words;
    const sizeOf = (frame: FakeFrame) => frame.bytes?.length ?? utf8(frame.text ?? '').length;
    const jsonOf = (frame: FakeFrame) => {
      try {
        return JSON.parse(contentOf(frame).replace(/^42/, ''));
      } catch {
        return undefined;
      }
    };
    const has = (frame: FakeFrame, word: string) => contentOf(frame).toLowerCase().includes(word);

    const FILTERS: Readonly<Record<string, (frame: FakeFrame) => boolean>> = {
      tick: (frame) => has(frame, 'tick'),
      '-tick': (frame) => !has(frame, 'tick'),
      'tick -order': (frame) => has(frame, 'tick') && !has(frame, 'order'),
      'text:order|οδος': (frame) => has(frame, 'order') || has(frame, 'οδος'),
      οδος: (frame) => has(frame, 'οδος'),
      i̇s: (frame) => has(frame, 'i̇s'),
      '/t[ir]ck/': (frame) => /t[ir]ck/.test(contentOf(frame)),
      '-/TICK/': (frame) => !/TICK/.test(contentOf(frame)),
      'dir:out': ({ isOut }) => isOut === true,
      '-dir:out kind:binary': ({ isOut, bytes }) => !isOut && bytes !== undefined,
      'size:>4': (frame) => sizeOf(frame) > 4,
      'size:0|6': (frame) => sizeOf(frame) === 0 || sizeOf(frame) === 6,
      'time:+2s..+5s': ({ atMs }) => atMs >= 2_000 && atMs <= 5_000,
      'is:simulated': ({ flags }) => flags === FRAME_SIMULATED,
      'is:simulated|truncated': ({ flags }) => (flags ?? 0) > 0,
      '-is:empty': (frame) => sizeOf(frame) > 0,
      '$.type == tick': (frame) => jsonOf(frame)?.type === 'tick',
      '$.price > 4': (frame) => jsonOf(frame)?.price > 4,
      '-$.price': (frame) => jsonOf(frame)?.price === undefined,
      '$[1].price <= 4': (frame) => jsonOf(frame)?.[1]?.price <= 4,
      '$..price exists': (frame) => jsonOf(frame)?.price !== undefined || jsonOf(frame)?.[1]?.price !== undefined,
      '$[?@.price > 4]': (frame) => jsonOf(frame)?.[1]?.price > 4,
      '$.type contains ICK': (frame) => jsonOf(frame)?.type === 'tick',
      'event:order': (frame) =>
        frame.bytes === undefined && jsonOf(frame)?.type === 'order' && !contentOf(frame).startsWith('42'),
    };

    it.each(Object.keys(FILTERS))('with %s', async (filterText) => {
      await fc.assert(
        fc.asyncProperty(made, fc.option(fc.constant({ fromMs: 3_000, toMs: 7_000 })), async (list, span) => {
          const { connect, filter, found } = createWorld();
          connect('a', list);
          await filter(filterText, { span });
          const inSpan = ({ atMs }: FakeFrame) => !span || (atMs >= span.fromMs && atMs < span.toMs);
          const naive = list.flatMap((frame, seq) => (inSpan(frame) && FILTERS[filterText]?.(frame) ? [seq] : []));
          expect(found().get('a')).toEqual(naive);
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('in compressed payloads', () => {
    const gzipped = (words: string): FakeFrame => ({ atMs: 0, bytes: [...gzipSync(words)] });

    it('shows the piece that was found', async () => {
      const { connect, filter, searcher, news } = createWorld();
      connect('a', [gzipped('a needle in it')]);
      await filter('needle');
      await searcher.take({ kind: 'excerpts', searchId: 1, places: [{ connectionId: 'a', seq: 0 }] });
      expect(news.at(-1)).toMatchObject({ kind: 'excerpts', excerpts: [{ text: 'a needle in it', from: 2, to: 8 }] });
    });

    it('takes damaged ones as what they are, and inflates nothing that other terms leave out', async () => {
      const { connect, filter, found, news } = createWorld();
      connect('a', [{ atMs: 0, bytes: [0x1f, 0x8b, 8, ...utf8('needle')] }, gzipped('needle')]);
      await filter('needle');
      expect(found().get('a')).toEqual([0, 1]);
      await filter('dir:out needle');
      expect(found().get('a')).toEqual([]);
      expect(news.at(-1)).toMatchObject({ cutFrames: 0, isDone: true });
    });

    it('looks no further than the detail view does, and says of how many frames', async () => {
      const { connect, filter, found, news } = createWorld();
      connect('a', [gzipped('needle'), gzipped(`needle${' '.repeat(16 * 1024 * 1024)}tail`)]);
      await filter('needle');
      expect(found().get('a')).toEqual([0, 1]);
      expect(news.at(-1)).toMatchObject({ cutFrames: 1, isDone: true });
      await filter('tail');
      expect(found().get('a')).toEqual([]);
    });

    it('looks into no more than so much in all', async () => {
      const { inside } = createInflater(6_000);
      const payload = new Uint8Array(gzipSync('x'.repeat(5_000)));
      const [first, second, third] = await Promise.all([inside(payload), inside(payload), inside(payload)]);
      expect([first?.bytes?.length, first?.isCut]).toEqual([5_000, false]);
      expect([second?.bytes?.length, second?.isCut]).toEqual([1_000, true]);
      expect(third).toEqual({ bytes: null, isCut: true });
    });

    it('is given up for a search that comes meanwhile', async () => {
      const { connect, filter, partsOf } = createWorld();
      connect(
        'a',
        Array.from({ length: 100 }, () => gzipped('needle')),
      );
      let inflated = 0;
      const Real = DecompressionStream;
      vi.stubGlobal('DecompressionStream', function count(format: CompressionFormat) {
        if (++inflated === 3) void filter('dir:in');
        return new Real(format);
      });
      onTestFinished(() => void vi.unstubAllGlobals());
      await filter('needle');
      expect(inflated).toBe(3);
      expect(partsOf(1)).toEqual([]);
      expect(partsOf(2).at(-1)?.seqs).toHaveLength(100);
    });
  });

  it('tells heartbeats by the protocol', async () => {
    const { connect, filter, found } = createWorld();
    const open = '0{"sid":"k3J0","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}';
    connect(
      'a',
      [text(open), text('2'), text('3', { isOut: true }), text('42["order",{}]'), text('2', { isOut: true })],
      {
        url: 'wss://a.test/socket.io/?EIO=4',
      },
    );
    await filter('is:heartbeat');
    expect(found().get('a')).toEqual([1, 2]);
    await filter('event:order');
    expect(found().get('a')).toEqual([3]);
  });

  it('finds marked frames, and bytes of Blobs that came late', async () => {
    const { connect, filter, found, recording } = createWorld();
    connect('a', [text('x'), { atMs: 0, bytes: [], sizeBytes: 6, flags: 4 }]);
    recording.addContent('a', 1, utf8('needle'));
    await filter('is:marked', { marked: new Map([['a', [1]]]) });
    expect(found().get('a')).toEqual([1]);
    await filter('needle');
    expect(found().get('a')).toEqual([1]);
  });
});
