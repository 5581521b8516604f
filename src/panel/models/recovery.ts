/**
 * How a page came back after a simulated drop, on the lane of the connection that was dropped: the gap, the attempts in
 * it that failed, the reopening. And the times in which something was simulated. Pure; times become pixels here.
 *
 *     |/live ▓▏▏⚡1006 ┄┄┄×┄┄┄×┄┄┄┄┄┄▲ 4.2 s   |   ⚡ drop   × refused   ▲ open again
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { Reconnect } from '../../analysis/reconnects.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { formatDuration } from './format.ts';
import { type TimeScale, xOf } from './time-scale.ts';

export interface RecoveryScene {
  /** From the drop to the reopening, or to now. */
  readonly fromPx: number;
  readonly toPx: number;
  /** Attempts that failed. */
  readonly attemptsPx: readonly number[];
  readonly reopenedPx: number | null;
  /** How long it was down. */
  readonly label: string;
}

/** Null: it was not dropped, or nothing of it is in view. */
export function layoutRecovery(
  record: ConnectionRecord,
  reconnects: ReadonlyMap<string, Reconnect>,
  scale: TimeScale,
  nowMs: number,
): RecoveryScene | null {
  const endMs = record.close?.simulated ? endedAtMs(record) : null;
  if (endMs === null) return null;
  const attempts = attemptsAfter(record, reconnects);
  const reopened = attempts.find(({ openedAtMs }) => openedAtMs !== null) ?? null;
  const isGone = record.goneAtMs !== null && attempts.length === 0;
  const untilMs = reopened?.openedAtMs ?? (isGone ? endMs : nowMs);
  if (untilMs <= endMs || untilMs < scale.fromMs || endMs > scale.toMs) return null;
  const within = (atMs: number) => xOf(scale, Math.min(Math.max(atMs, scale.fromMs), scale.toMs));
  const isInView = (atMs: number) => atMs >= scale.fromMs && atMs <= scale.toMs;
  return {
    fromPx: within(endMs),
    toPx: within(untilMs),
    attemptsPx: attempts
      .filter((attempt) => attempt !== reopened && endedAtMs(attempt) !== null)
      .map((attempt) => endedAtMs(attempt) ?? 0)
      .filter(isInView)
      .map((atMs) => xOf(scale, atMs)),
    reopenedPx: reopened && isInView(untilMs) ? xOf(scale, untilMs) : null,
    label: reopened ? formatDuration(untilMs - endMs) : '',
  };
}

/** Up to the one that opened. */
function attemptsAfter(
  record: ConnectionRecord,
  reconnects: ReadonlyMap<string, Reconnect>,
): readonly ConnectionRecord[] {
  const attempts: ConnectionRecord[] = [];
  for (let at: ConnectionRecord | undefined = record; at; ) {
    const next: ConnectionRecord | undefined = reconnects.get(at.connectionId)?.firstAttempt;
    if (next) attempts.push(next);
    at = next?.openedAtMs === null ? next : undefined;
  }
  return attempts;
}

/** When something was being simulated, clipped to what is in view. */
export function layoutRuns(
  runs: readonly ScenarioRun[],
  scale: TimeScale,
  nowMs: number,
): readonly { readonly fromPx: number; readonly toPx: number; readonly name: string }[] {
  return runs.flatMap(({ name, startedAtMs, endedAtMs: overAtMs }) => {
    const fromMs = Math.max(startedAtMs, scale.fromMs);
    const toMs = Math.min(overAtMs ?? nowMs, scale.toMs);
    return toMs < fromMs ? [] : [{ fromPx: xOf(scale, fromMs), toPx: xOf(scale, toMs), name }];
  });
}
