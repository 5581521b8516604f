/**
 * The scenario runs of a recording, from what was written down of them: their beginnings and their ends. Pure.
 */
import type { ScenarioRun } from '../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord } from '../protocol/records.ts';

export interface KnownRuns {
  /** What is being played just now. */
  readonly playingId: string | null;
  /** When the recording shows its last sign of life. */
  readonly lastSeenMs: number;
}

/**
 * In the order of their beginnings, each as it stood last. One that began, never ended and is not being played was
 * interrupted: nobody was there any more to write down its end.
 */
export function runsOf(
  context: readonly ContextRecord[],
  { playingId, lastSeenMs }: KnownRuns,
): readonly ScenarioRun[] {
  const runs = new Map<string, ScenarioRun>();
  const ended = new Set<string>();
  for (const { kind, run } of context) {
    if (!run) continue;
    runs.set(run.runId, run);
    if (kind === 'faultEnded') ended.add(run.runId);
  }
  return [...runs.values()].map((run) =>
    ended.has(run.runId) || run.runId === playingId ? run : interrupted(run, Math.max(run.startedAtMs, lastSeenMs)),
  );
}

/** The run of which no end is written down, as interrupted; null when all have ended. */
export function openRunOf(context: readonly ContextRecord[], known: KnownRuns): ScenarioRun | null {
  const ended = new Set(context.filter(({ kind }) => kind === 'faultEnded').map(({ run }) => run?.runId));
  return runsOf(context, known).findLast(({ state, runId }) => state === 'interrupted' && !ended.has(runId)) ?? null;
}

function interrupted(run: ScenarioRun, atMs: number): ScenarioRun {
  return { ...run, state: 'interrupted', endedAtMs: atMs, roundEndsAtMs: null };
}

/** The last moment of which rows tell; 0 where there are none. */
export function lastSeenMs(
  documents: Iterable<DocumentRecord>,
  connections: Iterable<ConnectionRecord>,
  context: readonly ContextRecord[],
): number {
  let lastMs = 0;
  const see = (atMs: number | null | undefined) => {
    lastMs = Math.max(lastMs, atMs ?? 0);
  };
  for (const { openedAtMs, goneAtMs } of documents) {
    see(openedAtMs);
    see(goneAtMs);
  }
  for (const { createdAtMs, openedAtMs, lastFrameAtMs, close, endSeenAtMs, goneAtMs } of connections) {
    for (const atMs of [createdAtMs, openedAtMs, lastFrameAtMs, close?.atMs, endSeenAtMs, goneAtMs]) see(atMs);
  }
  for (const { atMs } of context) see(atMs);
  return lastMs;
}

/**
 * When the watching of a drop was cut short: the scenario that it is part of was interrupted, or the recording was paused
 * after it. Null when it was not.
 */
export function cutShortAtMs(
  droppedAtMs: number,
  runs: readonly ScenarioRun[],
  context: readonly ContextRecord[],
): number | null {
  const ends = [
    ...runs
      .filter(({ state, startedAtMs }) => state === 'interrupted' && startedAtMs <= droppedAtMs)
      .map(({ endedAtMs }) => endedAtMs ?? 0),
    ...context.filter(({ kind }) => kind === 'recordingPaused').map(({ atMs }) => atMs),
  ].filter((atMs) => atMs >= droppedAtMs);
  return ends.length > 0 ? Math.min(...ends) : null;
}
