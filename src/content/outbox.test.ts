import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captured, closed, columnsOf, created, numberedFrames } from '../protocol/fixtures.ts';
import { FRAME_TRUNCATED, SIZE_OF_TEXT } from '../protocol/frame-columns.ts';
import { IN_FLIGHT_BATCHES, RELAYED_BATCH_BYTES, UNACKNOWLEDGED_BYTES } from '../protocol/limits.ts';
import { type PageReport, parsePageReport } from '../protocol/page-report.ts';
import { type Batch, NO_PRESSURE } from '../protocol/relay.ts';
import { applyReport } from '../store/apply.ts';
import { identityOf } from '../store/fixtures.ts';
import { bytesOf, createOutbox, type NextOptions, type Outbox } from './outbox.ts';

/** Much work for a machine that does other things as well. */
const SLOW_MACHINE_MS = 60_000;

const MEGABYTE = 1024 * 1024;
const NAMES = { documentId: 'doc', sessionId: 'session' };

function drain(outbox: Outbox, options?: NextOptions): readonly Batch[] {
  const batches: Batch[] = [];
  for (let batch = outbox.next(options); batch; batch = outbox.next(options)) batches.push(batch);
  return batches;
}

/** Everything that is in the outbox, as a background that never fails gets it. */
function drainAll(outbox: Outbox): readonly PageReport[] {
  const reports: unknown[] = [];
  for (const batches of [drain(outbox, { evenBeyondLimit: true })])
    reports.push(...batches.flatMap((one) => one.reports));
  return reports as PageReport[];
}

const frame = (seq: number, text: string): PageReport =>
  captured(seq, columnsOf([{ data: text, sizeBytes: SIZE_OF_TEXT }]));

describe('gaps', () => {
  it('say why there are any', () => {
    const outbox = createOutbox(NAMES);
    outbox.add(created());
    outbox.explainGaps('noRoom');
    // Small frames weigh more than their text: it is frames that must go.
    const run = columnsOf(Array.from({ length: 1_000 }, () => ({ data: '' })));
    for (let seq = 0; seq < 1_500_000; seq += 1_000) outbox.add(captured(seq, run));
    const reasons = drainAll(outbox).flatMap((report) => (report.kind === 'framesMissed' ? [report.reason] : []));
    expect(new Set(reasons)).toEqual(new Set(['noRoom']));
  });
});

describe('numbering', () => {
  it('begins at 1 and has no holes', () => {
    const outbox = createOutbox(NAMES);
    expect(outbox.next()).toBeNull();
    outbox.add(created());
    outbox.add(closed());
    expect(outbox.next()).toEqual({
      kind: 'batch',
      ...NAMES,
      batch: 1,
      reports: [created(), closed()],
      rejected: 0,
      payloadsLeftOut: 0,
      goneAtMs: null,
    });
    outbox.add(created(1));
    expect(outbox.next()?.batch).toBe(2);
    expect(outbox.next()).toBeNull();
  });

  it('divides what is too large for one batch', () => {
    const outbox = createOutbox(NAMES);
    for (let seq = 0; seq < 5; seq++) outbox.add(frame(seq, 'x'.repeat(RELAYED_BATCH_BYTES / 5)));
    outbox.add(frame(5, 'y'.repeat(RELAYED_BATCH_BYTES)));
    expect(drain(outbox).map(({ reports }) => reports.length)).toEqual([2, 2, 1, 1]);
  });
});

describe('acknowledgement', () => {
  function withBatches(count: number): Outbox {
    const outbox = createOutbox(NAMES);
    for (let i = 0; i < count; i++) {
      outbox.add(created(i));
      outbox.next();
    }
    return outbox;
  }
  const numbers = (outbox: Outbox) => outbox.underWay().map(({ batch }) => batch);

  it('forgets what is committed, and keeps the rest as it is', () => {
    const outbox = withBatches(4);
    const before = outbox.underWay();
    expect(outbox.acknowledge(2)).toBe(true);
    expect(outbox.underWay()).toEqual(before.slice(2));
    expect(outbox.acknowledge(2)).toBe(true);
    expect(numbers(outbox)).toEqual([3, 4]);
    expect(outbox.acknowledge(4)).toBe(true);
    expect(numbers(outbox)).toEqual([]);
  });

  it.each([
    ['less than it was before', 1],
    ['more than was ever sent', 5],
  ])('of %s is impossible', (_, committed) => {
    const outbox = withBatches(4);
    outbox.acknowledge(2);
    expect(outbox.acknowledge(committed)).toBe(false);
    expect(numbers(outbox)).toEqual([3, 4]);
  });

  it('makes room for more to be under way', () => {
    const outbox = withBatches(IN_FLIGHT_BATCHES);
    outbox.add(created(900));
    outbox.add(created(901));
    expect(outbox.next()).toBeNull();
    expect(outbox.next({ evenBeyondLimit: true })?.reports).toHaveLength(2);
    outbox.add(created(902));
    outbox.acknowledge(2);
    expect(outbox.next()?.batch).toBe(IN_FLIGHT_BATCHES + 2);
  });

  it('bounds the bytes under way', () => {
    const outbox = createOutbox(NAMES);
    for (let seq = 0; seq < 20; seq++) outbox.add(frame(seq, 'x'.repeat(MEGABYTE / 2)));
    expect(drain(outbox)).toHaveLength(8);
    outbox.acknowledge(3);
    expect(drain(outbox)).toHaveLength(3);
  });
});

