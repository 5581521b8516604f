import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captured, closed, columnsOf, created, numberedFrames } from '../protocol/fixtures.ts';
import { FRAME_DISCARDED, FRAME_OUT, FRAME_SIMULATED, SIZE_OF_TEXT } from '../protocol/frame-columns.ts';
import { MAX_GAPS_PER_CONNECTION } from '../protocol/limits.ts';
import type { PageReport } from '../protocol/page-report.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { type Applied, applyReport } from './apply.ts';
import { identityOf, TIME_ORIGIN_MS } from './fixtures.ts';

const DOCUMENT = identityOf();

function apply(known: ConnectionRecord | null, report: PageReport): Applied {
  const applied = applyReport(known, report, DOCUMENT);
  if (!applied) throw new Error(`${report.kind} was refused`);
  return applied;
}

function connectionAfter(...reports: readonly PageReport[]): ConnectionRecord {
  const connection = reports.reduce<ConnectionRecord | null>((known, report) => apply(known, report).connection, null);
  if (!connection) throw new Error('no report');
  return connection;
}

const missed = (firstSeq: number, count: number, reason: 'ring' | 'overflow' | 'paused' = 'ring'): PageReport => ({
  kind: 'framesMissed',
  connection: 0,
  firstSeq,
  count,
  reason,
});

describe('the life of a connection', () => {
  it('is told in epoch milliseconds', () => {
    const connection = connectionAfter(
      created(0, 1),
      { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: 'p', extensions: 'e' },
      { kind: 'closeRequested', connection: 0, atMs: 3, code: 4000, reason: 'bye' },
      { kind: 'closeRequested', connection: 0, atMs: 4, code: 1000, reason: null },
      { kind: 'connectionErrored', connection: 0, atMs: 5, simulated: false },
      closed(0, 6),
    );
    expect(connection).toMatchObject({
      connectionId: 'doc/0',
      sessionId: 'session',
      url: 'ws://127.0.0.1/0',
      createdAtMs: TIME_ORIGIN_MS + 1,
      openedAtMs: TIME_ORIGIN_MS + 2,
      protocol: 'p',
      extensions: 'e',
      closeRequested: { atMs: TIME_ORIGIN_MS + 3, code: 4000, reason: 'bye' },
      erroredAtMs: TIME_ORIGIN_MS + 5,
      close: { atMs: TIME_ORIGIN_MS + 6, code: 1006, reason: '', wasClean: false, simulated: false },
    });
  });

  it('tells when it was dropped', () => {
    const applied = apply(connectionAfter(created()), { kind: 'connectionDropped', connection: 0, atMs: 4 });
    expect(applied.droppedAtMs).toBe(TIME_ORIGIN_MS + 4);
    expect(applied.connection.droppedAtMs).toBe(TIME_ORIGIN_MS + 4);
  });

  it.each([
    ['made twice', connectionAfter(created()), created()],
    ['unknown', null, closed()],
    [
      'opened twice',
      connectionAfter(created(), { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: '', extensions: '' }),
      { kind: 'connectionOpened', connection: 0, atMs: 3, protocol: '', extensions: '' } as const,
    ],
    ['closed twice', connectionAfter(created(), closed()), closed()],
    [
      'dropped twice',
      connectionAfter(created(), { kind: 'connectionDropped', connection: 0, atMs: 2 }),
      { kind: 'connectionDropped', connection: 0, atMs: 3 } as const,
    ],
    [
      'with frames again',
      connectionAfter(created(), captured(0, numberedFrames(3))),
      captured(2, numberedFrames(3, 2)),
    ],
    ['with a gap where frames were', connectionAfter(created(), captured(0, numberedFrames(3))), missed(1, 9)],
    [
      'with more frames than can be counted',
      connectionAfter(created()),
      captured(Number.MAX_SAFE_INTEGER, numberedFrames(2)),
    ],
    [
      'with a gap beyond counting',
      connectionAfter(created(), captured(0, numberedFrames(1))),
      missed(1, Number.MAX_SAFE_INTEGER),
    ],
    [
      'with content of a frame that never was',
      connectionAfter(created()),
      { kind: 'frameContent', connection: 0, seq: 0, bytes: Uint8Array.of(1) } as const,
    ],
  ] as const)('%s: refused', (_, known, report) => {
    expect(applyReport(known, report, DOCUMENT)).toBeNull();
  });
});

