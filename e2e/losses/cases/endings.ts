/** Documents that end right after a burst: what they saw last must be there, and how their connections ended. */
import { waitUntil } from '../../browsers/wait.ts';
import { openPanelClient } from '../../extension/panel-client.ts';
import { type Audit, NOTHING, plus } from '../audit.ts';
import {
  auditAll,
  disturbances,
  type LossContext,
  type Outcome,
  outcomeOf,
  type RecordedPage,
  recordPage,
  seenStreams,
} from '../context.ts';
import type { LossPage } from '../page-script.ts';
import type { SeenSockets } from '../site.ts';

/** Gives what the page has seen at least, in case that it cannot tell by itself. */
type Ending = (page: RecordedPage, stream: string) => Promise<SeenSockets>;

const withoutWaiting = (page: RecordedPage, stream: string, how: 'reload' | 'leave') =>
  page.tab.evaluate(
    (name, end) => {
      const { losses } = globalThis as unknown as { losses: LossPage };
      losses.send(name, 500);
      losses.close(name, 4_001);
      // Not in this task: the driver's answer would be lost.
      setTimeout(() => {
        if (end === 'reload') location.reload();
        else location.href = '/page?doc=elsewhere';
      });
      return losses.seen;
    },
    stream,
    how,
  );

/** How a document may end. In each the page has sent frames and called `close()` just before. */
const ENDINGS: Readonly<Record<string, Ending>> = {
  reload: (page, stream) => withoutWaiting(page, stream, 'reload'),
  navigation: (page, stream) => withoutWaiting(page, stream, 'leave'),
  'tab closed': async (page, stream) => {
    const seen = await page.tab.evaluate((name) => {
      const { losses } = globalThis as unknown as { losses: LossPage };
      losses.send(name, 500);
      losses.close(name, 4_001);
      return losses.seen;
    }, stream);
    await page.tab.close();
    return seen;
  },
};

/** For what is known to be lost now and then: the figures are told, everything else must hold. */
function withoutLosses(audit: Audit): Audit {
  return { ...audit, lost: 0, closes: audit.closesStored };
}

/** Each ending right after a burst, with the background alive or killed in the same moment. */
async function endAll({ kind, launch, site, isLong }: LossContext, killed: boolean): Promise<Outcome> {
  const rounds = isLong ? 10 : 1;
  const browser = await launch();
  // docs/limits.md: Firefox's storage takes too long for a page that ends; all that it said to a dead background is gone.
  const isUnheard = killed && kind === 'firefox';
  let audit = NOTHING;
  let kills = 0;
  const faults: string[] = [];
  const notes: string[] = [];
  for (const [name, end] of Object.entries(ENDINGS)) {
    let lost = 0;
    for (let round = 0; round < rounds; round++) {
      const doc = `${name.replace(' ', '-')}-${round}`;
      const page = await recordPage(browser, site, doc);
      await page.open(doc);
      const stream = await site.stream(doc);
      const burst = stream.send(3_000);
      await page.received(doc, 1_000);
      const [atLeast] = await Promise.all([end(page, doc), killed ? browser.killBackground() : null]);
      kills += killed ? 1 : 0;
      await burst;
      // Firefox does not send the beacon of a tab whose process ends with it.
      const seen = await site.told(doc, 5_000).catch(() => atLeast);
      const mine = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen));
      lost += mine.lost;
      audit = plus(audit, mine);
      faults.push(...disturbances(seen, page.tab));
      await page.closePanel();
    }
    if (lost > 0) notes.push(`${name}: ${lost} frames missing without a gap, in ${rounds} rounds`);
  }
  return outcomeOf(audit, { kills, faults, notes }, isUnheard ? withoutLosses(audit) : audit);
}

export const endings = (context: LossContext) => endAll(context, false);
export const endingsWithKill = (context: LossContext) => endAll(context, true);

/** The page ends itself in the midst of its `close` event, after the server's last frame. */
export async function endsInCloseEvent({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const rounds = isLong ? 10 : 1;
  const browser = await launch();
  let audit = NOTHING;
  const faults: string[] = [];
  for (const how of ['reload', 'leave'] as const) {
    for (let round = 0; round < rounds; round++) {
      const doc = `onclose-${how}-${round}`;
      const page = await recordPage(browser, site, doc);
      await page.open(doc, { onclose: how });
      const stream = await site.stream(doc);
      void stream.send(1_000).then(() => stream.close(4_002));
      const seen = await site.told(doc);
      audit = plus(audit, await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen)));
      faults.push(...disturbances(seen, page.tab));
      await page.closePanel();
    }
  }
  return outcomeOf(audit, { faults });
}

interface TabsApi {
  readonly tabs: { query(filter: object): Promise<readonly { readonly id?: number; readonly url?: string }[]> };
}

/** A window that a page has opened closes itself with `window.close()` in its `close` event. */
export async function windowClose({ kind, launch, site, isLong }: LossContext): Promise<Outcome> {
  const rounds = isLong ? 10 : 1;
  const browser = await launch();
  const opener = await browser.newTab(`${site.origin}/page?doc=opener`);
  let audit = NOTHING;
  const faults: string[] = [];
  const notes: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = site.tellings.length;
    await opener.click('button');
    await opener.waitFor(() => (globalThis as unknown as { losses: LossPage }).losses.opened?.losses !== undefined);
    const panel = await openPanelClient(browser);
    const tabId = await panel.tab.waitFor(async (url) => {
      const { chrome, browser: api } = globalThis as unknown as { chrome: TabsApi; browser?: TabsApi };
      // Not by a pattern: Firefox knows no ports in them.
      return (await (api ?? chrome).tabs.query({})).find((tab) => tab.url === url)?.id;
    }, `${site.origin}/page?doc=popup`);
    const sessionId = await panel.attach(tabId);
    const stream = `popup${round}`;
    await opener.evaluate((name) => {
      const { opened } = (globalThis as unknown as { losses: LossPage }).losses;
      opened?.losses.open(name, { onclose: 'window.close' });
    }, stream);
    const server = await site.stream(stream);
    void server.send(1_000).then(() => server.close(4_003));
    const seen = await waitUntil('the last word of the popup', () =>
      site.tellings.slice(before).find(({ doc }) => doc === 'popup'),
    );
    const mine = await auditAll(panel.tab, sessionId, await seenStreams(site, seen.sockets));
    audit = plus(audit, mine);
    if (mine.lost + mine.closes - mine.closesStored > 0) {
      notes.push(
        `round ${round}: ${mine.lost} frames and ${mine.closes - mine.closesStored} closes missing without a gap`,
      );
    }
    faults.push(...disturbances(seen.sockets));
    await panel.detach();
    await panel.tab.close();
  }
  // docs/limits.md: Chromium may drop a closing window's last messages, in which case nobody can count them.
  const required = kind === 'chromium' ? withoutLosses(audit) : audit;
  return outcomeOf(audit, { faults: [...faults, ...disturbances({}, opener)], notes }, required);
}
