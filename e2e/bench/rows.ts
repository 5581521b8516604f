/** What is measured: the rows of the table, as data. */

import { median, quantile } from './statistics.ts';
import type { Load, Measured, Task } from './traffic/task.ts';

export interface Metric {
  readonly id: string;
  /** Joined to the row's name; empty for the row's main figure. */
  readonly name: string;
  readonly unit: 'ms' | 'frames';
  /** How it stands to "no extension" of the same round. Counts that may be 0 have no ratio. */
  readonly compare: 'ratio' | 'difference';
  readonly of: (measured: Measured) => number;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly task: (group: string, size: Size) => Task;
  readonly metrics: readonly Metric[];
  /** Firefox and Chromium alike, unless a browser cannot show it. */
  readonly visibleOnly?: true;
}

/** `quick` measures the same with less, and is less sure of it. */
export type Size = 'full' | 'quick';

const SHARE: Readonly<Record<Size, number>> = { full: 1, quick: 0.25 };

const ELAPSED: Metric = {
  id: 'elapsed',
  name: '',
  unit: 'ms',
  compare: 'ratio',
  of: ({ elapsedMs = Number.NaN }) => elapsedMs,
};
const IN_CALLS: Metric = {
  id: 'calls',
  name: 'in send()',
  unit: 'ms',
  compare: 'ratio',
  of: ({ callMs = Number.NaN }) => callMs,
};

const PAYLOADS = [
  { id: '150B-text', name: '150 B text', kind: 'text', payloadBytes: 150, frames: 20_000 },
  { id: '1kB-binary', name: '1 kB binary', kind: 'binary', payloadBytes: 1024, frames: 20_000 },
  { id: '64kB-binary', name: '64 kB binary', kind: 'binary', payloadBytes: 65_536, frames: 1_000 },
] as const;

const DIRECTIONS = [
  { kind: 'receive', metrics: [ELAPSED] },
  { kind: 'send', metrics: [ELAPSED, IN_CALLS] },
] as const;

const SOCKETS = [1, 200] as const;

function throughputRows(): readonly Row[] {
  return DIRECTIONS.flatMap(({ kind, metrics }) =>
    PAYLOADS.flatMap(({ id, name, ...payload }) =>
      SOCKETS.map((sockets) => ({
        id: `${kind}-${id}-${sockets}`,
        name: `${kind} ${name}, ${sockets} socket${sockets > 1 ? 's' : ''}`,
        task: (group: string, size: Size): Task => {
          const load: Load = { ...payload, sockets, frames: payload.frames * SHARE[size] };
          return { kind, group, load };
        },
        metrics,
      })),
    ),
  );
}

const FRAME_MS = 1000 / 60;

/** Refreshes of a 60 Hz display that went by without an animation frame. */
export function missedFrames(intervalsMs: readonly number[]): number {
  return intervalsMs.reduce((sum, intervalMs) => sum + Math.max(0, Math.round(intervalMs / FRAME_MS) - 1), 0);
}

function ofSamples(q: number): Metric['of'] {
  return ({ samplesMs = [] }) => quantile(samplesMs, q);
}

export const ROWS: readonly Row[] = [
  ...throughputRows(),
  {
    id: 'latency',
    name: 'round trip, 150 B text',
    task: (group, size) => ({ kind: 'echo', group, payloadBytes: 150, roundTrips: 2_000 * SHARE[size] }),
    metrics: [
      {
        id: 'median',
        name: 'median',
        unit: 'ms',
        compare: 'ratio',
        of: ({ samplesMs = [] }) => median(samplesMs),
      },
      { id: 'p95', name: 'p95', unit: 'ms', compare: 'ratio', of: ofSamples(0.95) },
    ],
  },
  {
    id: 'animation',
    name: 'animation frames during 5,000 frames/s',
    visibleOnly: true,
    task: (group, size) => ({
      kind: 'animate',
      group,
      payloadBytes: 150,
      sockets: 4,
      pace: { framesPerSecond: 5_000, durationMs: 4_000 * SHARE[size] },
    }),
    metrics: [
      { id: 'p50', name: 'p50', unit: 'ms', compare: 'ratio', of: ofSamples(0.5) },
      { id: 'p95', name: 'p95', unit: 'ms', compare: 'ratio', of: ofSamples(0.95) },
      {
        id: 'missed',
        name: 'missed',
        unit: 'frames',
        compare: 'difference',
        of: ({ samplesMs = [] }) => missedFrames(samplesMs),
      },
    ],
  },
];
