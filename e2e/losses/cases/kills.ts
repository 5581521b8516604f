/** The background is killed again and again while frames come, and while nothing but frames would wake it. */

import { waitUntil } from '../../browsers/wait.ts';
import {
  auditAll,
  disturbances,
  type LossContext,
  type Outcome,
  outcomeOf,
  recordPage,
  seenStreams,
} from '../context.ts';
import { readRows } from '../stored.ts';

/** Kills while `frames` come: each at a random moment of its share of them, when something has been written since the last. */
export async function killedAgainAndAgain({ launch, site, isLong, random }: LossContext): Promise<Outcome> {
  const [kills, frames] = isLong ? [100, 200_000] : [5, 10_000];
  const browser = await launch();
  const page = await recordPage(browser, site, 'kills');
  await page.open('kills');
  const stream = await site.stream('kills');
  const share = frames / kills;
  let committed = 0;
  for (let kill = 0; kill < kills; kill++) {
    const before = Math.floor(share * random());
    await stream.send(before);
    const rest = stream.send(share - before);
    await browser.killBackground();
    await rest;
    committed = await waitUntil(
      'frames that are written after the kill',
      async () => {
        const { documents } = await readRows(page.panel.tab, page.sessionId);
        const now = documents[0]?.committedBatch ?? 0;
        return now > committed ? now : null;
      },
      { timeoutMs: 60_000 },
    );
  }
  const seen = await page.received('kills', frames);
  const audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen));
  return outcomeOf(audit, { kills, faults: disturbances(seen, page.tab) });
}

/** The background is dead when a burst begins, and no panel is there to wake it. */
export async function burstsWhileAsleep({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const [bursts, frames] = isLong ? [20, 5_000] : [3, 2_000];
  const browser = await launch();
  const page = await recordPage(browser, site, 'asleep');
  await page.open('asleep');
  const stream = await site.stream('asleep');
  await stream.send(10);
  await page.received('asleep', 10);
  for (let burst = 1; burst <= bursts; burst++) {
    await browser.killBackground();
    await stream.send(frames);
    await page.received('asleep', 10 + burst * frames);
  }
  const seen = await page.seen();
  const audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen));
  return outcomeOf(audit, { kills: bursts, faults: disturbances(seen, page.tab) });
}
