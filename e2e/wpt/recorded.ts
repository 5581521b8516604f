/** Reads from the extension's database what it has recorded. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { Realm } from '../browsers/browser.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import type { Traffic } from './net-log.ts';

/** One connection as it was recorded. */
export interface RecordedConnection {
  readonly url: string;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly received: Traffic;
  /** Without what the page sent to a socket that was closing or closed: no browser puts that on the wire. */
  readonly sent: Traffic;
  /** Frames that the recording itself says are missing. */
  readonly missed: number;
  readonly close: { readonly code: number; readonly reasonBytes: number; readonly wasClean: boolean } | null;
}

interface Rows {
  /** Addresses of documents that have not been seen to end. */
  readonly living: readonly string[];
  readonly connections: readonly (ConnectionRecord & { readonly frames: readonly (readonly [number, number])[] })[];
}

/** Bits of a frame's flags: src/protocol/frame-columns.ts. */
const OUT = 1;
const BINARY = 2;
const SIMULATED = 16;
const DISCARDED = 32;

/** An extension that has told nothing new for so long has told everything. */
const SILENCE_MS = 3000;
const LOOK_INTERVAL_MS = 250;

/**
 * The connections of each session that the page script told of. Their pages must be closed. Waits until every document
 * has been seen to end; of those that never are, until nothing more comes, and names them to `log`.
 */
export async function readRecordings(
  realm: Pick<Realm, 'evaluate'>,
  sessionIds: readonly string[],
  log: (line: string) => void,
): Promise<ReadonlyMap<string, readonly RecordedConnection[]>> {
  const look = async () => (await readDatabase(realm, readRows, sessionIds)) ?? { living: [], connections: [] };
  let last: Rows = await look();
  let newsAtMs = performance.now();
  while (last.living.length > 0 && performance.now() - newsAtMs < SILENCE_MS) {
    await delay(LOOK_INTERVAL_MS);
    const next = await look();
    if (JSON.stringify(next) !== JSON.stringify(last)) newsAtMs = performance.now();
    last = next;
  }
  for (const url of last.living) log(`  not seen to end: ${url}`);
  const rows = last.connections;
  return new Map(
    sessionIds.map((id) => [
      id,
      rows.filter(({ sessionId, seenBy }) => sessionId === id && seenBy === 'page').map(recordedOf),
    ]),
  );
}

function recordedOf({
  url,
  createdAtMs,
  frames,
  framesMissed,
  close,
}: Rows['connections'][number]): RecordedConnection {
  const real = frames.filter(([flags]) => (flags & (SIMULATED | DISCARDED)) === 0);
  return {
    url,
    createdAtMs,
    received: trafficOf(real.filter(([flags]) => (flags & OUT) === 0)),
    sent: trafficOf(real.filter(([flags]) => (flags & OUT) !== 0)),
    missed: framesMissed,
    close:
      close === null
        ? null
        : { code: close.code, reasonBytes: Buffer.byteLength(close.reason), wasClean: close.wasClean },
  };
}

function trafficOf(frames: readonly (readonly [number, number])[]): Traffic {
  const binary = frames.filter(([flags]) => (flags & BINARY) !== 0).length;
  return { text: frames.length - binary, binary, bytes: frames.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0) };
}

/** Runs in the extension's page. */
async function readRows(rows: DatabaseRows, sessionIds: readonly string[]): Promise<Rows> {
  const living: string[] = [];
  const connections: Rows['connections'][number][] = [];
  for (const sessionId of sessionIds) {
    for (const { goneAtMs, url } of await rows.ofSession('documents', sessionId))
      if (goneAtMs === null) living.push(url);
    for (const row of await rows.ofSession('connections', sessionId)) {
      const frames = (await rows.ofConnection('chunks', row.connectionId)).flatMap(({ count, flags, sizeBytes }) =>
        Array.from({ length: count }, (_, i) => [flags[i] ?? 0, sizeBytes[i] ?? 0] as const),
      );
      connections.push({ ...row, frames });
    }
  }
  return { living, connections };
}
