import { describe, expect, it } from 'vitest';
import { OptionError } from '../values.ts';
import { churnLines, isMet, overRounds, storedLines } from './goals.ts';
import { parsePanelOptions } from './options.ts';
import { smoothnessOf } from './probe.ts';
import { renderPanelReport } from './report.ts';
import type { StoredRound } from './stored.ts';
import { longestOf } from './tasks.ts';

const smooth = { framesPerSecond: 60, p95GapMs: 17, longestTaskMs: 0, longTasks: 0, busyShare: 0.1 };
const round = (fields: Partial<StoredRound> = {}): StoredRound => ({
  firstRowsMs: 100,
  fullTimelineMs: 400,
  openingCpuMs: 200,
  openingTasksMs: [51, 70],
  jumpsMs: [10, 20, 90],
  scroll: smooth,
  zoom: smooth,
  longestZoomTask: { wallMs: 9, cpuMs: 3 },
  filter: { firstMs: 100, doneMs: 900, typing: smooth },
  heap: { openedBytes: 20e6, scrolledBytes: 21e6, workerBytes: 30e6 },
  ...fields,
});

describe('the figures of the panel', () => {
  it('are medians over the rounds', () => {
    const rounds = [round(), round({ fullTimelineMs: 600 }), round({ fullTimelineMs: 450 })];
    const lines = storedLines({ frames: 10, rounds });
    const byName = new Map(lines.map((line) => [line.what, line]));
    expect(byName.get('open: full timeline')?.value).toBe(450);
    expect(byName.get('open: longest task')?.value).toBe(70);
    expect(byName.get('jump to a row: median')?.value).toBe(20);
    expect(byName.get('jump to a row: longest')?.value).toBe(90);
    expect(lines.filter((line) => isMet(line) === false).map(({ what }) => what)).toEqual(['open: longest task']);
  });

  it('miss their goal when what was waited for never came', () => {
    const lines = storedLines({
      frames: 10,
      rounds: [round({ filter: { firstMs: null, doneMs: null, typing: smooth } })],
    });
    const first = lines.find(({ what }) => what === 'filter: first hits');
    expect(first?.value).toBeNaN();
    expect(first && isMet(first)).toBe(false);
  });

  it('count every frame that was sent and is not stored', () => {
    const lines = churnLines({
      shape: { sockets: 10, earlier: 20 },
      reconnectsPerSecond: 5,
      connections: 60,
      panel: smooth,
      sent: 100,
      stored: 98,
    });
    expect(lines.at(-1)).toMatchObject({ value: 2 });
  });

  it('are medians over rounds, but losses of any round count', () => {
    const roundOf = (framesPerSecond: number, stored: number) =>
      churnLines({
        shape: { sockets: 10, earlier: 20 },
        reconnectsPerSecond: 5,
        connections: 60,
        panel: { ...smooth, framesPerSecond },
        sent: 100,
        stored,
      });
    const lines = overRounds([roundOf(50, 100), roundOf(60, 99), roundOf(55, 100)]);
    expect(lines[0]).toMatchObject({ value: 55, goal: { atLeast: 55 } });
    expect(lines.at(-1)).toMatchObject({ value: 1, goal: { atMost: 0 } });
  });

  it('are a table, in which what misses its goal stands out', () => {
    const lines = storedLines({ frames: 10, rounds: [round({ firstRowsMs: 1_234 })] });
    const text = renderPanelReport({
      machine: { cores: 2, model: 'test', memoryBytes: 2 ** 33, kernel: 'linux' },
      browserVersion: 'Chromium',
      rounds: 1,
      startedAt: '2026-11-21',
      load: { before: 0.1, after: 0.2 },
      stored: [
        { frames: 10_000, lines },
        { frames: 1_000_000, lines },
      ],
      others: [],
      tables: [['| a table of its own |']],
    });
    expect(text).toContain('| a stored session | goal | 10,000 frames | 1,000,000 frames |');
    expect(text).toContain('| open: first rows | ≤ 500 ms | **1234 ms** | **1234 ms** |');
    expect(text).toContain('\n\n| a table of its own |');
    expect(text).toContain('| heap: its workers |  | 30 MB | 30 MB |');
  });
});

describe('smoothness', () => {
  it('is frames over the time that they took, and the longest task', () => {
    expect(smoothnessOf({ longTasksMs: [60, 51], frameGapsMs: [10, 10, 30] })).toEqual({
      framesPerSecond: 60,
      p95GapMs: 28,
      longestTaskMs: 60,
      longTasks: 2,
    });
    expect(smoothnessOf({ longTasksMs: [], frameGapsMs: [] })).toEqual({
      framesPerSecond: 0,
      p95GapMs: 0,
      longestTaskMs: 0,
      longTasks: 0,
    });
  });

  it('looks for the longest task on the thread that draws, of the process of the page', () => {
    const event = (name: string, tid: number, dur = 0, pid = 7) => ({
      name,
      cat: '',
      pid,
      tid,
      ts: 0,
      dur,
      tdur: dur / 2,
    });
    const started = {
      ...event('TracingStartedInBrowser', 1),
      args: { data: { frames: [{ processId: 7, isOutermostMainFrame: true }] } },
    };
    const events = [
      started,
      event('FireAnimationFrame', 2),
      event('RunTask', 2, 8_000),
      event('RunTask', 2, 12_000),
      event('RunTask', 3, 90_000),
      event('RunTask', 2, 99_000, 8),
    ];
    expect(longestOf(events)).toEqual({ wallMs: 12, cpuMs: 6 });
    expect(longestOf([])).toEqual({ wallMs: 0, cpuMs: 0 });
  });
});

describe('the options', () => {
  it('have a quick form', () => {
    expect(parsePanelOptions([])).toMatchObject({
      sizes: [10_000, 100_000, 1_000_000],
      rounds: 5,
      parts: ['stored', 'paced', 'flood', 'churn', 'storm', 'native'],
    });
    expect(parsePanelOptions(['--quick'])).toMatchObject({ sizes: [10_000, 100_000], rounds: 1 });
    expect(parsePanelOptions(['--sizes', '5,6', '--parts', 'churn'])).toMatchObject({
      sizes: [5, 6],
      parts: ['churn'],
    });
  });

  it('say what is wrong with them', () => {
    for (const args of [['--sizes', 'x'], ['--rounds', '0'], ['--parts', 'nothing'], ['--nonsense']]) {
      expect(() => parsePanelOptions(args)).toThrow(OptionError);
    }
  });
});
