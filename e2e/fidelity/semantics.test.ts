/** Faults that have no natural counterpart to be compared with: they do what their description says, and no more. */
import { expect, it } from 'vitest';
import type { PageFault } from '../../src/protocol/fault.ts';
import { MAX_FAULTS } from '../../src/protocol/limits.ts';
import type { Tab } from '../browsers/browser.ts';
import { type Bench, inEachBrowser } from '../hook/harness.ts';
import { createScribe, type Recording } from '../hook/scribe.ts';
import { command, type FidelityKit, installKit, orderFault } from './kit.ts';

declare const kit: FidelityKit;
const any = { kind: 'any' } as const;

async function openPage(bench: Bench, path = '/echo'): Promise<Tab> {
  const tab = await bench.open('hooked');
  await installKit(tab);
  await createScribe(tab).command({ kind: 'record', history: 'ring' });
  await tab.evaluate((path: string) => {
    new WebSocket(location.origin.replace('http', 'ws') + path).binaryType = 'arraybuffer';
  }, path);
  await tab.waitFor(() => kit.seen('open') === 1);
  return tab;
}

const send = (tab: Tab, ...texts: readonly string[]) =>
  tab.evaluate((texts: readonly string[]) => {
    for (const text of texts) kit.sockets[0]?.send(text);
  }, texts);

const received = (tab: Tab) =>
  tab.evaluate(() => kit.log.filter(({ type }) => type === 'message').map(({ detail }) => detail[0]));

const untilReceived = (tab: Tab, count: number) => tab.waitFor((count: number) => kit.seen('message') >= count, count);

const state = (tab: Tab) => tab.evaluate(() => [kit.sockets[0]?.readyState, kit.sockets[0]?.bufferedAmount]);

/** A conversation on a second, untouched connection: what the first was to get is there by then. */
async function afterwards(tab: Tab): Promise<void> {
  await tab.evaluate(async () => {
    const other = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
    await new Promise((resolve) => other.addEventListener('open', resolve));
    for (let i = 0; i < 5; i++) {
      other.send('other');
      await new Promise((resolve) => other.addEventListener('message', resolve, { once: true }));
    }
    other.close();
    await new Promise((resolve) => other.addEventListener('close', resolve));
    kit.log.splice(0, kit.log.length, ...kit.log.filter(({ socket }) => kit.sockets[socket] !== other));
  });
}

const recorded = async (tab: Tab, isComplete: (first: Recording) => boolean) =>
  (await createScribe(tab).recordings((all) => all[0] !== undefined && isComplete(all[0])))[0] as Recording;

const hasEnded = ({ facts }: Recording) => facts.some(({ kind }) => kind === 'faultEnded');
const lastEnd = ({ facts }: Recording) => facts.findLast(({ kind }) => kind === 'faultEnded');

const silence = (change: object = {}): PageFault['what'] =>
  ({ kind: 'silence', direction: 'both', only: any, durationMs: null, ...change }) as PageFault['what'];

