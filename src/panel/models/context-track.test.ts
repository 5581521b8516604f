import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ContextRecord, DocumentRecord } from '../../protocol/records.ts';
import { barAt, contextTrack, layoutTrack, markerAt, trackPxOf } from './context-track.ts';
import { documentFixture } from './fixtures.ts';

function at(atMs: number, kind: ContextRecord['kind'], fields: Partial<ContextRecord> = {}): ContextRecord {
  return { sessionId: 'session', documentId: 'doc', connectionId: null, atMs, kind, ...fields };
}

function trackOf(
  context: readonly ContextRecord[],
  documents: readonly DocumentRecord[] = [],
  runs: readonly Pick<ScenarioRun, 'name' | 'startedAtMs' | 'endedAtMs'>[] = [],
) {
  return contextTrack({ context, documents, runs: runs as readonly ScenarioRun[] });
}

/** Bars as [kind, from, to, row]. */
const barsOf = (track: ReturnType<typeof trackOf>) =>
  track.bars.map(({ kind, fromMs, toMs, row }) => [kind, fromMs, toMs, row]);

describe('the track of what happened around connections', () => {
  it('has a bar for each time of being hidden, offline or asleep', () => {
    const context = [
      at(100, 'hidden'),
      at(300, 'visible'),
      at(400, 'offline'),
      at(450, 'online'),
      at(900, 'woke', { durationMs: 200 }),
    ];
    expect(barsOf(trackOf(context))).toEqual([
      ['hidden', 100, 300, 0],
      ['offline', 400, 450, 0],
      ['asleep', 700, 900, 0],
    ]);
  });

  it('takes what every document tells for one thing', () => {
    const context = [
      at(100, 'hidden'),
      at(101, 'hidden', { documentId: 'frame' }),
      at(300, 'visible'),
      at(302, 'visible', { documentId: 'frame' }),
    ];
    expect(barsOf(trackOf(context))).toEqual([['hidden', 100, 302, 0]]);
  });

  it('lets what lasts go on, or until its document is gone', () => {
    const context = [at(100, 'hidden'), at(200, 'offline', { documentId: 'gone' })];
    const documents = [documentFixture(), documentFixture({ documentId: 'gone', frameId: 3, goneAtMs: 500 })];
    expect(barsOf(trackOf(context, documents))).toEqual([
      ['hidden', 100, Number.POSITIVE_INFINITY, 0],
      ['offline', 200, 500, 1],
    ]);
  });

  it('has what was simulated, with its name', () => {
    const track = trackOf([], [], [{ name: 'Flaky network', startedAtMs: 100, endedAtMs: null }]);
    expect(track.bars).toMatchObject([{ kind: 'simulated', name: 'Flaky network', toMs: Number.POSITIVE_INFINITY }]);
  });

  it('knows when the tab went to another page, and what was marked', () => {
    const documents = [
      documentFixture({ documentId: 'a', openedAtMs: 10 }),
      documentFixture({ documentId: 'frame', openedAtMs: 20, frameId: 7 }),
      documentFixture({ documentId: 'b', openedAtMs: 30 }),
    ];
    const marker = at(15, 'marker', { text: 'here', connectionId: 'doc/1', seq: 4 });
    const track = trackOf([marker], documents);
    expect(track).toMatchObject({
      navigationsMs: [30],
      markers: [{ atMs: 15, text: 'here', connectionId: 'doc/1', seq: 4 }],
      rows: 1,
    });
    const scale = { fromMs: 0, toMs: 100, leftPx: 0, widthPx: 1_000 };
    expect(markerAt(track, scale, 152)?.text).toBe('here');
    expect(markerAt(track, scale, 180)).toBeNull();
  });

  it('takes no room where nothing happened, also with an end without a beginning', () => {
    expect(trackPxOf(trackOf([at(5, 'visible'), at(6, 'online')], [documentFixture()]))).toBe(0);
    expect(trackPxOf(trackOf([at(5, 'offline')]))).toBeGreaterThan(0);
  });

  it('has no two bars in one place, as long as there are rows', () => {
    const run = fc.record({ startedAtMs: fc.nat(1_000), lengthMs: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (plans) => {
        const runs = plans.map(({ startedAtMs, lengthMs }) => ({
          name: '',
          startedAtMs,
          endedAtMs: startedAtMs + lengthMs,
        }));
        const { bars, rows } = trackOf([], [], runs);
        const mostAtOnce = Math.max(
          0,
          ...bars.map((bar) => bars.filter((b) => b.fromMs <= bar.fromMs && bar.fromMs < b.toMs).length),
        );
        expect(rows).toBeLessThanOrEqual(3);
        if (mostAtOnce > 3) return;
        for (const a of bars) {
          for (const b of bars) {
            if (a !== b && a.row === b.row && a.fromMs <= b.fromMs) expect(a.toMs).toBeLessThanOrEqual(b.toMs);
          }
        }
      }),
    );
  });

  it('shows what is in view, and clips it, up to now', () => {
    const track = trackOf([at(100, 'hidden'), at(300, 'visible'), at(350, 'offline')]);
    const scale = { fromMs: 200, toMs: 400, leftPx: 10, widthPx: 100 };
    expect(layoutTrack(track, scale, 380).bars).toMatchObject([
      { kind: 'hidden', fromPx: 10, toPx: 60 },
      { kind: 'offline', fromPx: 85, toPx: 100 },
    ]);
    expect(barAt(track, 250, 0)?.kind).toBe('hidden');
    expect(barAt(track, 320, 0)).toBeNull();
    expect(barAt(track, 250, 1)).toBeNull();
  });

  it('leaves out bars that no pixel can show', () => {
    const context = Array.from({ length: 2_000 }, (_, i) => at(i, i % 2 === 0 ? 'hidden' : 'visible'));
    const scale = { fromMs: 0, toMs: 2_000, leftPx: 0, widthPx: 100 };
    expect(layoutTrack(trackOf(context), scale, 2_000).bars.length).toBeLessThanOrEqual(101);
  });
});
