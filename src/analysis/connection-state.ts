/**
 * Where a connection stands, how it ended and who ended it: what one recorded connection says about itself, without
 * looking at any other.
 */
import type { ConnectionRecord } from '../protocol/records.ts';
import { closeFamilyOf } from './close-codes.ts';

/**
 * `gone`: its document went away before a close event could be seen. `unknown`: it opened, and nobody tells whether it
 * still is (the network layer tells of handshakes only).
 */
export type ConnectionState = 'connecting' | 'open' | 'closing' | 'closed' | 'gone' | 'unknown';

export function connectionState(record: ConnectionRecord): ConnectionState {
  if (record.close || record.endSeenAtMs !== null) return 'closed';
  if (record.goneAtMs !== null) return 'gone';
  if (record.closeRequested) return 'closing';
  if (record.openedAtMs === null) return 'connecting';
  return record.seenBy === 'network' ? 'unknown' : 'open';
}

/** Whether Socketscope is where the connection is, and can do something to it. */
export function isWithinReach({ seenBy }: ConnectionRecord): boolean {
  return seenBy === 'page';
}

/** Whether a drop can do anything: it can be reached, and the page would still see a close event. */
export function canBeDropped(record: ConnectionRecord): boolean {
  if (!isWithinReach(record)) return false;
  const state = connectionState(record);
  return state === 'connecting' || state === 'open' || state === 'closing';
}

/**
 * `page`: it called close(). `server`: a close frame came that nobody here asked for. `lost`: no close frame, so the
 * network, a proxy or a dying server (a page cannot tell which: WHATWG websockets, "fail the WebSocket connection").
 * `neverOpened`: the handshake failed. `socketscope`: a simulated drop, or a handshake that
 * was refused on purpose. `navigation`: its document went away. `unknown`:
 * it was seen to have ended, from where no close code can be seen.
 */
export type ClosedBy = 'page' | 'server' | 'lost' | 'neverOpened' | 'socketscope' | 'navigation' | 'unknown';

/** Who ended the connection; null while nobody has. */
export function closedBy(record: ConnectionRecord): ClosedBy | null {
  const { close } = record;
  if (!close && record.endSeenAtMs !== null) return record.openedAtMs === null ? 'neverOpened' : 'unknown';
  if (!close) return record.goneAtMs === null ? null : 'navigation';
  if (close.simulated || record.refusedAtMs !== undefined) return 'socketscope';
  // close() while CONNECTING fails the connection: 1006, though it was the page's own wish.
  if (record.closeRequested) return 'page';
  // A close that came with the end of its document (`createLeaving` finds them).
  if (record.goneAtMs !== null) return 'navigation';
  if (record.openedAtMs === null) return 'neverOpened';
  return close.code === 1006 ? 'lost' : 'server';
}

/** When the connection's life ended: its close event, its end as seen from outside, or the end of its document; null while it lives. */
export function endedAtMs(record: ConnectionRecord): number | null {
  return record.close?.atMs ?? record.endSeenAtMs ?? record.goneAtMs;
}

/** Milliseconds from `open` to the end (or to `nowMs` while it lives); null if it never opened, or nobody can tell. */
export function openDurationMs(record: ConnectionRecord, nowMs: number): number | null {
  if (record.openedAtMs === null || connectionState(record) === 'unknown') return null;
  return Math.max(0, (endedAtMs(record) ?? nowMs) - record.openedAtMs);
}

/**
 * `abnormal`: 1006, real or simulated, except where the page itself gave up a handshake. `suspicious`: a close that says
 * that something is wrong, or a failed handshake of which no close code is known. null: nothing to look at.
 */
export type Flag = 'abnormal' | 'suspicious';

export function flagOf(record: ConnectionRecord): Flag | null {
  const { close } = record;
  if (!close) return closedBy(record) === 'neverOpened' ? 'suspicious' : null;
  const family = closeFamilyOf(close.code);
  if (family === 'abnormal') return closedBy(record) === 'page' && record.openedAtMs === null ? null : 'abnormal';
  return family === 'refused' || family === 'invalid' ? 'suspicious' : null;
}
