import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDigester } from '../../../src/analysis/digest/digester.ts';
import { lineagesOf } from '../../../src/analysis/lineage.ts';
import { findReconnects } from '../../../src/analysis/reconnects.ts';
import { FRAME_OUT, textOf } from '../../../src/protocol/frame-columns.ts';
import { openDatabase, resetDatabase } from '../../../src/store/open.ts';
import { readChunks, readContext, readPayload, readSession, readTicks } from '../../../src/store/reader.ts';
import { tickBytes } from '../../../src/store/row-bytes.ts';
import { NEEDLE } from './frames.ts';
import { DEFAULT_SHAPE, generateSession, type SessionShape } from './generate.ts';
import { writeSession } from './write.ts';

const shapes: fc.Arbitrary<Partial<SessionShape>> = fc.record({
  seed: fc.nat(),
  frames: fc.integer({ min: 0, max: 3_000 }),
  payloadBytes: fc.integer({ min: 0, max: 400 }),
  connections: fc.integer({ min: 1, max: 40 }),
  minutes: fc.integer({ min: 1, max: 600 }),
});

describe('a generated session', () => {
  it('has as many frames and connections as it was asked for, rising in time and within their connection', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { connections, frame } = generateSession(shape);
        expect(connections).toHaveLength(shape.connections ?? 0);
        expect(connections.reduce((sum, { nextSeq }) => sum + nextSeq, 0)).toBe(shape.frames);
        connections.forEach(({ nextSeq, openedAtMs, close, goneAtMs }, i) => {
          let lastMs = openedAtMs ?? 0;
          for (let seq = 0; seq < nextSeq; seq++) {
            const { atMs } = frame(i, seq);
            if (atMs < lastMs) throw new Error(`frame ${seq} of ${i} is earlier than the one before`);
            lastMs = atMs;
          }
          expect(lastMs).toBeLessThanOrEqual(close?.atMs ?? goneAtMs ?? 0);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('counts in its rows what is in its chunks', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { connections, chunks } = generateSession(shape);
        connections.forEach((row, i) => {
          let [framesIn, framesOut, bytesIn, bytesOut, nextSeq] = [0, 0, 0, 0, 0];
          for (const { chunk, payload } of chunks(i)) {
            expect(chunk.firstSeq).toBe(nextSeq);
            for (let at = 0; at < chunk.count; at++) {
              const bytes = textOf(payload, at).length;
              if (((chunk.flags[at] ?? 0) & FRAME_OUT) === 0) [framesIn, bytesIn] = [framesIn + 1, bytesIn + bytes];
              else [framesOut, bytesOut] = [framesOut + 1, bytesOut + bytes];
            }
            nextSeq += chunk.count;
          }
          expect({ framesIn, framesOut, bytesIn, bytesOut, nextSeq }).toEqual({
            framesIn: row.framesIn,
            framesOut: row.framesOut,
            bytesIn: row.bytesIn,
            bytesOut: row.bytesOut,
            nextSeq: row.nextSeq,
          });
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is the same for the same shape, and another for another seed', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => generateSession({ seed }));
    expect(again?.connections).toEqual(first?.connections);
    expect([...(again?.chunks(3) ?? [])]).toEqual([...(first?.chunks(3) ?? [])]);
    expect(other?.connections).not.toEqual(first?.connections);
  });

  it('has data frames of the length that was asked for, and a word to search for in some of them', () => {
    const { connections, frame } = generateSession({ frames: 20_000, payloadBytes: 150 });
    let [exact, needles] = [0, 0];
    connections.forEach(({ nextSeq }, i) => {
      for (let seq = 0; seq < nextSeq; seq++) {
        const { text } = frame(i, seq);
        if (text.length === 150) exact++;
        if (text.includes(NEEDLE)) needles++;
      }
    });
    expect(exact).toBeGreaterThan(15_000);
    expect(needles).toBeGreaterThan(0);
    expect(needles).toBeLessThan(50);
  });

  it('has heartbeats and clients that come back, as the analysis sees them', () => {
    const { session, connections, chunks } = generateSession({ frames: 20_000, connections: 20, minutes: 60 });
    const lineages = lineagesOf(connections, findReconnects(connections));
    expect(Math.max(...lineages.map(({ generations }) => generations.length))).toBeGreaterThan(1);
    const periods = connections.map((record, i) => {
      const digester = createDigester(record, { validate: null });
      for (const { chunk, payload } of chunks(i)) digester.add(chunk, payload);
      return digester.finish(record, session.endedAtMs ?? 0).heartbeat;
    });
    expect(periods.filter((heartbeat) => heartbeat !== null).length).toBeGreaterThan(connections.length / 2);
  });
});

describe('a session that was written', () => {
  afterEach(resetDatabase);

  it('is read back as it was generated', async () => {
    const generated = generateSession({ frames: 2_500, connections: 4, sessionId: 'written' });
    const chunkCount = await writeSession(generated);
    const database = await openDatabase(() => undefined);
    const read = await readSession(database, 'written');
    const counts = await readTicks(database, 'written');
    expect(counts).toHaveLength(4);
    const countBytes = counts.reduce((sum, row) => sum + tickBytes(row), 0);
    expect(read).toEqual({
      session: { ...generated.session, storedBytes: generated.session.storedBytes + countBytes },
      documents: generated.documents,
      connections: generated.connections,
    });
    expect(await readContext(database, 'written')).toHaveLength(generated.context.length);
    let [frames, found] = [0, 0];
    for (const [i, { connectionId, nextSeq }] of generated.connections.entries()) {
      for (const chunk of await readChunks(database, connectionId, 0, nextSeq)) {
        const payload = await readPayload(database, connectionId, chunk.firstSeq);
        found++;
        for (let at = 0; at < chunk.count; at++, frames++) {
          const frame = generated.frame(i, chunk.firstSeq + at);
          if (chunk.atMs[at] !== frame.atMs || !payload || textOf(payload, at) !== frame.text) {
            throw new Error(`frame ${chunk.firstSeq + at} of ${connectionId} is another`);
          }
        }
      }
    }
    database.close();
    expect([frames, found]).toEqual([2_500, chunkCount]);
  });

  it('is of the default shape where nothing else is asked for', () => {
    expect(generateSession().session.sessionId).toBe(DEFAULT_SHAPE.sessionId);
  });
});