describe('frames', () => {
  it('are counted each way, in bytes of UTF-8', () => {
    const columns = columnsOf([
      { data: 'çığ', sizeBytes: SIZE_OF_TEXT, atMs: 5 },
      { data: '😀', sizeBytes: SIZE_OF_TEXT, atMs: 6, flags: FRAME_OUT },
      { data: [1, 2, 3], atMs: 5.5 },
    ]);
    const { connection, frames } = apply(connectionAfter(created()), captured(0, columns));
    expect(connection).toMatchObject({
      framesIn: 2,
      framesOut: 1,
      bytesIn: 9,
      bytesOut: 4,
      nextSeq: 3,
      lastFrameAtMs: TIME_ORIGIN_MS + 6,
    });
    expect(frames?.firstSeq).toBe(0);
    expect([...(frames?.columns.sizeBytes ?? [])]).toEqual([6, 4, 3]);
    expect([...(frames?.columns.atMs ?? [])]).toEqual([5, 6, 5.5].map((at) => TIME_ORIGIN_MS + at));
  });

  it('that are simulated or were thrown away do not count', () => {
    const columns = columnsOf([
      { data: 'a', flags: FRAME_SIMULATED },
      { data: 'b', flags: FRAME_OUT | FRAME_DISCARDED },
      { data: 'c' },
    ]);
    const { connection } = apply(connectionAfter(created()), captured(0, columns));
    expect(connection).toMatchObject({ framesIn: 1, framesOut: 0, bytesIn: 1, bytesOut: 0, nextSeq: 3 });
  });

  it('leave what the page sent unchanged', () => {
    const columns = columnsOf([{ data: 'ü', sizeBytes: SIZE_OF_TEXT }]);
    apply(connectionAfter(created()), captured(0, columns));
    expect(columns.sizeBytes[0]).toBe(SIZE_OF_TEXT);
    expect(columns.atMs[0]).toBe(0);
  });
});

describe('gaps', () => {
  it('of one reason that touch are one', () => {
    const connection = connectionAfter(created(), missed(0, 5), missed(5, 2), missed(7, 1, 'paused'));
    expect(connection).toMatchObject({
      gaps: [
        { firstSeq: 0, count: 7, reason: 'ring' },
        { firstSeq: 7, count: 1, reason: 'paused' },
      ],
      framesMissed: 8,
      nextSeq: 8,
    });
  });

  it('are seen when nobody reports them', () => {
    const connection = connectionAfter(created(), captured(0, numberedFrames(2)), captured(5, numberedFrames(1, 5)));
    expect(connection.gaps).toEqual([{ firstSeq: 2, count: 3, reason: 'overflow' }]);
    expect(connection).toMatchObject({ framesMissed: 3, nextSeq: 6 });
  });

  it('are counted when there are too many to be listed', () => {
    const reports = Array.from({ length: MAX_GAPS_PER_CONNECTION + 5 }, (_, i) => [
      missed(2 * i, 1),
      captured(2 * i + 1, numberedFrames(1)),
    ]).flat();
    const connection = connectionAfter(created(), ...reports);
    expect(connection.gaps).toHaveLength(MAX_GAPS_PER_CONNECTION);
    expect(connection.framesMissed).toBe(MAX_GAPS_PER_CONNECTION + 5);
  });

  it('and frames add up to what the page numbered, whatever comes', () => {
    const report = fc.oneof(
      fc
        .record({ firstSeq: fc.nat(40), count: fc.integer({ min: 1, max: 9 }) })
        .map(({ firstSeq, count }) => missed(firstSeq, count)),
      fc
        .record({ firstSeq: fc.nat(40), count: fc.integer({ min: 1, max: 9 }) })
        .map(({ firstSeq, count }) => captured(firstSeq, numberedFrames(count))),
    );
    fc.assert(
      fc.property(fc.array(report, { maxLength: 30 }), (reports) => {
        let connection = connectionAfter(created());
        for (const next of reports) connection = applyReport(connection, next, DOCUMENT)?.connection ?? connection;
        const { framesIn, framesOut, framesMissed, nextSeq, gaps } = connection;
        expect(framesIn + framesOut + framesMissed).toBe(nextSeq);
        expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(framesMissed);
      }),
    );
  });
});
