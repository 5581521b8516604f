/**
 * Pages that send more than anybody wants. The extension stays within its bounds, counts what it does not keep, and goes
 * on recording: the page's last connection, and a bystander in another tab.
 */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo, rejectedIn } from '../extension-state.ts';

const MEGABYTE = 1024 * 1024;

export const flooding: readonly Attack[] = [
  {
    name: '20,000 frames at once',
    page: async (tools) => {
      const socket = await tools.open('/sink');
      for (let i = 0; i < 20_000; i++) socket.send(`frame ${i}`);
      socket.close(1000);
      await tools.once(socket, 'close');
      return {};
    },
    settled: (state) => connectionsTo(state, '/sink').every(({ close }) => close !== null),
    holds: ({ state }) => {
      const [connection] = connectionsTo(state, '/sink');
      expect((connection?.framesOut ?? 0) + (connection?.framesMissed ?? 0)).toBe(20_000);
      expect(connection?.nextSeq).toBe(20_000);
    },
  },
  {
    name: 'frames of 8 MB: their size is true, of their payload the first megabyte is kept',
    page: async (tools) => {
      const socket = await tools.open('/sink');
      socket.send('x'.repeat(8 * 1024 * 1024));
      socket.send(new Uint8Array(8 * 1024 * 1024));
      socket.close(1000);
      await tools.once(socket, 'close');
      return {};
    },
    holds: ({ state }) => {
      const [connection] = connectionsTo(state, '/sink');
      expect(connection?.frames.map(({ sizeBytes }) => sizeBytes)).toEqual([8 * MEGABYTE, 8 * MEGABYTE]);
      expect(connection?.frames.map(({ text, bytes }) => text.length + bytes)).toEqual([MEGABYTE, MEGABYTE]);
      expect(state.storedBytes).toBeLessThan(3 * MEGABYTE);
    },
  },
  {
    name: '150 connections in one go',
    page: async (tools) => {
      const closes = Array.from({ length: 150 }, async (_, i) => {
        const socket = new WebSocket(`${tools.wsOrigin}/closing?code=4000&reason=${i}`);
        const { code, reason } = (await tools.once(socket, 'close')) as CloseEvent;
        return code === 4000 && reason === String(i);
      });
      return { sees: (await Promise.all(closes)).filter((asExpected) => asExpected).length };
    },
    settled: (state) => connectionsTo(state, 'code=4000').every(({ close }) => close !== null),
    holds: ({ state }) => expect(connectionsTo(state, 'code=4000')).toHaveLength(150),
  },
  {
    name: '200,000 forged reports that fit nothing',
    page: async (tools) => {
      const loot = await tools.rob();
      const reports = Array.from({ length: 8_000 }, (_, i) => ({
        kind: 'connectionDropped',
        connection: 100 + i,
        atMs: 1,
      }));
      for (let i = 0; i < 25; i++) loot.report(...reports);
      return { notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 200_000 },
    settled: (state) => rejectedIn(state) >= 200_000,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(connectionsTo(state, '/echo')).toHaveLength(1);
    },
  },
  {
    name: '100,000 messages that are no messages',
    page: async (tools) => {
      const loot = await tools.rob();
      for (let i = 0; i < 100_000; i++) loot.say(i);
      return { notes: { ports: loot.ports.length } };
    },
    rejected: 100_000,
    settled: (state) => rejectedIn(state) >= 100_000,
    holds: ({ notes }) => expect(notes.ports).toBeGreaterThan(0),
  },
  {
    name: '160 MB of forged frames: what is not kept is a counted gap',
    page: async (tools) => {
      const loot = await tools.rob();
      const text = 'x'.repeat(4 * 1024 * 1024);
      loot.report({ kind: 'connectionCreated', connection: 50, atMs: 1, url: 'ws://forged/', protocols: [] });
      for (let seq = 0; seq < 40; seq++) {
        const columns = {
          count: 1,
          atMs: Float64Array.of(seq),
          flags: new Uint8Array(1),
          sizeBytes: Float64Array.of(-1),
          text,
          textEnds: Uint32Array.of(text.length),
          bytes: new Uint8Array(0),
          byteEnds: new Uint32Array(1),
        };
        loot.report({ kind: 'framesCaptured', connection: 50, firstSeq: seq, columns });
      }
      return { notes: { ports: loot.ports.length } };
    },
    settled: (state) => connectionsTo(state, 'forged')[0]?.nextSeq === 40,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      const [forged] = connectionsTo(state, 'forged');
      expect((forged?.framesIn ?? 0) + (forged?.framesMissed ?? 0)).toBe(40);
      // At most what may be unacknowledged at once has passed, and what was sent on while the page went on.
      expect(state.storedBytes).toBeLessThan(64 * MEGABYTE);
    },
  },
  {
    name: '4,000 forged connections with the longest names there may be',
    page: async (tools) => {
      const loot = await tools.rob();
      const url = `ws://forged/${'u'.repeat(16_000)}`;
      const protocols = new Array(64).fill('p'.repeat(256));
      for (let i = 0; i < 4_000; i++) {
        loot.report({ kind: 'connectionCreated', connection: 100 + i, atMs: 1, url, protocols });
      }
      return { notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 0 },
    settled: (state) => connectionsTo(state, 'forged').length + rejectedIn(state) >= 4_000,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      const stored = connectionsTo(state, 'forged').length;
      expect(stored + rejectedIn(state)).toBe(4_000);
      // 32 kB a row: what is stored must count, or nothing would ever be deleted to make room.
      expect(state.storedBytes).toBeGreaterThan(stored * 30_000);
    },
  },
];
