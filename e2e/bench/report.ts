/** From samples to what is told: medians, paired ratios, goals. Pure; its result is what `--json` writes. */

import { DRAIN_GOAL_MS, INSTALLATION_GOAL_MS, judge, RATIO_GOALS, type Verdict } from './goals.ts';
import type { Installation } from './installation.ts';
import type { Machine } from './machine.ts';
import { MEMORY_BOUND_BYTES, type MemoryCost } from './memory.ts';
import type { CpuByRole } from './open-set-up.ts';
import type { Metric, Row, Size } from './rows.ts';
import type { Sample, Samples } from './run-bench.ts';
import { BASE_ID, type SetUp, type SetUpId } from './set-ups.ts';
import { median, pairedSummary, type Summary, summarise } from './statistics.ts';

export interface Surroundings {
  readonly startedAt: string;
  readonly browserVersion: string;
  readonly machine: Machine;
  /** Of the last minute, before and after. */
  readonly load: readonly [number, number];
  /** Share of the processors' time that a virtual machine's host gave to others. */
  readonly stolen: number | null;
  readonly rounds: number;
  readonly size: Size;
}

export interface Cell {
  readonly setUp: SetUpId;
  readonly median: number;
  /** To "no extension" of the same round: ratio or difference, as the line says. Null in that column itself. */
  readonly compared: Summary | null;
  readonly verdict: Verdict | null;
}

/** One metric of one row. */
export interface Line {
  readonly id: string;
  readonly name: string;
  readonly unit: Metric['unit'];
  readonly compare: Metric['compare'];
  readonly cells: readonly Cell[];
}

/** Processor time of one row, medians in milliseconds. */
export interface CpuLine {
  readonly id: string;
  readonly name: string;
  readonly cells: readonly {
    readonly setUp: SetUpId;
    readonly byRole: CpuByRole;
    readonly totalMs: number;
    readonly ratio: Summary | null;
  }[];
}

export interface DrainLine {
  readonly name: string;
  readonly cells: readonly { readonly setUp: SetUpId; readonly ms: Summary; readonly verdict: Verdict }[];
}

export interface Goal {
  readonly what: string;
  readonly verdict: Verdict;
}

export interface Report {
  readonly surroundings: Surroundings;
  readonly setUps: readonly SetUp[];
  readonly lines: readonly Line[];
  readonly cpu: readonly CpuLine[];
  readonly drain: readonly DrainLine[];
  readonly lostFrames: number;
  readonly installation: Installation | null;
  readonly memory: readonly MemoryCost[];
  readonly goals: readonly Goal[];
}

export interface Findings {
  readonly surroundings: Surroundings;
  readonly setUps: readonly SetUp[];
  readonly rows: readonly Row[];
  readonly samples: Samples;
  readonly installation: Installation | null;
  readonly memory: readonly MemoryCost[];
}

export function buildReport({ rows, samples, ...rest }: Findings): Report {
  const measured = rows.filter(({ id }) => samples[id]);
  const lines = measured.flatMap((row) => row.metrics.map((metric) => buildLine(row, metric, rest.setUps, samples)));
  const drain = measured
    .map((row) => buildDrainLine(row, rest.setUps, samples))
    .filter(({ cells }) => cells.length > 0);
  return {
    ...rest,
    lines,
    cpu: measured.map((row) => buildCpuLine(row, rest.setUps, samples)).filter(({ cells }) => cells.length > 0),
    drain,
    lostFrames: Object.values(samples)
      .flatMap((bySetUp) => Object.values(bySetUp))
      .flat()
      .reduce((sum, sample) => sum + (sample?.lostFrames ?? 0), 0),
    goals: [...ratioGoals(rest.setUps, lines), ...drainGoals(rest.setUps, drain), ...costGoals(rest)],
  };
}

function samplesOf(samples: Samples, row: Row, setUp: SetUpId): readonly Sample[] {
  return samples[row.id]?.[setUp] ?? [];
}

function buildLine(row: Row, metric: Metric, setUps: readonly SetUp[], samples: Samples): Line {
  const valuesOf = (setUp: SetUpId) => samplesOf(samples, row, setUp).map(({ values }) => values[metric.id]);
  const base = valuesOf(BASE_ID);
  return {
    id: `${row.id}/${metric.id}`,
    name: metric.name === '' ? row.name : `${row.name}: ${metric.name}`,
    unit: metric.unit,
    compare: metric.compare,
    cells: setUps.map(({ id }) => {
      const values = valuesOf(id);
      const compared = id === BASE_ID ? null : pairedSummary(base, values, metric.compare);
      const goal = metric.compare === 'ratio' ? RATIO_GOALS[id] : undefined;
      return {
        setUp: id,
        median: median(values.filter((value) => value !== undefined)),
        compared,
        verdict: compared && goal !== undefined ? judge(compared, goal) : null,
      };
    }),
  };
}

