/**
 * What befell the recorded connections: ends, and silences that have not ended yet. Pure.
 *
 *     silence ──────────────▶ the page acts, or is told by a close      the drop is there, `silentFromMs` is the beginning
 *     silence ──────────────▶ now                                       the drop is at its beginning: not noticed yet
 *     silence ──▶ over                                                  the same, and it has passed by
 */
import type { ConnectionFault, ConnectionRecord } from '../../protocol/records.ts';
import { endpointOf } from '../endpoint.ts';
import type { Drop } from './input.ts';

/** Whether Socketscope ended or silenced it: there is a verdict on what the page made of it. */
export function wasDropped(record: ConnectionRecord): boolean {
  return cutAtMs(record) !== null || silenceOf(record) !== null;
}

export interface DropsWanted {
  /** Also closes that the page did not ask for, of connections that had been open. */
  readonly withReal: boolean;
  /** When the watching was cut short: a silence that was stopped by that has not passed by. */
  readonly interruptedAtMs: number | null;
}

export function dropsOf(records: readonly ConnectionRecord[], wanted: DropsWanted): readonly Drop[] {
  return records.flatMap((record) => dropOf(record, records, wanted) ?? []).sort((a, b) => a.atMs - b.atMs);
}

function dropOf(
  record: ConnectionRecord,
  records: readonly ConnectionRecord[],
  { withReal, interruptedAtMs }: DropsWanted,
): Drop | null {
  const { connectionId, openedAtMs, closeRequested, close } = record;
  const simulatedAtMs = cutAtMs(record);
  const silence = silenceOf(record);
  if (silence) {
    const isCutShort = silence.cause === 'stopped' && interruptedAtMs !== null;
    const passedByMs = silence.cause === 'closed' || isCutShort ? null : silence.endedAtMs;
    const seenAtMs = firstSeenMs(record, records, silence.atMs);
    const wasSeen = seenAtMs !== null && seenAtMs <= (passedByMs ?? Number.POSITIVE_INFINITY);
    const drop = { connectionId, simulated: true, silentFromMs: silence.atMs };
    if (wasSeen) return { ...drop, atMs: seenAtMs };
    if (simulatedAtMs === null) return { ...drop, atMs: silence.atMs, ...(passedByMs === null ? {} : { passedByMs }) };
  }
  if (simulatedAtMs !== null) return { connectionId, atMs: simulatedAtMs, simulated: true };
  const isReal = close !== null && openedAtMs !== null && closeRequested === null;
  return withReal && isReal ? { connectionId, atMs: close.atMs, simulated: false } : null;
}

function cutAtMs({ droppedAtMs, close }: ConnectionRecord): number | null {
  return droppedAtMs ?? (close?.simulated ? close.atMs : null);
}

interface Silence extends Pick<ConnectionFault, 'endedAtMs' | 'cause'> {
  readonly atMs: number;
}

/** The last one. */
function silenceOf({ faults = [] }: ConnectionRecord): Silence | null {
  const found = faults.findLast(({ silences, firedAtMs }) => silences !== null && firedAtMs !== null);
  return found ? { atMs: found.firedAtMs ?? 0, endedAtMs: found.endedAtMs, cause: found.cause } : null;
}

/**
 * When the page, silenced at `sinceMs`, acted or was told: its own close(), a new connection to the same endpoint, the end.
 * Which of several silent sockets a new connection is for nobody tells; it is taken as a sign that all were noticed.
 */
function firstSeenMs(record: ConnectionRecord, records: readonly ConnectionRecord[], sinceMs: number): number | null {
  const endpoint = endpointOf(record.url);
  const successors = records
    .filter(({ documentId, url }) => documentId === record.documentId && endpointOf(url) === endpoint)
    .map(({ createdAtMs }) => createdAtMs);
  const acts = [record.closeRequested?.atMs, record.close?.atMs, cutAtMs(record), ...successors].filter(
    (atMs): atMs is number => typeof atMs === 'number' && atMs >= sinceMs,
  );
  return acts.length > 0 ? Math.min(...acts) : null;
}
