/** The whole browser is killed with SIGKILL while frames come, and started again with the same profile. */
import { join } from 'node:path';
import { openPanelClient } from '../../extension/panel-client.ts';
import { plus } from '../audit.ts';
import {
  auditAll,
  auditSession,
  type LossContext,
  type Outcome,
  outcomeOf,
  recordPage,
  seenStreams,
} from '../context.ts';
import type { LossPage } from '../page-script.ts';
import { readFrames, readSessions } from '../stored.ts';

/** What may be missing: what the page saw in the last second. */
const MAY_MISS_MS = 1_000;

export async function browserKilled({ launch, site, isLong, scratchDir }: LossContext): Promise<Outcome> {
  const rounds = isLong ? 5 : 1;
  const faults: string[] = [];
  const notes: string[] = [];
  let kills = 0;
  let audit = outcomeOf(auditSession([], { session: null, documents: [], connections: [], lastWords: 0 })).audit;
  for (let round = 0; round < rounds; round++) {
    const profileDir = join(scratchDir, `profile${round}`);
    const browser = await launch({ profileDir });
    const early = await recordPage(browser, site, `early${round}`);
    await early.open(`early${round}`);
    const earlyStream = await site.stream(`early${round}`);
    await earlyStream.send(1_000);
    const earlySeen = await seenStreams(site, await early.received(`early${round}`, 1_000));
    await auditAll(early.panel.tab, early.sessionId, earlySeen);
    await early.closePanel();

    const late = await recordPage(browser, site, `late${round}`);
    await late.open(`late${round}`);
    const lateStream = await site.stream(`late${round}`);
    // The page says ten times a second how far it is.
    await late.tab.evaluate(() => {
      setInterval(() => (globalThis as unknown as { losses: LossPage }).losses.tell(), 100);
    });
    const startedMs = performance.now();
    for (let sent = 50; performance.now() - startedMs < 3_000; sent += 50) {
      await lateStream.send(50);
      await late.received(`late${round}`, sent);
    }
    const killedAtMs = performance.now();
    await browser.kill();
    kills++;

    const again = await launch({ profileDir });
    const reader = await openPanelClient(again);
    const tellings = site.tellings.filter(({ doc }) => doc === `late${round}`);
    const told = tellings.findLast(({ atMs }) => atMs <= killedAtMs - MAY_MISS_MS);
    const last = tellings.at(-1);
    if (!told || !last) throw new Error('The page has not told how far it was.');
    const lateSeen = await seenStreams(site, told.sockets);
    const stored = await readFrames(reader.tab, late.sessionId);
    audit = plus(audit, auditSession(lateSeen, stored));
    audit = plus(audit, auditSession(earlySeen, await readFrames(reader.tab, early.sessionId)));
    const missing = (last.sockets[`late${round}`]?.received ?? 0) - (stored.connections[0]?.nextSeq ?? 0);
    notes.push(
      `seen in the last second: ${(last.sockets[`late${round}`]?.received ?? 0) - (told.sockets[`late${round}`]?.received ?? 0)}, missing at the end: ${Math.max(0, missing)}`,
    );

    // It goes on working, and what was left open is ended.
    const next = await recordPage(again, site, `next${round}`);
    await next.open(`next${round}`);
    const nextStream = await site.stream(`next${round}`);
    await nextStream.send(100);
    const nextSeen = await next.received(`next${round}`, 100);
    audit = plus(audit, await auditAll(next.panel.tab, next.sessionId, await seenStreams(site, nextSeen)));
    const open = (await readSessions(next.panel.tab)).filter(({ endedAtMs }) => endedAtMs === null);
    if (open.length !== 1) faults.push(`${open.length} sessions are open after the restart`);
    await again.close();
  }
  return outcomeOf(audit, { kills, faults, notes });
}
