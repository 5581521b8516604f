/** The hook leaves no trace: no globals, no DOM, no console output, no messages where there are no sockets. */
import { expect, it } from 'vitest';
import { inEachBrowser, type Mode } from './harness.ts';
import type { TestReceiver } from './receiver.iife.ts';

inEachBrowser('a hooked page', (bench) => {
  /** All that can be listed of a page, before and after it has used a socket. */
  async function listing(mode: Mode) {
    const tab = await bench().open(mode);
    const linesBefore = tab.consoleLines().length;
    const all = await tab.evaluate(async () => {
      const list = () => ({
        globals: Reflect.ownKeys(window).map(String).sort(),
        prototypes: [Object, Function, Array, EventTarget, Node, Document, Window, Promise, WebSocket].map((one) => [
          Reflect.ownKeys(one).map(String).sort(),
          Reflect.ownKeys(one.prototype).map(String).sort(),
        ]),
        document: document.documentElement.outerHTML,
        attributes: document.documentElement.getAttributeNames(),
        keysOfDocument: Reflect.ownKeys(document).map(String),
        listeners: [window.onmessage, window.onpagehide, window.onerror].map(String),
        storage: [localStorage.length, sessionStorage.length, document.cookie],
        // Sorted: they are listed in the order in which they arrived.
        resources: performance
          .getEntriesByType('resource')
          .map(({ name }) => name.split('/').at(-1))
          .sort(),
        frames: window.length,
      });
      const before = list();
      const firstTimer = Number(setTimeout(() => undefined, 0));
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('x');
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      socket.close();
      await new Promise((resolve) => socket.addEventListener('close', resolve));
      const timersBetween = Number(setTimeout(() => undefined, 0)) - firstTimer;
      return { before, after: list(), timersBetween };
    });
    return { ...all, console: tab.consoleLines().slice(linesBefore) };
  }

  it('has the same globals, DOM, storage, timer ids and console as a native one', async () => {
    const native = await listing('native');
    const hooked = await listing('hooked');
    expect(hooked).toEqual(native);
    expect(hooked.console).toEqual([]);
    expect(hooked.before.globals).toContain('WebSocket');
  });

  it('has the same timer ids while it is recorded', async () => {
    const tab = await bench().open('hooked');
    const between = await tab.evaluate(async () => {
      const { testReceiver } = window as unknown as { readonly testReceiver: TestReceiver };
      testReceiver.send({ kind: 'record', history: 'ring' });
      const first = Number(setTimeout(() => undefined, 0));
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('x');
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      return Number(setTimeout(() => undefined, 0)) - first;
    });
    expect(between).toBe(1);
  });

  it('says nothing to the content script before it has a socket, and then one word', async () => {
    const tab = await bench().open('hooked');
    const messages = () =>
      tab.evaluate(() => [...(window as unknown as { readonly testReceiver: TestReceiver }).testReceiver.messages]);
    expect(await messages()).toEqual([]);
    await tab.evaluate(async () => {
      for (let i = 0; i < 3; i++) {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
        await new Promise((resolve) => socket.addEventListener('open', resolve));
        for (let k = 0; k < 500; k++) socket.send('x');
        socket.close();
        await new Promise((resolve) => socket.addEventListener('close', resolve));
      }
    });
    expect(await messages()).toEqual(['socketsExist']);
  });
});
