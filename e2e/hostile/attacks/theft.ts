/**
 * A page that has prepared the window of a same-origin child before the child's document was loaded into it, and so holds
 * the port between the child's page script and its content script. It can lie about the child's connections, which it
 * could do anyway; everything else must be refused and counted.
 */
import { expect } from 'vitest';
import type { Aftermath, Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

/** Without a stolen port an attack of this table would prove nothing. */
function expectTheft({ notes }: Aftermath): void {
  expect(notes.ports).toBeGreaterThan(0);
}

/** What the child's page script reported itself, before the forger began: one exchange of frames. */
function expectHonestPart({ state }: Aftermath): void {
  expect(connectionsTo(state, '/echo')).toMatchObject([
    { connection: 0, framesIn: 1, framesOut: 1, framesMissed: 0, close: { code: 1000 } },
  ]);
}

function expectNothingElse(aftermath: Aftermath): void {
  expectTheft(aftermath);
  expectHonestPart(aftermath);
  const others = aftermath.state.connections.filter(({ url }) => !/\/echo$|[?&]end=/.test(url));
  expect(others).toEqual([]);
}

export const theft: readonly Attack[] = [
  {
    name: 'says things that are no message at all',
    page: async (tools) => {
      const loot = await tools.rob();
      for (const value of [
        undefined,
        null,
        0,
        Number.NaN,
        1n,
        true,
        '',
        'reports',
        [],
        [[]],
        {},
        new Map(),
        new Date(0),
      ]) {
        loot.say(value);
      }
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 13,
    holds: expectNothingElse,
  },
  {
    name: 'says things that cannot be cloned',
    page: async (tools) => {
      const loot = await tools.rob();
      const withFunction = { kind: 'reports', reports: [() => 1] };
      for (const value of [
        Symbol('s'),
        () => 1,
        window,
        document,
        withFunction,
        { kind: Symbol('s') },
        new WeakMap(),
      ]) {
        loot.say(value);
      }
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 7,
    holds: expectNothingElse,
  },
  {
    name: 'dispatches events without data, and of other types',
    page: async (tools) => {
      const loot = await tools.rob();
      for (const port of loot.ports) {
        port.dispatchEvent(new Event(tools.names.message));
        port.dispatchEvent(new CustomEvent(tools.names.message, { detail: { kind: 'socketsExist' } }));
        port.dispatchEvent(new CloseEvent(tools.names.message));
        port.dispatchEvent(new MessageEvent('message', { data: { kind: 'socketsExist' } }));
        port.postMessage({ kind: 'reports', reports: [null] });
        port.close();
      }
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 3,
    holds: expectNothingElse,
  },
  {
    name: 'sends reports of unknown kinds, of Object.prototype and of __proto__',
    page: async (tools) => {
      const loot = await tools.rob();
      const kinds = [
        '',
        'panelOpened',
        'constructor',
        'toString',
        'hasOwnProperty',
        '__proto__',
        'then',
        'hello',
        'batch',
      ];
      loot.report(...kinds.map((kind) => ({ kind, connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] })));
      loot.report(JSON.parse('{"__proto__": {"kind": "connectionDropped", "connection": 0, "atMs": 1}}'));
      loot.report(Object.create({ kind: 'connectionDropped', connection: 0, atMs: 1 }));
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 11,
    holds: expectNothingElse,
  },
  {
    name: 'puts __proto__, constructor and then into reports that are right otherwise',
    page: async (tools) => {
      const loot = await tools.rob();
      const report = JSON.parse(
        '{"kind":"connectionCreated","connection":50,"atMs":1,"url":"ws://forged/","protocols":[],' +
          '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"then":"x","polluted":true}',
      );
      loot.report(report);
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged').length === 1,
    holds: async (aftermath) => {
      expectTheft(aftermath);
      expectHonestPart(aftermath);
      expect(connectionsTo(aftermath.state, 'forged')).toHaveLength(1);
      expect(await aftermath.panel.evaluate(() => 'polluted' in {})).toBe(false);
    },
  },
  {
    name: 'sends getters and proxies',
    page: async (tools) => {
      const loot = await tools.rob();
      const throwing = () => {
        throw new Error('read');
      };
      loot.say(Object.defineProperty({}, 'kind', { get: throwing, enumerable: true }));
      loot.say(
        new Proxy({ kind: 'reports', reports: [] }, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
      );
      loot.say(new Proxy({}, {}));
      loot.say({ kind: 'reports', reports: new Proxy([], {}) });
      loot.report(new Proxy({ kind: 'connectionDropped', connection: 0, atMs: 1 }, {}));
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 5,
    holds: expectNothingElse,
  },
  {
    name: 'sends getters that answer differently every time',
    page: async (tools) => {
      const loot = await tools.rob();
      let looks = 0;
      const changing = (...answers: unknown[]) => ({ get: () => answers[looks++ % answers.length], enumerable: true });
      const columns = { count: 1, text: '', flags: new Uint8Array(1), bytes: new Uint8Array(0) };
      loot.report(
        Object.defineProperties(
          { kind: 'connectionCreated', url: 'ws://forged/', protocols: [] },
          {
            connection: changing(50, -1, 'x', 51),
            atMs: changing(1, Number.NaN, -1),
          },
        ),
        Object.defineProperties(
          { kind: 'framesCaptured', connection: 50, firstSeq: 0 },
          { columns: changing(columns, null) },
        ),
      );
      return { notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 1 },
    holds: (aftermath) => {
      expectTheft(aftermath);
      expectHonestPart(aftermath);
      // One look is all they get: either refused, or stored as that look showed it.
      for (const { connection } of connectionsTo(aftermath.state, 'forged')) expect(connection).toBe(50);
    },
  },
  {
    name: 'sends structures of 100,000 levels, circles, and arrays of 4,294,967,295',
    page: async (tools) => {
      const loot = await tools.rob();
      let deep: unknown = 'core';
      for (let i = 0; i < 100_000; i++) deep = [deep];
      const circle: Record<string, unknown> = { kind: 'reports' };
      circle.reports = circle;
      loot.say(deep);
      loot.say({ kind: 'reports', reports: deep, more: circle });
      loot.say(circle);
      loot.say({ kind: 'reports', reports: new Array(4_294_967_295) });
      loot.say({ kind: 'reports', reports: new Array(8_193).fill(null) });
      return { notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 5 },
    holds: expectNothingElse,
  },
  {
    name: 'sends strings of 20 million characters, and one too many of everything',
    page: async (tools) => {
      const loot = await tools.rob();
      const huge = 'x'.repeat(20_000_000);
      const created = { kind: 'connectionCreated', connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] };
      const closed = {
        kind: 'connectionClosed',
        connection: 0,
        atMs: 1,
        code: 1000,
        reason: '',
        wasClean: true,
        simulated: false,
      };
      loot.say({ kind: huge });
      loot.report(
        { ...created, url: huge },
        { ...created, url: `ws://forged/${'x'.repeat(16_384)}` },
        { ...created, protocols: new Array(65).fill('p') },
        { ...created, protocols: [huge] },
        { ...created, protocols: ['x'.repeat(257)] },
        { ...created, connection: 1_000_001 },
        { ...closed, code: 65_536 },
        { ...closed, reason: 'x'.repeat(124) },
        { kind: 'frameContent', connection: 0, seq: 0, bytes: new Uint8Array(1024 * 1024 + 1) },
      );
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 10,
    holds: expectNothingElse,
  },
  {
    name: 'sends times that are no times',
    page: async (tools) => {
      const loot = await tools.rob();
      const times = [
        Number.NaN,
        -1,
        -0.1,
        Number.NEGATIVE_INFINITY,
        Number.POSITIVE_INFINITY,
        4e12,
        1e300,
        '1',
        null,
        1n,
      ];
      loot.report(...times.map((atMs) => ({ kind: 'connectionDropped', connection: 0, atMs })));
      const columns = (atMs: number) => ({
        count: 1,
        atMs: Float64Array.of(atMs),
        flags: new Uint8Array(1),
        sizeBytes: Float64Array.of(-1),
        text: '',
        textEnds: new Uint32Array(1),
        bytes: new Uint8Array(0),
        byteEnds: new Uint32Array(1),
      });
      loot.report(
        ...[Number.NaN, -1, Number.POSITIVE_INFINITY].map((atMs) => ({
          kind: 'framesCaptured',
          connection: 0,
          firstSeq: 2,
          columns: columns(atMs),
        })),
      );
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 13,
    holds: expectNothingElse,
  },
  {
    name: 'sends times that run backwards and lie in the far future, which are lies about itself',
    page: async (tools) => {
      const loot = await tools.rob();
      loot.report(
        { kind: 'connectionCreated', connection: 50, atMs: 3.9e12, url: 'ws://forged/', protocols: [] },
        { kind: 'connectionOpened', connection: 50, atMs: 5, protocol: '', extensions: '' },
        { kind: 'connectionClosed', connection: 50, atMs: 1, code: 1000, reason: '', wasClean: true, simulated: false },
      );
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged')[0]?.close != null,
    holds: async (aftermath) => {
      expectTheft(aftermath);
      expectHonestPart(aftermath);
      expect(connectionsTo(aftermath.state, 'forged')).toMatchObject([{ opened: true, close: { code: 1000 } }]);
    },
  },
  {
    name: 'jumps ahead with sequence numbers: what it left out is a counted gap',
    page: async (tools) => {
      const loot = await tools.rob();
      const columns = {
        count: 1,
        atMs: Float64Array.of(1),
        flags: new Uint8Array(1),
        sizeBytes: Float64Array.of(-1),
        text: 'x',
        textEnds: Uint32Array.of(1),
        bytes: new Uint8Array(0),
        byteEnds: new Uint32Array(1),
      };
      const captured = (firstSeq: number) => ({ kind: 'framesCaptured', connection: 50, firstSeq, columns });
      loot.report(
        { kind: 'connectionCreated', connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] },
        captured(1_000_000),
        captured(Number.MAX_SAFE_INTEGER), // refused: there is no number after it
        captured(2 ** 53),
        captured(-1),
        captured(0.5),
        captured(3), // refused: it was jumped over
        { kind: 'framesMissed', connection: 50, firstSeq: 1_000_001, count: Number.MAX_SAFE_INTEGER, reason: 'ring' },
        { kind: 'framesMissed', connection: 50, firstSeq: 5, count: 2, reason: 'ring' },
      );
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => (connectionsTo(state, 'forged')[0]?.gaps ?? 0) > 0,
    rejected: 7,
    holds: (aftermath) => {
      expectTheft(aftermath);
      expectHonestPart(aftermath);
      expect(connectionsTo(aftermath.state, 'forged')).toMatchObject([
        { framesIn: 1, framesMissed: 1_000_000, gaps: 1, nextSeq: 1_000_001 },
      ]);
    },
  },
  {
    name: 'replays what was said before',
    page: async (tools) => {
      const loot = await tools.rob();
      const reports = [
        { kind: 'connectionCreated', connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] },
        { kind: 'connectionOpened', connection: 50, atMs: 2, protocol: '', extensions: '' },
        { kind: 'framesMissed', connection: 50, firstSeq: 0, count: 3, reason: 'ring' },
        { kind: 'connectionDropped', connection: 50, atMs: 3 },
        { kind: 'connectionClosed', connection: 50, atMs: 4, code: 1006, reason: '', wasClean: false, simulated: true },
      ];
      for (let i = 0; i < 4; i++) loot.report(...reports);
      // The child's own past: its connection 0 was created, opened and closed.
      loot.report(
        { kind: 'connectionCreated', connection: 0, atMs: 1, url: 'ws://forged/', protocols: [] },
        { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: '', extensions: '' },
        {
          kind: 'connectionClosed',
          connection: 0,
          atMs: 4,
          code: 4000,
          reason: 'forged',
          wasClean: false,
          simulated: false,
        },
      );
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged')[0]?.nextSeq === 3,
    rejected: 3 * 5 + 3,
    holds: (aftermath) => {
      expectTheft(aftermath);
      expectHonestPart(aftermath);
      expect(connectionsTo(aftermath.state, 'forged')).toMatchObject([{ framesMissed: 3, gaps: 1, nextSeq: 3 }]);
    },
  },
  {
    name: 'speaks of connections that never were',
    page: async (tools) => {
      const loot = await tools.rob();
      loot.report(
        { kind: 'connectionOpened', connection: 77, atMs: 2, protocol: '', extensions: '' },
        { kind: 'connectionErrored', connection: 77, atMs: 2, simulated: false },
        { kind: 'closeRequested', connection: 77, atMs: 2, code: null, reason: null },
        { kind: 'connectionClosed', connection: 77, atMs: 4, code: 1000, reason: '', wasClean: true, simulated: false },
        { kind: 'connectionDropped', connection: 77, atMs: 2 },
        { kind: 'framesMissed', connection: 77, firstSeq: 0, count: 3, reason: 'ring' },
        { kind: 'frameContent', connection: 77, seq: 0, bytes: new Uint8Array(4) },
        { kind: 'frameContent', connection: 0, seq: 2, bytes: new Uint8Array(4) }, // its frames are 0 and 1
      );
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 8,
    holds: expectNothingElse,
  },
  {
    name: 'sends columns that contradict each other',
    page: async (tools) => {
      const loot = await tools.rob();
      const right = {
        count: 2,
        atMs: Float64Array.of(1, 2),
        flags: Uint8Array.of(0, 2),
        sizeBytes: Float64Array.of(1, 3),
        text: 'x',
        textEnds: Uint32Array.of(1, 1),
        bytes: Uint8Array.of(1, 2, 3),
        byteEnds: Uint32Array.of(0, 3),
      };
      const wrong = [
        { count: 3 },
        { count: 0 },
        { count: 4_294_967_296 },
        { atMs: new Float64Array(3) },
        { atMs: [1, 2] },
        { flags: [0, 2] },
        { sizeBytes: Float64Array.of(-3, 0) },
        { sizeBytes: new Float32Array(2) },
        { text: 'longer than its ends say' },
        { textEnds: Uint32Array.of(1, 0) },
        { textEnds: Uint32Array.of(4_294_967_295, 1) },
        { bytes: new DataView(new ArrayBuffer(3)) },
        { bytes: new Uint8ClampedArray(3) },
        { byteEnds: Uint32Array.of(3, 2) },
      ];
      loot.report(
        ...wrong.map((change) => ({
          kind: 'framesCaptured',
          connection: 0,
          firstSeq: 2,
          columns: { ...right, ...change },
        })),
      );
      return { notes: { ports: loot.ports.length, wrong: wrong.length } };
    },
    rejected: 14,
    holds: expectNothingElse,
  },
  {
    name: 'sends columns in shared memory, to change them after they were checked',
    headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
    page: async (tools) => {
      const loot = await tools.rob();
      const shared = (bytes: number) => new SharedArrayBuffer(bytes);
      const columns = {
        count: 1,
        atMs: new Float64Array(shared(8)),
        flags: new Uint8Array(shared(1)),
        sizeBytes: new Float64Array(shared(8)),
        text: '',
        textEnds: new Uint32Array(shared(4)),
        bytes: new Uint8Array(shared(0)),
        byteEnds: new Uint32Array(shared(4)),
      };
      loot.report({ kind: 'framesCaptured', connection: 0, firstSeq: 2, columns });
      columns.atMs[0] = Number.NaN;
      columns.textEnds[0] = 4_294_967_295;
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 1,
    holds: expectNothingElse,
  },
  {
    name: 'sends columns in memory that can grow to 4 GB',
    page: async (tools) => {
      const loot = await tools.rob();
      const Growing = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer;
      const growing = (bytes: number) => new Growing(bytes, { maxByteLength: 4 * 1024 ** 3 });
      const columns = {
        count: 1,
        atMs: new Float64Array(growing(8)),
        flags: new Uint8Array(growing(1)),
        sizeBytes: new Float64Array(growing(8)),
        text: '',
        textEnds: new Uint32Array(growing(4)),
        bytes: new Uint8Array(growing(0)),
        byteEnds: new Uint32Array(growing(4)),
      };
      loot.report({ kind: 'framesCaptured', connection: 0, firstSeq: 2, columns });
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 1,
    holds: expectNothingElse,
  },
  {
    name: 'answers commands that nobody gave',
    page: async (tools) => {
      const loot = await tools.rob();
      for (const outcome of ['done', 'failed', 'notFound']) {
        for (const commandId of [0, 1, 2, 1_000, Number.MAX_SAFE_INTEGER])
          loot.say({ kind: 'answer', commandId, outcome });
      }
      loot.say({ kind: 'answer', commandId: -1, outcome: 'done' });
      loot.say({ kind: 'answer', commandId: 1, outcome: 'toString' });
      return { notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 2 },
    holds: expectNothingElse,
  },
  {
    name: 'swallows everything that the child reports: the loss is its own',
    page: async (tools) => {
      const loot = await tools.rob();
      for (const port of loot.ports) {
        port.dispatchEvent = () => true;
        port.addEventListener(tools.names.message, (event) => event.stopImmediatePropagation(), true);
      }
      loot.child.EventTarget.prototype.dispatchEvent = () => true;
      const spoken = await loot.child.tools.talk(['into the void']);
      return { sees: spoken, notes: { ports: loot.ports.length } };
    },
    holds: (aftermath) => {
      expectTheft(aftermath);
      expect(connectionsTo(aftermath.state, '/closing')).toMatchObject([{ close: { code: 4321 } }]);
    },
  },
];
