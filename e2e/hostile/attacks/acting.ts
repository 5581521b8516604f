/** Pages that try to make the extension do something: there is nothing that a page can make it do but record. */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

export const acting: readonly Attack[] = [
  {
    name: 'sends every command and request that there is up the stolen way',
    page: async (tools) => {
      const loot = await tools.rob();
      const verbs = [
        { kind: 'record', history: 'ring' },
        { kind: 'stop' },
        { kind: 'flush' },
        { kind: 'drop', commandId: 1, connection: 0 },
        { kind: 'drop', requestId: 1, connectionId: 'x/0' },
        { kind: 'attach', tabId: 1, sessionId: null },
        { kind: 'setRecording', on: false },
        { kind: 'clear' },
        { kind: 'panelOpened' },
        { kind: 'eval', code: 'pwned = 1' },
      ];
      for (const verb of verbs) loot.say(verb);
      const spoken = loot.ports.length > 0 ? await loot.child.tools.talk(['still recorded']) : null;
      return { notes: { ports: loot.ports.length, spoken } };
    },
    rejected: 10,
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(state.isRecorded).toBe(true);
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { close: { simulated: false } },
        { close: { simulated: false } },
      ]);
    },
  },
  {
    name: 'gives commands to the child that it robbed: that child alone obeys, and says so',
    page: async (tools) => {
      const own = await tools.open('/echo?own');
      const loot = await tools.rob();
      const other = await tools.frame();
      const { tools: otherTools } = other.contentWindow as unknown as { tools: typeof tools };
      const untouched = await otherTools.open('/echo?untouched');
      const victim = await loot.child.tools.open('/echo?victim');
      const closed = loot.ports.length > 0 ? tools.once(victim, 'close') : null;
      for (const port of loot.ports) {
        for (let connection = 0; connection < 3; connection++) {
          const data = JSON.stringify({ kind: 'drop', commandId: 1, connection });
          port.dispatchEvent(new loot.child.MessageEvent(tools.names.command, { data }));
        }
      }
      const { code } = ((await closed) ?? { code: 0 }) as CloseEvent;
      const left = [own.readyState, untouched.readyState];
      for (const socket of [own, untouched]) {
        socket.close(1000);
        await tools.once(socket, 'close');
      }
      return { sees: left, notes: { ports: loot.ports.length, code } };
    },
    rejected: { atLeast: 0 },
    settled: (state) => ['?victim', '?own', '?untouched'].every((part) => connectionsTo(state, part)[0]?.close),
    holds: ({ state, notes }) => {
      expect(notes).toMatchObject({ code: 1006 });
      expect(connectionsTo(state, '?victim')).toMatchObject([
        { dropped: true, close: { code: 1006, simulated: true } },
      ]);
      for (const part of ['?own', '?untouched']) {
        expect(connectionsTo(state, part)).toMatchObject([{ dropped: false, close: { code: 1000, simulated: false } }]);
      }
    },
  },
  {
    name: 'gives the page script commands that make no sense',
    page: async (tools) => {
      const loot = await tools.rob();
      const texts = [
        '',
        'null',
        '[]',
        '{',
        '{"kind":"drop"}',
        '{"kind":"drop","commandId":"1","connection":{}}',
        '{"kind":"drop","commandId":1e308,"connection":-1}',
        '{"kind":"record"}',
        '{"kind":"record","history":"__proto__"}',
        '{"kind":"record","history":"constructor"}',
        '{"__proto__":{"kind":"stop"}}',
        '['.repeat(100_000),
      ];
      for (const port of loot.ports) {
        for (const data of [...texts, null, 1, {}, new Proxy({}, {})]) {
          port.dispatchEvent(new loot.child.MessageEvent(tools.names.command, { data }));
        }
        port.dispatchEvent(new loot.child.Event(tools.names.command));
      }
      const spoken = await loot.child.tools.talk(['still recorded']);
      return { sees: spoken, notes: { ports: loot.ports.length } };
    },
    rejected: { atLeast: 0 },
    holds: ({ state, notes }) => {
      expect(notes.ports).toBeGreaterThan(0);
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1 }, { framesIn: 1, framesMissed: 0 }]);
    },
  },
  {
    name: "opens the extension's pages in frames, windows and links",
    page: async (tools) => {
      const seen: unknown[] = [];
      for (const path of ['/src/panel/panel.html?tab=1', '/src/devtools/devtools.html', '/manifest.json']) {
        const url = tools.extensionOrigin + path;
        const frame = document.createElement('iframe');
        const settled = Promise.race([tools.once(frame, 'load'), tools.once(frame, 'error')]);
        frame.src = url;
        document.documentElement.append(frame);
        seen.push((await settled).type);
        try {
          seen.push((frame.contentWindow as Window).location.href.replace(tools.extensionOrigin, 'EXTENSION'));
        } catch (error) {
          seen.push((error as Error).name);
        }
        frame.remove();
        seen.push(await fetch(url).then(String, (error: Error) => error.name));
      }
      return { sees: seen as string[] };
    },
    consoleDiffers:
      'Firefox says there that the page may not load pages of this extension, and not of one that is not there',
  },
  {
    name: 'presses the keys of the panel',
    page: async (tools) => {
      const socket = await tools.open('/echo?keys');
      for (const key of ['D', 'd', 'Delete', 'Escape', 'r']) {
        for (const target of [window, document, document.documentElement]) {
          target.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: true, ctrlKey: true, bubbles: true }));
        }
      }
      const { readyState } = socket;
      socket.close(1000);
      await tools.once(socket, 'close');
      return { sees: readyState };
    },
    holds: ({ state }) => {
      expect(state.isRecorded).toBe(true);
      expect(connectionsTo(state, '?keys')).toMatchObject([{ dropped: false, close: { code: 1000 } }]);
    },
  },
  {
    name: 'gives commands to a frame of another origin',
    page: async (tools) => {
      const frame = await tools.frame(tools.otherOrigin);
      const child = frame.contentWindow as Window;
      const { command, message, handoff } = tools.names;
      const { port1, port2 } = new MessageChannel();
      child.postMessage({ kind: 'drop', commandId: 1, connection: 0 }, '*', [port2]);
      const denied: string[] = [];
      for (const type of [command, message, handoff]) {
        try {
          child.dispatchEvent(new MessageEvent(type, { data: '{"kind":"stop"}', ports: [port1] }));
        } catch (error) {
          denied.push((error as Error).name);
        }
      }
      const heard = tools.once(window, 'message');
      child.postMessage({ talk: ['from the other origin'] }, '*');
      return { sees: { denied, heard: ((await heard) as MessageEvent).data.heard } };
    },
    holds: ({ state }) => {
      expect(state.isRecorded).toBe(true);
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1, framesOut: 1, dropped: false }]);
    },
  },
];
