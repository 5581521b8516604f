/** Documents in the back/forward cache, many documents and many sockets at once, the extension reloaded in mid-flight. */
import { waitUntil } from '../../browsers/wait.ts';
import { openPanelClient } from '../../extension/panel-client.ts';
import { plus } from '../audit.ts';
import {
  auditAll,
  auditSession,
  disturbances,
  type LossContext,
  type Outcome,
  openIn,
  outcomeOf,
  receivedIn,
  recordPage,
  seenStreams,
} from '../context.ts';
import type { LossPage } from '../page-script.ts';
import type { SeenSockets } from '../site.ts';
import { readFrames, readRows } from '../stored.ts';

/** Into the back/forward cache right after a burst, and out again to the next burst. */
export async function backForwardCache({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const rounds = isLong ? 20 : 3;
  const browser = await launch({ backForwardCache: true });
  const page = await recordPage(browser, site, 'cached');
  // A document that comes back has kept this; a loaded one has not.
  await page.tab.evaluate(() => {
    Object.assign(globalThis, { isKept: true });
  });
  for (let round = 0; round < rounds; round++) {
    const name = `cached${round}`;
    await page.open(name, { onclose: 'leave soon' });
    const stream = await site.stream(name);
    void stream.send(500).then(() => stream.close(4_004));
    await page.tab.waitFor(() => location.search === '?doc=elsewhere' && document.readyState === 'complete');
    await page.tab.evaluate(() => {
      setTimeout(() => history.back());
    });
    await page.tab.waitFor(() => location.search === '?doc=cached' && document.readyState === 'complete');
    const isKept = await page.tab.evaluate(() => 'isKept' in globalThis);
    if (!isKept)
      return outcomeOf(await auditAll(page.panel.tab, page.sessionId, []), { faults: ['not kept in the cache'] });
  }
  const seen = await page.seen();
  const audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen));
  return outcomeOf(audit, { faults: disturbances(seen, page.tab) });
}

/** One page with very many sockets, all of which get frames at once and are closed at once. */
export async function manySockets({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const [sockets, frames] = isLong ? [1_000, 50] : [200, 20];
  const browser = await launch();
  const page = await recordPage(browser, site, 'many');
  const names = Array.from({ length: sockets }, (_, i) => `many${i}`);
  // Chromium opens no more than 255 WebSockets at once, Firefox 200 of a page; the next ones wait for the earlier ones.
  for (let from = 0; from < sockets; from += 200) {
    const some = names.slice(from, from + 200);
    await page.tab.evaluate((streams) => {
      const { losses } = globalThis as unknown as { losses: LossPage };
      for (const stream of streams) losses.open(stream);
    }, some);
    const streams = await Promise.all(some.map((name) => site.stream(name)));
    await Promise.all(
      streams.map(async (stream) => {
        await stream.send(frames);
        stream.close(4_005);
      }),
    );
    await page.tab.waitFor(
      (open) =>
        Object.values((globalThis as unknown as { losses: LossPage }).losses.seen).filter(
          ({ closeCode }) => closeCode !== null,
        ).length >= open,
      from + some.length,
    );
  }
  const seen = await page.seen();
  const audit = await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen));
  return outcomeOf(audit, { faults: disturbances(seen, page.tab) });
}

/** Two tabs, each with a dozen iframes of two origins, all of which get frames at the same time. */
export async function tabsAndFrames({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const [iframes, frames] = isLong ? [12, 2_000] : [12, 200];
  const browser = await launch();
  const pages = [await recordPage(browser, site, 'left'), await recordPage(browser, site, 'right')];
  for (const [index, page] of pages.entries()) {
    await page.tab.evaluate(
      (origins, count, prefix) => {
        for (let i = 0; i < count; i++) {
          const frame = document.createElement('iframe');
          frame.src = `${origins[i % origins.length]}/page?doc=${prefix}-${i}&open=${prefix}-${i}`;
          document.body.append(frame);
        }
      },
      [site.origin, site.otherOrigin],
      iframes,
      `tab${index}`,
    );
  }
  const names = pages.flatMap((_, index) => Array.from({ length: iframes }, (__, i) => `tab${index}-${i}`));
  const streams = await Promise.all(names.map((name) => site.stream(name)));
  await Promise.all(streams.map((stream) => stream.send(frames)));
  // Frames of another origin cannot be asked; each tells when it is asked to by the stream's last frame.
  for (const stream of streams) stream.close(4_006);
  const audits = await Promise.all(
    pages.map(async (page, index) => {
      const seen: Record<string, SeenSockets[string]> = {};
      for (const name of names.filter((one) => one.startsWith(`tab${index}-`))) {
        const told = await waitUntil(`the last word of ${name}`, () =>
          site.tellings.findLast(({ doc, sockets }) => doc === name && sockets[name]?.closeCode != null),
        );
        Object.assign(seen, told.sockets);
      }
      const faults = disturbances(seen, page.tab);
      return { audit: await auditAll(page.panel.tab, page.sessionId, await seenStreams(site, seen)), faults };
    }),
  );
  const [left, right] = audits;
  if (!left || !right) throw new Error('There are two tabs.');
  return outcomeOf(plus(left.audit, right.audit), { faults: [...left.faults, ...right.faults] });
}

/** The extension is loaded anew while frames come: the page must not notice, and what was written must stay. */
export async function extensionReloaded({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const rounds = isLong ? 5 : 1;
  const browser = await launch();
  const tab = await browser.newTab(`${site.origin}/page?doc=reloaded`);
  const notes: string[] = [];
  const faults: string[] = [];
  let audit = outcomeOf(auditSession([], { session: null, documents: [], connections: [], lastWords: 0 })).audit;
  for (let round = 0; round < rounds; round++) {
    const name = `reloaded${round}`;
    const panel = await openPanelClient(browser);
    const sessionId = await panel.attach(await tab.extensionTabId());
    await openIn(tab, name);
    const stream = await site.stream(name);
    await stream.send(2_000);
    const before = await receivedIn(tab, name, 2_000);
    await waitUntil('the frames before the reload', async () => {
      const { connections } = await readRows(panel.tab, sessionId);
      return (connections.find((one) => one.stream === name)?.nextSeq ?? 0) >= 2_000;
    });
    const rest = stream.send(2_000);
    await browser.reloadExtension();
    await rest;
    await stream.send(1_000);
    const after = await receivedIn(tab, name, 5_000);
    faults.push(...disturbances(after, tab));
    // The panel's page has gone with the extension.
    const reader = await openPanelClient(browser);
    const stored = await readFrames(reader.tab, sessionId);
    const [seen] = await seenStreams(site, { [name]: before[name] as SeenSockets[string] });
    if (seen) audit = plus(audit, auditSession([{ ...seen, offered: 5_000 }], stored));
    const nextSeq = stored.connections.find((one) => one.stream === name)?.nextSeq ?? 0;
    notes.push(`5,000 frames seen, of which ${nextSeq} until the reload are stored`);
    await reader.tab.close();
    await tab.reload();
  }
  return outcomeOf(audit, { faults, notes });
}