describe('refusals', () => {
  it('travel with the next batch, and once', () => {
    const outbox = createOutbox(NAMES);
    outbox.refuse(3);
    expect(outbox.hasOnlyRefusals()).toBe(true);
    expect(outbox.next()).toBeNull();
    outbox.add(created());
    expect(outbox.hasOnlyRefusals()).toBe(false);
    expect(outbox.next()?.rejected).toBe(3);
    outbox.add(closed());
    expect(outbox.next()?.rejected).toBe(0);
  });

  it('travel alone when asked for', () => {
    const outbox = createOutbox(NAMES);
    expect(outbox.next({ evenRefusals: true })).toBeNull();
    outbox.refuse(1);
    expect(outbox.next({ evenRefusals: true })).toMatchObject({ reports: [], rejected: 1 });
  });
});

describe('a farewell', () => {
  it('is one batch at least, and carries the time', () => {
    const outbox = createOutbox(NAMES);
    expect(drain(outbox, { goneAtMs: 5 })).toMatchObject([{ batch: 1, reports: [], goneAtMs: 5 }]);
    outbox.add(closed());
    expect(drain(outbox, { goneAtMs: 5 })).toMatchObject([{ batch: 2, goneAtMs: 5 }]);
  });

  it('lets everything out', () => {
    const outbox = createOutbox(NAMES);
    for (let i = 0; i < IN_FLIGHT_BATCHES; i++) {
      outbox.add(created(i));
      outbox.next();
    }
    outbox.add(created(900));
    expect(drain(outbox, { goneAtMs: 5 })).toMatchObject([{ reports: [created(900)], goneAtMs: 5 }]);
  });
});