inEachBrowser('a fault', (bench) => {
  it('silence loses frames of both ways and leaves OPEN open, until it is stopped', async () => {
    const tab = await openPage(bench());
    expect(await orderFault(tab, { id: 's', what: silence() })).toBe('done');
    await send(tab, 'lost 1', 'lost 2');
    await afterwards(tab);
    expect(await received(tab)).toEqual([]);
    expect(await state(tab)).toEqual([1, 0]);
    expect(await command(tab, { kind: 'stopFault', commandId: 900, faultId: 's' }, 900)).toBe('done');
    await send(tab, 'heard');
    await untilReceived(tab, 1);
    expect(await received(tab)).toEqual(['heard']);
    const recording = await recorded(tab, ({ frames }) => frames.length === 4);
    expect(recording.frames.map(({ payload, flags }) => [payload, flags])).toEqual([
      ['lost 1', 65],
      ['lost 2', 65],
      ['heard', 1],
      ['heard', 0],
    ]);
    expect(lastEnd(recording)).toMatchObject({ fault: 's', cause: 'stopped', count: 1, lost: 2 });
  });

  it('silence of heartbeats alone lets everything else pass', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, {
      what: silence({ direction: 'out', only: { kind: 'pattern', pattern: '^ping$', flags: 'i' } }),
    });
    await send(tab, 'a', 'PING', 'b pings');
    await untilReceived(tab, 2);
    expect(await received(tab)).toEqual(['a', 'b pings']);
  });

  it('silence hides the end of the connection until it is stopped, and then tells the truth', async () => {
    const tab = await openPage(bench(), '/control');
    await orderFault(tab, { id: 's', what: silence({ direction: 'in' }) });
    await send(tab, JSON.stringify({ close: [4001, 'bye'] }));
    await afterwards(tab);
    expect(await state(tab)).toEqual([1, 0]);
    await command(tab, { kind: 'stopAllFaults' });
    await tab.waitFor(() => kit.seen('close') === 1);
    expect(await tab.evaluate(() => kit.log.at(-1)?.detail)).toEqual([4001, true, 'bye']);
    const { facts } = await recorded(tab, ({ facts }) => facts.some(({ kind }) => kind === 'connectionClosed'));
    expect(facts.find(({ kind }) => kind === 'connectionClosed')).toMatchObject({ code: 4001, simulated: false });
  });

  it('sleep keeps everything back and delivers the backlog in order', async () => {
    const tab = await openPage(bench(), '/control');
    await send(tab, JSON.stringify({ say: 'before' }));
    await untilReceived(tab, 1);
    await orderFault(tab, { id: 'z', what: { kind: 'sleep', durationMs: 400, ending: 'backlog' } });
    await send(tab, JSON.stringify({ count: 3 }), JSON.stringify({ say: 'last' }));
    await afterwards(tab);
    await untilReceived(tab, 5);
    expect(await received(tab)).toEqual(['before', '0', '1', '2', 'last']);
    expect(lastEnd(await recorded(tab, hasEnded))).toMatchObject({ cause: 'done', count: 1 });
  });

  it('sleep may end with the connection gone', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, { what: { kind: 'sleep', durationMs: 50, ending: 'close' } });
    await tab.waitFor(() => kit.seen('close') === 1);
    expect(await tab.evaluate(() => kit.log.map(({ type, readyState, detail }) => [type, readyState, detail]))).toEqual(
      [
        ['open', 1, []],
        // Found dead, which Firefox tells by an error.
        ...(bench().kind === 'firefox' ? [['error', 3, []]] : []),
        ['close', 3, [1006, false, '']],
      ],
    );
  });

  it('delay is as long as it says, in order, and hurries when it is stopped', async () => {
    const tab = await openPage(bench());
    const delay = { kind: 'delay', direction: 'both', jitterMs: 0, bytesPerSecond: null, durationMs: null } as const;
    await orderFault(tab, { id: 'd', what: { ...delay, delayMs: 150 } });
    const begunAtMs = await tab.evaluate(() => performance.now());
    await send(tab, '1', '2', '3');
    await untilReceived(tab, 3);
    expect((await tab.evaluate(() => performance.now())) - begunAtMs).toBeGreaterThanOrEqual(298);
    await orderFault(tab, { id: 'd', what: { ...delay, delayMs: 600_000 } });
    await send(tab, '4', '5');
    expect(await state(tab)).toEqual([1, 0]);
    await command(tab, { kind: 'stopAllFaults' });
    await untilReceived(tab, 5);
    expect(await received(tab)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('mangle does the same to the same frames with the same seed', async () => {
    const mangle: PageFault['what'] = {
      kind: 'mangle',
      direction: 'in',
      loss: 0.2,
      duplicate: 0.2,
      reorder: 0.2,
      corrupt: 0.2,
      truncate: 0.2,
      durationMs: null,
    };
    const runs: unknown[] = [];
    for (const seed of [7, 7, 8]) {
      const tab = await openPage(bench(), '/control');
      await orderFault(tab, { seed, what: mangle });
      await send(tab, JSON.stringify({ count: 200, from: 1000 }));
      await orderFault(tab, { id: 'end', what: silence({ direction: 'out', only: { kind: 'text', text: 'never' } }) });
      const { frames } = await recorded(
        tab,
        ({ frames }) => frames.filter(({ flags }) => flags === 0 || (flags & 64) !== 0 || flags === 128).length >= 200,
      );
      await tab.waitFor(() => kit.seen('message') > 120);
      await afterwards(tab);
      const got = await received(tab);
      expect(frames.length).toBeGreaterThan(200);
      runs.push(got);
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).not.toEqual(runs[2]);
    const got = runs[0] as readonly string[];
    expect(got.some((text) => text.length < 4)).toBe(true);
    expect(new Set(got).size).toBeLessThan(got.length);
    expect([...got].sort()).not.toEqual(got);
  });

  it('hold keeps frames for the user, who may edit them, let them go or lose them', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, {
      id: 'h',
      what: { kind: 'hold', direction: 'out', match: { kind: 'text', text: 'pay' }, durationMs: null },
    });
    await send(tab, 'hello', 'pay 10', 'pay 20', 'pay 30', 'bye');
    await untilReceived(tab, 1);
    const held = async (count: number) => {
      const { facts } = await recorded(
        tab,
        ({ facts }) => facts.filter(({ kind }) => kind === 'frameHeld').length === count,
      );
      return facts.filter(({ kind }) => kind === 'frameHeld') as unknown as { heldId: number; text: string }[];
    };
    const frames = await held(3);
    expect(frames.map(({ text }) => text)).toEqual(['pay 10', 'pay 20', 'pay 30']);
    const release = (index: number, text: string | null, isLost = false) => {
      const payload = text === null ? null : ({ kind: 'text', text } as const);
      const heldId = frames[index]?.heldId ?? -1;
      return command(tab, { kind: 'releaseFrame', commandId: 800 + index, heldId, payload, isLost }, 800 + index);
    };
    expect(await release(1, 'pay 2000')).toBe('done');
    expect(await received(tab)).toEqual(['hello']);
    expect(await release(0, null)).toBe('done');
    await untilReceived(tab, 3);
    expect(await release(2, null, true)).toBe('done');
    await untilReceived(tab, 4);
    expect(
      await command(
        tab,
        { kind: 'releaseFrame', commandId: 850, heldId: frames[2]?.heldId ?? -1, payload: null, isLost: false },
        850,
      ),
    ).toBe('notFound');
    expect(await received(tab)).toEqual(['hello', 'pay 10', 'pay 2000', 'bye']);
  });

  it('inject gives the page, or the server, a frame', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, { what: { kind: 'inject', direction: 'in', payload: { kind: 'binary', base64: 'AQL/' } } });
    await untilReceived(tab, 1);
    await orderFault(tab, { what: { kind: 'inject', direction: 'out', payload: { kind: 'text', text: 'echo me' } } });
    await untilReceived(tab, 2);
    expect(await received(tab)).toEqual(['bytes 1 2 255', 'echo me']);
    const { frames } = await recorded(tab, ({ frames }) => frames.length === 3);
    expect(frames.map(({ flags }) => flags)).toEqual([18, 17, 0]);
  });

  it('fires when its moment comes: after frames, at a match, after the opening', async () => {
    const end = { kind: 'end', code: 4500, reason: 'now', lostBy: 'end', server: 'ended' } as const;
    const afterFrames = await openPage(bench(), '/control');
    await orderFault(afterFrames, { when: { kind: 'frames', count: 3, direction: 'in' }, what: end });
    await send(afterFrames, JSON.stringify({ count: 10 }));
    await afterFrames.waitFor(() => kit.seen('close') === 1);
    expect((await received(afterFrames)).slice(0, 3)).toEqual(['0', '1', '2']);
    expect(await afterFrames.evaluate(() => kit.log.at(-1)?.detail)).toEqual([4500, true, 'now']);
    const atMatch = await openPage(bench());
    await orderFault(atMatch, {
      when: { kind: 'match', match: { kind: 'text', text: 'boom' }, direction: 'in' },
      what: end,
    });
    await send(atMatch, 'quiet', 'boom');
    await atMatch.waitFor(() => kit.seen('close') === 1);
    expect(await received(atMatch)).toEqual(['quiet', 'boom']);
    const later = await openPage(bench());
    await orderFault(later, {
      where: { kind: 'matching', urlPattern: '*/echo?doomed*', later: true },
      when: { kind: 'after', delayMs: 30, from: 'open' },
      what: end,
      times: 2,
    });
    await later.evaluate(() => {
      for (const query of ['doomed1', 'spared', 'doomed2', 'doomed3'])
        new WebSocket(`${location.origin.replace('http', 'ws')}/echo?${query}`);
    });
    await later.waitFor(() => kit.seen('open') === 5 && kit.seen('close') === 2);
    await afterwards(later);
    const open = await later.evaluate(() =>
      kit.sockets
        .slice(0, 5)
        .map(({ readyState }) => readyState)
        .sort()
        .join(),
    );
    expect(open).toBe('1,1,1,3,3');
    expect(await createScribe(later).messages()).toContain('faultOver');
  });

  it('keeps the connection open for the server while it lasts', async () => {
    const before = bench().server.seen.length;
    const tab = await openPage(bench());
    const end = { kind: 'end', code: 1006, reason: '', lostBy: 'end', server: 'keptOpen' } as const;
    await orderFault(tab, { id: 'k', what: end });
    await tab.waitFor(() => kit.seen('close') === 1);
    await afterwards(tab);
    expect(bench().server.seen[before]?.closed).toBeNull();
    await command(tab, { kind: 'stopFault', commandId: 901, faultId: 'k' }, 901);
    await afterwards(tab);
    expect(bench().server.seen[before]?.closed).toMatchObject({ code: 1005 });
  });

  it('is refused when too many hold already, and taken when one is over', async () => {
    const tab = await openPage(bench());
    const waiting = { when: { kind: 'after', delayMs: 600_000, from: 'start' }, what: silence() } as const;
    for (let i = 0; i < MAX_FAULTS; i++) expect(await orderFault(tab, { ...waiting, id: `f${i}` })).toBe('done');
    expect(await orderFault(tab, { ...waiting, id: 'one more' })).toBe('tooMany');
    // In place of one that holds it is no more than before.
    expect(await orderFault(tab, { ...waiting, id: 'f0' })).toBe('done');
    await command(tab, { kind: 'stopFault', commandId: 903, faultId: 'f1' }, 903);
    expect(await orderFault(tab, { ...waiting, id: 'one more' })).toBe('done');
    await send(tab, 'x');
    await untilReceived(tab, 1);
  });

  it('says what it does and whether nothing passes any more', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, { id: 'a', what: silence({ direction: 'in' }) });
    await orderFault(tab, { id: 'b', what: silence({ only: { kind: 'text', text: 'ping' } }) });
    await orderFault(tab, { id: 'c', what: { kind: 'sleep', durationMs: 60_000, ending: 'backlog' } });
    const { facts } = await recorded(
      tab,
      (one) => one.facts.filter(({ kind }) => kind === 'faultStarted').length === 3,
    );
    expect(facts.filter(({ kind }) => kind === 'faultStarted')).toMatchObject([
      { fault: 'a', effect: 'silence', silences: 'in' },
      { fault: 'b', effect: 'silence', silences: null },
      { fault: 'c', effect: 'sleep', silences: null },
    ]);
  });

  it('leaves the socket native when all is over', async () => {
    const tab = await openPage(bench());
    await orderFault(tab, { id: 's', what: silence() });
    await command(tab, { kind: 'stopAllFaults' });
    await send(tab, 'x');
    await untilReceived(tab, 1);
    expect(await command(tab, { kind: 'stopFault', commandId: 902, faultId: 's' }, 902)).toBe('notFound');
    const isTrusted = tab.evaluate(async () => {
      const next = new Promise<boolean>((resolve) =>
        kit.sockets[0]?.addEventListener('message', (event) => resolve(event.isTrusted)),
      );
      kit.sockets[0]?.send('y');
      return await next;
    });
    expect(await isTrusted).toBe(true);
  });
});
