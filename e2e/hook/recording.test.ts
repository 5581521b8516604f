/** What is recorded is what happened: the recording against what the server saw and what the page sent. */
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './harness.ts';
import { createScribe, type Recording } from './scribe.ts';

inEachBrowser('a recording', (bench) => {
  async function openHooked(): Promise<{ tab: Tab; scribe: ReturnType<typeof createScribe> }> {
    const tab = await bench().open('hooked');
    return { tab, scribe: createScribe(tab) };
  }
  const serverSide = () => bench().server.seen.at(-1);

  it('holds the whole life of a connection, as the server saw it', async () => {
    const { tab, scribe } = await openHooked();
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo?life#`.replace('#', ''), ['a', 'b']);
      socket.binaryType = 'arraybuffer';
      const heard = () => new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      for (const data of [
        'héllo',
        '',
        new Uint8Array([1, 2, 3]),
        '\ud800',
        new Uint8Array([9]).buffer,
        'x'.repeat(300),
      ]) {
        const reply = heard();
        socket.send(data);
        await reply;
      }
      socket.close(4000, 'çığ');
      await new Promise((resolve) => socket.addEventListener('close', resolve));
      socket.send('into the void');
    });
    const [connection] = await scribe.recordings((all) => all[0]?.frames.length === 13);
    const truth = serverSide();
    expect(truth?.protocol).toBe('a');
    expect(connection?.facts).toMatchObject([
      { kind: 'connectionCreated', url: expect.stringMatching(/^ws:.*\/echo\?life$/), protocols: ['a', 'b'] },
      { kind: 'connectionOpened', protocol: 'a', extensions: expect.any(String) },
      { kind: 'closeRequested', code: 4000, reason: 'çığ' },
      { kind: 'connectionClosed', code: 4000, reason: 'çığ', wasClean: true, simulated: false },
    ]);
    const ofDirection = (out: boolean) =>
      connection?.frames.filter((frame) => frame.out === out && !frame.discarded).map(({ payload }) => payload);
    // A lone surrogate travels as U+FFFD; the page's own frame keeps it.
    const received = truth?.received.map((payload) => ('text' in payload ? payload.text : payload.bytes));
    expect(ofDirection(false)).toEqual(received);
    expect(ofDirection(true)).toEqual(received?.map((payload) => (payload === '\ufffd' ? '\ud800' : payload)));
    expect(connection?.frames.at(-1)).toMatchObject({ out: true, discarded: true, payload: 'into the void' });
    expectOrdered(connection);
  });

  function expectOrdered(connection: Recording | undefined): void {
    const times = connection?.frames.map(({ atMs }) => atMs) ?? [];
    // Clocks are coarse, and the time of an event is that of its making.
    for (const [i, atMs] of times.entries()) expect(atMs).toBeGreaterThan((times[i - 1] ?? 0) - 50);
    const created = connection?.facts[0]?.atMs ?? Number.NaN;
    const opened = connection?.facts[1]?.atMs ?? Number.NaN;
    expect(created).toBeGreaterThan(0);
    expect(opened).toBeGreaterThanOrEqual(created);
    expect(times[0]).toBeGreaterThanOrEqual(opened);
  }

  it('holds Blobs with their size at once and their content later', async () => {
    const { tab, scribe } = await openHooked();
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send(new Blob(['blob']));
      await new Promise((resolve) => socket.addEventListener('message', resolve));
    });
    const [connection] = await scribe.recordings((all) => all[0]?.contents.length === 2);
    const bytes = [98, 108, 111, 98];
    expect(connection?.frames).toMatchObject([
      { out: true, blob: true, size: 4 },
      { out: false, blob: true, size: 4 },
    ]);
    expect(connection?.contents).toEqual([
      { seq: 0, bytes },
      { seq: 1, bytes },
    ]);
  });

  it('holds nothing that the page has dispatched itself', async () => {
    const { tab, scribe } = await openHooked();
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      socket.dispatchEvent(new Event('open'));
      await new Promise((resolve) => socket.addEventListener('open', (event) => event.isTrusted && resolve(null)));
      socket.dispatchEvent(new Event('message'));
      socket.dispatchEvent(new MessageEvent('message', { data: 'forged' }));
      socket.dispatchEvent(new Event('error'));
      socket.dispatchEvent(new CloseEvent('close', { code: 4999 }));
      socket.send('real');
      const event = await new Promise<Event>((resolve) => socket.addEventListener('message', resolve, { once: true }));
      // Its own dispatch has to be over: in the next task.
      await new Promise((resolve) => setTimeout(resolve, 0));
      socket.dispatchEvent(event);
      socket.close();
      await new Promise((resolve) => socket.addEventListener('close', resolve));
    });
    const [connection] = await scribe.recordings((all) => all[0]?.facts.at(-1)?.kind === 'connectionClosed');
    expect(connection?.frames.map(({ payload }) => payload)).toEqual(['real', 'real']);
    expect(connection?.facts.map(({ kind }) => kind)).toEqual([
      'connectionCreated',
      'connectionOpened',
      'closeRequested',
      'connectionClosed',
    ]);
  });

  it('cuts large payloads and says so', async () => {
    const { tab, scribe } = await openHooked();
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/deaf`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('é'.repeat(1024 * 1024 + 1));
      socket.send(new Uint8Array(1024 * 1024 + 5));
    });
    const [connection] = await scribe.recordings((all) => all[0]?.frames.length === 2);
    expect(connection?.frames.map(({ size, truncated }) => [size, truncated])).toEqual([
      [2 * 1024 * 1024 + 2, true],
      [1024 * 1024 + 5, true],
    ]);
    expect(connection?.frames.map(({ payload }) => payload.length)).toEqual([1024 * 1024, 1024 * 1024]);
  });

  it("begins with what the ring remembers: history 'ring'", async () => {
    const { tab, scribe } = await openHooked();
    await tab.evaluate(async () => {
      const open = async () => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/control`);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
        return socket;
      };
      const closed = await open();
      closed.send(JSON.stringify({ close: [4001, 'gone'] }));
      await new Promise((resolve) => closed.addEventListener('close', resolve));
      const busy = await open();
      let count = 0;
      const all = new Promise((resolve) => busy.addEventListener('message', () => ++count === 2500 && resolve(null)));
      busy.send(JSON.stringify({ count: 2500 }));
      await all;
      Object.assign(window, { busy });
    });
    await scribe.command({ kind: 'record', history: 'ring' });
    const [closed, busy] = await scribe.recordings((all) => all.length === 2);
    expect(closed?.facts.at(-1)).toMatchObject({ kind: 'connectionClosed', code: 4001, reason: 'gone' });
    // The order to count and 2,500 numbers, of which the ring holds the latest 2,000.
    expect(closed?.missed).toEqual([{ firstSeq: 0, count: 1, reason: 'ring' }]);
    expect(busy?.missed).toEqual([{ firstSeq: 0, count: 501, reason: 'ring' }]);
    expect(busy?.frames.map(({ payload }) => payload)).toEqual(Array.from({ length: 2000 }, (_, i) => String(i + 500)));
    // and goes on live
    await tab.evaluate(async () => {
      const { busy } = window as unknown as { readonly busy: WebSocket };
      busy.send(JSON.stringify({ say: 'live' }));
      await new Promise((resolve) => busy.addEventListener('message', resolve, { once: true }));
    });
    const [, live] = await scribe.recordings((all) => all[1]?.frames.length === 2002);
    expect(live?.frames.at(-1)?.payload).toBe('live');
  });

  it("begins with open connections only: history 'open'; pauses, and goes on: 'unsent'", async () => {
    const { tab, scribe } = await openHooked();
    const count = (number: number, from: number) =>
      tab.evaluate(
        async (n, first) => {
          const { busy } = window as unknown as { readonly busy: WebSocket };
          const last = String(first + n - 1);
          const done = new Promise((resolve) =>
            busy.addEventListener('message', ({ data }) => data === last && resolve(null)),
          );
          busy.send(JSON.stringify({ count: n, from: first }));
          await done;
        },
        number,
        from,
      );
    await tab.evaluate(async () => {
      const closed = new WebSocket(`${location.origin.replace('http', 'ws')}/refuse`);
      await new Promise((resolve) => closed.addEventListener('close', resolve));
      const busy = new WebSocket(`${location.origin.replace('http', 'ws')}/control`);
      await new Promise((resolve) => busy.addEventListener('open', resolve));
      Object.assign(window, { busy });
    });
    await count(10, 0);
    await scribe.command({ kind: 'record', history: 'open' });
    let [busy] = await scribe.recordings((all) => all.length === 1);
    expect(busy?.number).toBe(1);
    expect(busy?.missed).toEqual([{ firstSeq: 0, count: 11, reason: 'cleared' }]);
    expect(busy?.frames).toEqual([]);
    await scribe.command({ kind: 'stop' });
    await count(20, 10);
    expect((await scribe.recordings())[0]?.frames).toEqual([]);
    await scribe.command({ kind: 'record', history: 'unsent' });
    [busy] = await scribe.recordings((all) => all[0]?.frames.length === 21);
    expect(busy?.frames.slice(1).map(({ payload }) => payload)).toEqual(
      Array.from({ length: 20 }, (_, i) => `${i + 10}`),
    );
    await scribe.command({ kind: 'stop' });
    await count(3000, 30);
    await scribe.command({ kind: 'record', history: 'unsent' });
    [busy] = await scribe.recordings((all) => (all[0]?.frames.length ?? 0) > 21);
    expect(busy?.missed.at(-1)).toEqual({ firstSeq: 32, count: 1001, reason: 'paused' });
    expect(busy?.frames.at(-1)?.payload).toBe('3029');
  });

  it('of a torrent is complete', async () => {
    const { tab, scribe } = await openHooked();
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const sockets = await Promise.all(
        [0, 1, 2].map(async () => {
          const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/control`);
          await new Promise((resolve) => socket.addEventListener('open', resolve));
          return socket;
        }),
      );
      await Promise.all(
        sockets.map(async (socket) => {
          let count = 0;
          const all = new Promise((resolve) =>
            socket.addEventListener('message', () => ++count === 5000 && resolve(null)),
          );
          socket.send(JSON.stringify({ count: 5000 }));
          await all;
        }),
      );
    });
    const numbers = Array.from({ length: 5000 }, (_, i) => String(i));
    const all = await scribe.recordings((found) => found.every(({ frames }) => frames.length === 5001));
    expect(all).toHaveLength(3);
    for (const { frames, missed } of all) {
      expect(missed).toEqual([]);
      expect(frames.slice(1).map(({ payload }) => payload)).toEqual(numbers);
    }
  });

  it('survives document.open(), and what is sent in pagehide is in it', async () => {
    const { tab, scribe } = await openHooked();
    await tab.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = location.href;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      const inner = frame.contentWindow as Window & typeof globalThis;
      Object.assign(window, { frame, inner });
      (inner as unknown as { testReceiver: { send(command: object): void } }).testReceiver.send({
        kind: 'record',
        history: 'ring',
      });
      inner.document.open();
      inner.document.write('<p>written</p>');
      inner.document.close();
      const socket = new inner.WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      inner.addEventListener('pagehide', () => socket.send('in pagehide'));
      inner.addEventListener('unload', () => socket.send('in unload'));
      socket.send('at the very end');
      // The receiver's objects survive the frame, because this page holds them.
      Object.assign(window, { innerReceiver: (inner as unknown as { testReceiver: unknown }).testReceiver });
      frame.remove();
    });
    const [connection] = await createScribe(tab, 'innerReceiver').recordings();
    const texts = connection?.frames.map(({ payload }) => payload);
    expect(texts?.slice(0, 2)).toEqual(['at the very end', 'in pagehide']);
    await scribe.command({ kind: 'stop' });
  });
});
