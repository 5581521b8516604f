/** The extension's storage is full, for real: the browser refuses to write. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '../../browsers/browser.ts';
import { waitUntil } from '../../browsers/wait.ts';
import type { SeenConnection } from '../audit.ts';
import { plus } from '../audit.ts';
import {
  auditAll,
  auditSession,
  disturbances,
  type LossContext,
  type Outcome,
  outcomeOf,
  type RecordedPage,
  recordPage,
  seenStreams,
} from '../context.ts';
import { readFrames, readRows, readSessions } from '../stored.ts';

const MB = 1024 * 1024;
const LIMIT_BYTES = 24 * MB;
/** When it goes there is room for all that a content script may keep: 32 MB, which are 16 MB on the disk. */
const ROOMY_LIMIT_BYTES = 44 * MB;
/** About 21 MB: with its journal (SQLite keeps one beside the database) it leaves room for another to begin. */
const FRAMES_OF_A_LARGE_SESSION = 1_300;
/** Of one frame. */
const FRAME_BYTES = 16 * 1024;
const FRAMES_OF_A_SESSION = 300;

/** Chromium limits nothing of an extension with `unlimitedStorage`; there, only a full disk is a full storage. */
async function launchLimited(
  { launch, extensionDir, scratchDir }: LossContext,
  storageLimitBytes: number,
): Promise<Browser> {
  const copy = join(scratchDir, 'extension');
  cpSync(extensionDir, copy, { recursive: true });
  const path = join(copy, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { readonly permissions: readonly string[] };
  const permissions = manifest.permissions.filter((name) => name !== 'unlimitedStorage');
  writeFileSync(path, JSON.stringify({ ...manifest, permissions }));
  return await launch({ extensionDir: copy, storageLimitBytes });
}

/** A recording of about 5 MB, which has ended. */
async function endedSession({ site }: LossContext, browser: Browser, name: string) {
  const page = await recordPage(browser, site, name);
  const seen = await fill(page, site, name, FRAMES_OF_A_SESSION);
  await auditAll(page.panel.tab, page.sessionId, seen);
  await page.panel.detach();
  await waitUntil('the end of the session', async () => {
    const { session } = await readRows(page.panel.tab, page.sessionId);
    return session === null || session.endedAtMs !== null;
  });
  return { page, seen };
}

async function fill(page: RecordedPage, site: LossContext['site'], name: string, frames: number) {
  await page.open(name, { bytes: FRAME_BYTES });
  const stream = await site.stream(name);
  await stream.send(frames);
  return await seenStreams(site, await page.received(name, frames), FRAME_BYTES);
}

async function isFull({ panel }: RecordedPage): Promise<boolean> {
  return (await panel.updates()).some((update) => update.kind === 'storeFailed' && update.failure === 'full');
}

/** Earlier sessions go, oldest first, and the recording that needs the room is whole. */
export async function fullMakesRoom(context: LossContext): Promise<Outcome> {
  const { site } = context;
  const browser = await launchLimited(context, LIMIT_BYTES);
  const early: { readonly page: RecordedPage; readonly seen: readonly SeenConnection[] }[] = [];
  for (const name of ['first', 'second']) early.push(await endedSession(context, browser, name));
  const page = await recordPage(browser, site, 'third');
  await page.open('third', { bytes: FRAME_BYTES });
  const stream = await site.stream('third');
  let sent = 0;
  await waitUntil(
    'a full storage',
    async () => {
      await stream.send(100);
      sent += 100;
      await page.received('third', sent);
      return isFull(page);
    },
    { timeoutMs: 60_000 },
  );
  const seen = await page.seen();
  let audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen, FRAME_BYTES), true);
  const left = new Set((await readSessions(page.panel.tab)).map(({ sessionId }) => sessionId));
  const gone = early.map((one) => !left.has(one.page.sessionId));
  const faults = [...disturbances(seen, page.tab)];
  if (gone[0] !== true) faults.push('the oldest session did not go');
  for (const [index, one] of early.entries()) {
    if (gone[index]) continue;
    audit = plus(audit, auditSession(one.seen, await readFrames(page.panel.tab, one.page.sessionId)));
  }
  return outcomeOf(audit, {
    faults,
    notes: [`${sent} frames until it was full; ${gone.filter(Boolean).length} of 2 earlier sessions went`],
  });
}

/** Nothing may go: payloads are left out, as far as what waits is too much; nothing that is stored is lost, and when there is room it goes on. */
export async function fullWithoutRoom(context: LossContext): Promise<Outcome> {
  const { site } = context;
  const browser = await launchLimited(context, ROOMY_LIMIT_BYTES);
  const other = await recordPage(browser, site, 'other');
  const otherSeen = await fill(other, site, 'other', FRAMES_OF_A_LARGE_SESSION);
  await auditAll(other.panel.tab, other.sessionId, otherSeen);
  const page = await recordPage(browser, site, 'full');
  await page.open('full', { bytes: FRAME_BYTES });
  const stream = await site.stream('full');
  let sent = 0;
  const more = async (count: number) => {
    await stream.send(count);
    sent += count;
    await page.received('full', sent);
  };
  await waitUntil(
    'a full storage',
    async () => {
      await more(100);
      return isFull(page);
    },
    { timeoutMs: 60_000 },
  );
  const untilFull = sent;
  // More than the content script may keep (32 MB, two bytes a character).
  await more(3_000);
  const before = await readFrames(page.panel.tab, page.sessionId);
  const otherAudit = auditSession(otherSeen, await readFrames(page.panel.tab, other.sessionId));
  // The other recording ends, and may go: there is room.
  await other.panel.detach();
  await more(100);
  const seen = await page.seen();
  const audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen, FRAME_BYTES), true);
  const faults = [...disturbances(seen, page.tab), ...disturbances({}, other.tab)];
  const storedBefore = before.connections[0]?.nextSeq ?? 0;
  if (storedBefore === 0) faults.push('nothing was stored before it was full');
  if (audit.emptied === 0) faults.push('more was kept than may be');
  return outcomeOf(plus(otherAudit, audit), {
    faults,
    notes: [
      `full after ${untilFull} frames, ${storedBefore} of them stored then; ${audit.emptied} stored without their payloads`,
    ],
  });
}