function totalOf(cpu: CpuByRole | null): number | undefined {
  return cpu ? Object.values(cpu).reduce((sum, ms) => sum + ms, 0) : undefined;
}

function buildCpuLine(row: Row, setUps: readonly SetUp[], samples: Samples): CpuLine {
  const base = samplesOf(samples, row, BASE_ID).map(({ cpuMs }) => totalOf(cpuMs));
  return {
    id: row.id,
    name: row.name,
    cells: setUps.flatMap(({ id }) => {
      const all = samplesOf(samples, row, id).flatMap(({ cpuMs }) => (cpuMs ? [cpuMs] : []));
      const [first] = all;
      if (!first) return [];
      const roles = Object.keys(first) as (keyof CpuByRole)[];
      return [
        {
          setUp: id,
          byRole: Object.fromEntries(roles.map((role) => [role, median(all.map((cpu) => cpu[role]))])) as CpuByRole,
          totalMs: median(all.map((cpu) => totalOf(cpu) ?? 0)),
          ratio: id === BASE_ID ? null : pairedSummary(base, all.map(totalOf), 'ratio'),
        },
      ];
    }),
  };
}

function buildDrainLine(row: Row, setUps: readonly SetUp[], samples: Samples): DrainLine {
  return {
    name: row.name,
    cells: setUps.flatMap(({ id }) => {
      const drains = samplesOf(samples, row, id).flatMap(({ drainMs }) => (drainMs === null ? [] : [drainMs]));
      if (drains.length === 0) return [];
      const ms = summarise(drains);
      return [{ setUp: id, ms, verdict: judge(ms, DRAIN_GOAL_MS) }];
    }),
  };
}

/** One goal for a set-up, met when it is met in every line. */
function ratioGoals(setUps: readonly SetUp[], lines: readonly Line[]): readonly Goal[] {
  return setUps.flatMap(({ id, title }) => {
    const goal = RATIO_GOALS[id];
    const verdicts = lines.flatMap(({ cells }) => cells.flatMap((cell) => (cell.setUp === id ? [cell.verdict] : [])));
    const known = verdicts.filter((verdict) => verdict !== null);
    if (goal === undefined || known.length === 0) return [];
    return [{ what: `${title}: every ratio ≤ ${goal} (${countMet(known)})`, verdict: worstOf(known) }];
  });
}

function drainGoals(setUps: readonly SetUp[], drain: readonly DrainLine[]): readonly Goal[] {
  return setUps.flatMap(({ id, title }) => {
    const verdicts = drain.flatMap(({ cells }) =>
      cells.filter(({ setUp }) => setUp === id).map((cell) => cell.verdict),
    );
    if (verdicts.length === 0) return [];
    return [
      {
        what: `${title}: all recorded ≤ ${DRAIN_GOAL_MS} ms after the last frame (${countMet(verdicts)})`,
        verdict: worstOf(verdicts),
      },
    ];
  });
}

function costGoals({ installation, memory }: Pick<Findings, 'installation' | 'memory'>): readonly Goal[] {
  const goals: Goal[] = [];
  if (installation) {
    const { pageScriptMs, messages, workerWoken } = installation;
    goals.push(
      {
        what: `page script in a page without sockets ≤ ${INSTALLATION_GOAL_MS} ms`,
        verdict: judge(pageScriptMs, INSTALLATION_GOAL_MS),
      },
      { what: 'no message from a page without sockets', verdict: messages === 0 ? 'met' : 'missed' },
      { what: 'no worker woken by a page without sockets', verdict: workerWoken ? 'missed' : 'met' },
    );
  }
  if (memory.length > 0) {
    goals.push({
      what: 'memory of the page, panel closed ≤ ring + 1 MB',
      verdict: worstOf(memory.map(({ cost }) => judge(cost, MEMORY_BOUND_BYTES))),
    });
  }
  return goals;
}

const FROM_BEST: readonly Verdict[] = ['met', 'met?', 'missed?', 'missed'];

export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return FROM_BEST[Math.max(...verdicts.map((verdict) => FROM_BEST.indexOf(verdict)))] ?? 'missed';
}

function countMet(verdicts: readonly Verdict[]): string {
  return `${verdicts.filter((verdict) => verdict.startsWith('met')).length} of ${verdicts.length}`;
}
