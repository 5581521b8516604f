/**
 * One connection as the rules see it: the record with the few numbers that most rules ask for, worked out once. Times that
 * are no finite numbers (an imported recording may hold anything) are taken as unknown.
 */
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type ClosedBy, closedBy, endedAtMs } from '../connection-state.ts';
import type { Digest, FarewellFacts } from '../digest/digest.ts';
import { endpointOf } from '../endpoint.ts';
import type { Reconnect } from '../reconnects.ts';

/** Why a connection is kept out of statistics and of what is called a failure. */
export type Label = 'simulated' | 'page-left' | 'dev-server';

export interface Life {
  readonly id: string;
  readonly record: ConnectionRecord;
  readonly digest: Digest | null;
  readonly endpoint: string;
  readonly label: Label | null;
  readonly by: ClosedBy | null;
  readonly createdMs: number;
  readonly openedMs: number | null;
  readonly endMs: number | null;
  /** When it was given up: by the first close() of the page, or else by its end; null: it has not been. */
  readonly doneMs: number | null;
  readonly code: number | null;
  /** Of the close frame, or else of the farewell. */
  readonly reason: string;
  /** What was said within the protocol just before the end. */
  readonly farewell: FarewellFacts | null;
  /** From open to its end; null while it lives, or if it never opened. */
  readonly lifetimeMs: number | null;
  /** Since the last frame of either side, of the server, of the page; from `open` where there was none. Null unless it ended. */
  readonly idleMs: number | null;
  readonly silentInMs: number | null;
  readonly silentOutMs: number | null;
  /** What came after it; null: nothing. */
  readonly next: Reconnect | null;
}

/** What is known of development servers before a frame has been read; the decoders know the rest. */
const DEV_PROTOCOLS: ReadonlySet<string> = new Set(['vite-hmr', 'vite-ping']);
const DEV_PATHS = /\/(?:_next\/webpack-hmr|sockjs-node|livereload|browser-sync\/socket\.io)(?:\/|$)/;

/** Whether the connection belongs to a development server's hot reloading and not to the application. */
export function isDevServer({ url, protocols, protocol }: ConnectionRecord, digest: Digest | null): boolean {
  if ([...protocols, protocol ?? ''].some((name) => DEV_PROTOCOLS.has(name))) return true;
  if (DEV_PATHS.test(endpointOf(url))) return true;
  return digest?.protocol?.isDevServer === true;
}

/** After the end of a fault, so long what it has done may come to light. */
const FAULT_AFTERMATH_MS = 5_000;

/** Whether a fault of Socketscope's had an effect that may have to do with how the connection ended, or with how it stands. */
function isUnderFault({ faults, refusedAtMs }: ConnectionRecord, endMs: number | null): boolean {
  if (refusedAtMs !== undefined) return true;
  return (faults ?? []).some(
    ({ firedAtMs, endedAtMs: faultEndMs }) =>
      firedAtMs !== null && (endMs === null || faultEndMs === null || endMs <= faultEndMs + FAULT_AFTERMATH_MS),
  );
}

export function finite(time: number | null | undefined): number | null {
  return typeof time === 'number' && Number.isFinite(time) ? time : null;
}

export function lifeOf(record: ConnectionRecord, digest: Digest | null, next: Reconnect | null): Life {
  const openedMs = finite(record.openedAtMs);
  const endMs = finite(endedAtMs(record));
  const by = closedBy(record);
  const since = (...times: readonly (number | null | undefined)[]): number | null => {
    if (openedMs === null || endMs === null) return null;
    // Frames may have the time of the close itself, or later by the clock's coarseness.
    return Math.max(0, endMs - Math.max(openedMs, ...times.map((time) => finite(time) ?? openedMs)));
  };
  const farewell = farewellOf(digest, endMs);
  const lastMs = digest ? [digest.lastInAtMs, digest.lastOutAtMs] : [record.lastFrameAtMs];
  return {
    id: record.connectionId,
    record,
    digest,
    endpoint: endpointOf(record.url),
    label: labelOf(record, digest, by, endMs),
    by,
    createdMs: finite(record.createdAtMs) ?? 0,
    openedMs,
    endMs,
    doneMs: finite(record.closeRequested?.atMs) ?? endMs,
    code: record.close?.code ?? null,
    reason: record.close?.reason || (farewell ? `${farewell.label} ${farewell.says}`.trim() : ''),
    farewell,
    lifetimeMs: since(),
    idleMs: since(...lastMs),
    silentInMs: digest ? since(digest.lastInAtMs) : null,
    silentOutMs: digest ? since(digest.lastOutAtMs) : null,
    next,
  };
}

/** A farewell belongs to the end when it came so short before it. */
const FAREWELL_MS = 2_000;

function farewellOf(digest: Digest | null, endMs: number | null): FarewellFacts | null {
  const farewell = digest?.farewell ?? null;
  return farewell && endMs !== null && endMs - farewell.atMs <= FAREWELL_MS ? farewell : null;
}

function labelOf(
  record: ConnectionRecord,
  digest: Digest | null,
  by: ClosedBy | null,
  endMs: number | null,
): Label | null {
  if (by === 'socketscope' || record.droppedAtMs !== null || isUnderFault(record, endMs)) return 'simulated';
  if (isDevServer(record, digest)) return 'dev-server';
  return by === 'navigation' ? 'page-left' : null;
}
