/** Pages that claim to be somebody else: another frame, tab, document, session or connection. */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

const FORGED_ID = '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b';

export const identity: readonly Attack[] = [
  {
    name: 'names another tab, frame, document and session in its reports',
    page: async (tools) => {
      const loot = await tools.rob();
      const claims = {
        tabId: 1,
        frameId: 0,
        documentId: '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b',
        sessionId: '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b',
        connectionId: '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b/0',
      };
      const report = { kind: 'connectionCreated', connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] };
      loot.say({ kind: 'reports', reports: [{ ...report, ...claims }], ...claims });
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged').length === 1,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      const child = state.documents.find(({ frameId }) => frameId !== 0);
      expect(connectionsTo(state, 'forged')).toMatchObject([{ documentId: child?.documentId, connection: 50 }]);
      expect(JSON.stringify(state)).not.toContain(FORGED_ID);
    },
  },
  {
    name: 'gives connections numbers that are paths, keys and ids of others',
    page: async (tools) => {
      const loot = await tools.rob();
      const numbers = [
        '0',
        '../0',
        '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b/0',
        [0],
        { valueOf: 0 },
        null,
        -0.5,
        1e21,
        2 ** 53,
      ];
      loot.report(
        ...numbers.map((connection) => ({
          kind: 'connectionCreated',
          connection,
          atMs: 1,
          url: 'ws://forged/',
          protocols: [],
        })),
      );
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 9,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(connectionsTo(state, 'forged')).toEqual([]);
    },
  },
  {
    name: "speaks of connection 0, which its parent's is as well",
    page: async (tools) => {
      const socket = await tools.open('/echo?parent');
      const loot = await tools.rob();
      loot.report(
        { kind: 'connectionDropped', connection: 0, atMs: 1 },
        { kind: 'framesMissed', connection: 0, firstSeq: 2, count: 5, reason: 'ring' },
      );
      socket.send('still here');
      const { data } = (await tools.once(socket, 'message')) as MessageEvent;
      const { readyState } = socket;
      socket.close(1000);
      await tools.once(socket, 'close');
      return { sees: { data, readyState }, notes: { ports: loot.ports.length } };
    },
    settled: (state) => state.connections.some(({ dropped, framesMissed }) => dropped && framesMissed === 5),
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(connectionsTo(state, '?parent')).toMatchObject([
        { connection: 0, dropped: false, framesIn: 1, framesOut: 1, framesMissed: 0, close: { code: 1000 } },
      ]);
      expect(state.connections.filter(({ dropped }) => dropped)).toMatchObject([{ connection: 0, framesMissed: 5 }]);
    },
  },
  {
    name: 'says what only content scripts may say to the background',
    page: async (tools) => {
      const loot = await tools.rob();
      const documentId = '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b';
      loot.say({ kind: 'hello', documentId, sessionId: documentId, url: 'https://bank.example/', timeOriginMs: 1 });
      loot.say({ kind: 'batch', documentId, sessionId: documentId, batch: 1, reports: [], rejected: 0, goneAtMs: 1 });
      loot.say({
        kind: 'batch',
        documentId,
        sessionId: documentId,
        batch: Number.MAX_SAFE_INTEGER,
        reports: [],
        rejected: 1e9,
        goneAtMs: null,
      });
      loot.say({ kind: 'clock', aheadMs: 1e12 });
      loot.say({ kind: 'committed', batch: 1_000 });
      loot.say({ kind: 'state', sessionId: documentId, recording: false, history: 'ring', committedBatch: 9 });
      loot.say({ kind: 'notRecorded' });
      const spoken = await loot.child?.tools.talk(['still recorded']);
      return { sees: spoken ?? null, notes: { ports: loot.ports.length } };
    },
    rejected: 7,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(state.isRecorded).toBe(true);
      expect(state.documents.map(({ url }) => url)).not.toContain('https://bank.example/');
      expect(connectionsTo(state, '/echo')).toHaveLength(2);
    },
  },
  {
    name: 'lies about its address with history, hash, base, title and name',
    page: async (tools) => {
      const { href } = location;
      history.replaceState(null, '', '/settings/of/another?page#x');
      document.head.insertAdjacentHTML('beforeend', '<base href="https://bank.example/">');
      document.title = 'chrome-extension://panel';
      window.name = 'https://bank.example/';
      const spoken = await tools.talk(['one']);
      document.querySelector('base')?.remove();
      history.replaceState(null, '', href);
      return { sees: spoken };
    },
    holds: ({ state }) => {
      expect(state.documents).toHaveLength(1);
      expect(new URL(state.documents[0]?.url ?? '').hostname).toBe('127.0.0.1');
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1, framesOut: 1 }]);
    },
  },
  {
    name: 'tells a connection to a host that it never opened, in its own document alone',
    page: async (tools) => {
      const loot = await tools.rob();
      loot.report(
        { kind: 'connectionCreated', connection: 50, atMs: 1, url: 'wss://bank.example/forged', protocols: [] },
        { kind: 'connectionOpened', connection: 50, atMs: 2, protocol: '', extensions: '' },
      );
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'bank.example').length === 1,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      const child = state.documents.find(({ frameId }) => frameId !== 0);
      expect(connectionsTo(state, 'bank.example')).toMatchObject([{ documentId: child?.documentId }]);
      expect(state.documents.every(({ url }) => new URL(url).hostname === '127.0.0.1')).toBe(true);
    },
  },
];
