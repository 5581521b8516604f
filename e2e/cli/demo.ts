/**
 * The demo without a display: drives the lab and the panel for some seconds, drops one connection through the panel, and
 * tells what was recorded. Reads the recording where the panel keeps it, because lists show only the rows in view.
 */

import { describeClose } from '../../src/analysis/close-codes.ts';
import { closedBy, connectionState, flagOf } from '../../src/analysis/connection-state.ts';
import { endpointOf } from '../../src/analysis/endpoint.ts';
import { findReconnects } from '../../src/analysis/reconnects.ts';
import type { ConnectionRecord } from '../../src/protocol/records.ts';
import type { DevtoolsPanel, Realm, Tab } from '../browsers/browser.ts';
import { waitUntil } from '../browsers/wait.ts';
import { type DatabaseRows, readDatabase } from '../extension-database.ts';
import { say } from './run.ts';
import { printTable } from './table.ts';

/** The client that is dropped, as the filter box finds it, and the path of its endpoint. */
const DROPPED = { filter: 'reconnecting', path: '/ws/reconnecting' };

export interface DemoResult {
  readonly connections: readonly ConnectionRecord[];
  readonly dropped: ConnectionRecord;
  readonly reopened: ConnectionRecord;
  readonly downMs: number;
}

/** Of the session that was begun last. The panel shares the database. */
async function readConnections(panel: Realm): Promise<readonly ConnectionRecord[]> {
  const read = async (rows: DatabaseRows) => rows.ofSession('connections', await rows.newestSession());
  return (await readDatabase(panel, read)) ?? [];
}

/** Shows one connection alone in the list and drops it with the button. */
async function dropThroughPanel(panel: Realm): Promise<void> {
  await panel.click('input[aria-label="Filter"]');
  await panel.type(DROPPED.filter);
  await panel.waitFor((path) => {
    const rows = [
      ...document.querySelectorAll('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]'),
    ];
    return rows.length === 1 && rows[0]?.textContent?.includes(path);
  }, DROPPED.path.split('/').at(-1) ?? '');
  await panel.click('[aria-rowcount][aria-label="Connections"] [role="row"][aria-selected]');
  await panel.click('button[aria-label="Drop"]:not([disabled]):not([aria-disabled="true"])');
}

/**
 * Rejects when something that should have been recorded was not, and says what. `runMs`: how long the demo is watched
 * before the drop, and again after it.
 */
export async function runDemo(tab: Tab, panel: DevtoolsPanel, runMs: number): Promise<DemoResult> {
  const clients = await tab.waitFor(() => window.lab.ids.length);
  const isLive = ({ framesIn, openedAtMs, close }: ConnectionRecord) => framesIn > 0 && openedAtMs !== null && !close;
  await waitUntil(`all ${clients} clients of the lab, live in the recording`, async () => {
    return (await readConnections(panel)).filter(isLive).length >= clients;
  });
  await watch(panel, runMs);
  await dropThroughPanel(panel);
  const outcome = await waitUntil('the drop, and the connection that comes back', async () => {
    const connections = await readConnections(panel);
    const dropped = connections.find(({ droppedAtMs }) => droppedAtMs !== null);
    const reconnect = dropped && findReconnects(connections).get(dropped.connectionId);
    const reopened = reconnect?.reopened;
    return dropped && flagOf(dropped) === 'abnormal' && reopened && reopened.framesIn > 0
      ? { dropped, reopened, downMs: reconnect.downMs ?? 0 }
      : null;
  });
  // The whole list again, for the screenshot, with the dropped connection selected.
  await panel.click('input[aria-label="Filter"]');
  for (const _ of DROPPED.filter) await panel.press('Backspace');
  // What the field suggests lies over the lists. Not Escape: Firefox's DevTools open their console with it.
  await panel.evaluate(() => document.querySelector<HTMLElement>('input[aria-label="Filter"]')?.blur());
  await watch(panel, runMs);
  // The lanes of the dropped connection and of the one that came back are among the last.
  await panel.evaluate(() => document.querySelector('.timeline-scroller')?.scrollTo({ top: 1e6 }));
  return { connections: await readConnections(panel), ...outcome };
}

/** Waits until frames of the demo's next `runMs` have been recorded: by the recording's own clock, not by ours. */
async function watch(panel: Realm, runMs: number): Promise<void> {
  const latest = async () => Math.max(...(await readConnections(panel)).map((row) => row.lastFrameAtMs ?? 0));
  const startedAtMs = await latest();
  await waitUntil(`frames of ${runMs} ms`, async () => (await latest()) - startedAtMs >= runMs, {
    timeoutMs: runMs + 20_000,
  });
}

export function printDemo({ connections, dropped, reopened, downMs }: DemoResult): void {
  const rows = connections.map((record) => [
    new URL(endpointOf(record.url)).pathname,
    record.protocol ?? '',
    connectionState(record),
    record.framesIn,
    record.framesOut,
    record.bytesIn + record.bytesOut,
    record.close ? `${record.close.code} ${describeClose(record.close.code).name}` : '',
    closedBy(record) ?? '',
    flagOf(record) ?? '',
  ]);
  printTable(['endpoint', 'protocol', 'state', 'in', 'out', 'bytes', 'close', 'closed by', 'flag'], rows);
  const frames = connections.reduce((sum, { framesIn, framesOut }) => sum + framesIn + framesOut, 0);
  const closes = connections.filter(({ close }) => close !== null).length;
  say(`\nconnections ${connections.length}, frames ${frames}, closes ${closes}`);
  say(`flagged     ${dropped.close?.code} on ${endpointOf(dropped.url)}, simulated by a drop`);
  say(`reconnect   open again after ${Math.round(downMs)} ms, ${reopened.framesIn} frames since`);
}