describe('too much', () => {
  const size = MEGABYTE / 2; // characters, two bytes each
  const many = (2 * UNACKNOWLEDGED_BYTES) / (2 * size);

  it(
    'loses the payloads of the oldest frames, not the frames',
    () => {
      const outbox = createOutbox(NAMES);
      for (let seq = 0; seq < many; seq++) outbox.add(frame(seq, 'ü'.repeat(size)));
      outbox.add({ kind: 'frameContent', connection: 0, seq: 3, bytes: Uint8Array.of(1) });
      expect(outbox.pressure()).toMatchObject({ leftOut: 'payloads' });
      const batches = drain(outbox, { evenBeyondLimit: true });
      const reports = (batches.flatMap((batch) => batch.reports) as readonly PageReport[]).filter(
        (report) => report.kind === 'framesCaptured',
      );
      expect(reports.map(({ firstSeq }) => firstSeq)).toEqual(Array.from({ length: many }, (_, i) => i));
      const kept = reports.filter(({ columns }) => columns.text !== '');
      expect(kept.length).toBeGreaterThan(many / 4);
      expect(reports.slice(-kept.length)).toEqual(kept);
      expect(batches.reduce((sum, { payloadsLeftOut }) => sum + payloadsLeftOut, 0)).toBe(many - kept.length);
      expect(outbox.pressure()).toEqual(NO_PRESSURE);
      const stripped = reports.slice(0, -kept.length);
      expect(
        stripped.every(({ columns }) => columns.flags[0] === FRAME_TRUNCATED && columns.sizeBytes[0] === 2 * size),
      ).toBe(true);
      expect(reports.every((report) => parsePageReport(report) !== null)).toBe(true);
    },
    SLOW_MACHINE_MS,
  );

  it(
    'leaves alone what is under way',
    () => {
      const outbox = createOutbox(NAMES);
      outbox.add(frame(0, 'x'.repeat(size)));
      const sent = outbox.next();
      for (let seq = 1; seq < many; seq++) outbox.add(frame(seq, 'x'.repeat(size)));
      expect(outbox.underWay()).toEqual([sent]);
    },
    SLOW_MACHINE_MS,
  );

  it(
    'becomes one gap a connection when payloads are not enough, and everything adds up',
    () => {
      const outbox = createOutbox(NAMES);
      const perReport = 2_048;
      // Without their payloads, all frames of both are still half as much again as there is room for.
      const count = Math.ceil((0.75 * UNACKNOWLEDGED_BYTES) / (25 * perReport));
      const columns = [0, 1].map(() => numberedFrames(perReport));
      for (const connection of [0, 1]) outbox.add(created(connection));
      for (let i = 0; i < count; i++) {
        columns.forEach((run, connection) => {
          outbox.add(captured(i * perReport, run, connection));
        });
      }
      outbox.add(closed(0));
      const reports = drainAll(outbox);
      expect(reports.reduce((sum, report) => sum + bytesOf(report), 0)).toBeLessThanOrEqual(UNACKNOWLEDGED_BYTES);
      expect(reports.filter(({ kind }) => kind === 'framesMissed')).toHaveLength(2);
      for (const connection of [0, 1]) {
        const row = reports
          .filter((report) => report.connection === connection)
          .reduce<ReturnType<typeof applyReport>>(
            (known, report) => applyReport(known?.connection ?? null, report, identityOf()),
            null,
          )?.connection;
        expect(row?.nextSeq).toBe(count * perReport);
        expect((row?.framesIn ?? 0) + (row?.framesOut ?? 0) + (row?.framesMissed ?? 0)).toBe(count * perReport);
        expect(row?.gaps).toMatchObject([{ firstSeq: 0, reason: 'overflow' }]);
        expect(row?.close === null).toBe(connection === 1);
      }
    },
    SLOW_MACHINE_MS,
  );

  it('is refused and counted when nothing can be taken away any more', () => {
    const outbox = createOutbox(NAMES);
    const large = { ...created(), url: `ws://${'x'.repeat(16_000)}` };
    const fits = Math.floor(UNACKNOWLEDGED_BYTES / bytesOf(large));
    for (let i = 0; i < fits + 7; i++) outbox.add(large);
    const batches = drain(outbox, { evenBeyondLimit: true });
    expect(batches.flatMap(({ reports }) => reports)).toHaveLength(fits);
    expect(batches.reduce((sum, { rejected }) => sum + rejected, 0)).toBe(7);
  });

  it(
    'never breaks a promise, whatever is done',
    () => {
      const action = fc.oneof(
        fc.record({
          do: fc.constant('add' as const),
          frames: fc.integer({ min: 1, max: 4 }),
          megabytes: fc.integer({ min: 0, max: 3 }),
        }),
        fc.record({ do: fc.constant('next' as const) }),
        fc.record({ do: fc.constant('acknowledge' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
      );
      fc.assert(
        fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
          const outbox = createOutbox(NAMES);
          let nextSeq = 0;
          let nextBatch = 1;
          const sent: PageReport[] = [];
          const take = (batch: Batch | null) => {
            if (!batch) return;
            expect(batch.batch).toBe(nextBatch++);
            sent.push(...(batch.reports as PageReport[]));
          };
          for (const step of actions) {
            if (step.do === 'next') take(outbox.next());
            if (step.do === 'acknowledge') {
              const under = outbox.underWay();
              const last = under[Math.floor(step.part * under.length)];
              if (last) expect(outbox.acknowledge(last.batch)).toBe(true);
            }
            if (step.do === 'add') {
              const data = 'x'.repeat((step.megabytes * MEGABYTE) / step.frames);
              const frames = Array.from({ length: step.frames }, () => ({ data, sizeBytes: SIZE_OF_TEXT }));
              outbox.add(captured(nextSeq, columnsOf(frames)));
              nextSeq += step.frames;
            }
          }
          for (const batch of drain(outbox, { evenBeyondLimit: true })) take(batch);
          // Every frame exactly once, in order, as itself or within a gap.
          let expected = 0;
          for (const report of sent) {
            if (report.kind !== 'framesCaptured' && report.kind !== 'framesMissed') throw new Error(report.kind);
            expect(report.firstSeq).toBe(expected);
            expected += report.kind === 'framesMissed' ? report.count : report.columns.count;
          }
          expect(expected).toBe(nextSeq);
        }),
        { numRuns: 20 },
      );
    },
    SLOW_MACHINE_MS,
  );
});
