import { beforeEach, expect, it } from 'vitest';
import type { SurroundingReport } from '../protocol/surroundings.ts';
import {
  createSurroundings,
  JUMP_MS,
  LATE_MS,
  REPORTS_PER_SECOND,
  type Surroundings,
  TICK_MS,
} from './surroundings.ts';

let reports: SurroundingReport[];
let nowMs: number;
let asleepMs: number;
let pending: { readonly delayMs: number; readonly callback: () => void }[];
let ticks: number;
let surroundings: Surroundings;

beforeEach(() => {
  [reports, nowMs, asleepMs, pending, ticks] = [[], 100, 0, [], 0];
  surroundings = createSurroundings({
    report: (report) => reports.push(report),
    nowMs: () => nowMs,
    wallNowMs: () => 1_700_000_000_000 + nowMs + asleepMs,
    callAfter: (delayMs, callback) => {
      const timer = { delayMs, callback };
      pending.push(timer);
      return () => {
        pending = pending.filter((other) => other !== timer);
      };
    },
    onTick: () => ticks++,
  });
});

function tick(lateMs = 0): void {
  const [timer] = pending.splice(0, 1);
  nowMs += (timer?.delayMs ?? 0) + lateMs;
  timer?.callback();
}

it('tells what happened, and when', () => {
  surroundings.note('online');
  surroundings.note('longTask', { durationMs: 300 }, 50);
  expect(reports).toEqual([
    { kind: 'online', atMs: 100 },
    { kind: 'longTask', atMs: 50, durationMs: 300 },
  ]);
});

it('has no timer unless it watches, and one when it does', () => {
  expect(pending).toHaveLength(0);
  surroundings.setWatching(true);
  surroundings.setWatching(true);
  expect(pending).toMatchObject([{ delayMs: TICK_MS }]);
  tick();
  expect(ticks).toBe(1);
  expect(pending).toHaveLength(1);
  surroundings.setWatching(false);
  expect(pending).toHaveLength(0);
  expect(reports).toEqual([]);
});

it('knows that the machine slept, once', () => {
  surroundings.setWatching(true);
  asleepMs = JUMP_MS - 1;
  tick();
  asleepMs += 60_000;
  tick();
  tick();
  expect(reports).toEqual([{ kind: 'woke', atMs: 100 + 2 * TICK_MS, durationMs: 60_000 }]);
});

it('does not take a clock that is set back for sleep', () => {
  surroundings.setWatching(true);
  asleepMs = -60_000;
  tick();
  tick();
  expect(reports).toEqual([]);
});

it('tells of timers that are late, but not of those that stood still', () => {
  surroundings.setWatching(true);
  tick(LATE_MS - 1);
  tick(59_000);
  expect(reports).toMatchObject([{ kind: 'timersLate', durationMs: 59_000 }]);
  nowMs += 600_000;
  surroundings.note('resumed');
  tick();
  expect(reports.map(({ kind }) => kind)).toEqual(['timersLate', 'resumed']);
});

it('is not flooded, and counts what it leaves out', () => {
  for (let i = 0; i < 100; i++) surroundings.note('blocked');
  expect(reports).toHaveLength(REPORTS_PER_SECOND);
  nowMs += 1_000;
  surroundings.note('online');
  surroundings.note('offline');
  expect(reports.slice(-2)).toEqual([
    { kind: 'online', atMs: 1_100, leftOut: 100 - REPORTS_PER_SECOND },
    { kind: 'offline', atMs: 1_100 },
  ]);
});
