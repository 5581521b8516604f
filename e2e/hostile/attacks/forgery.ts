/** A page with nothing but its own means: it says our messages wherever it can say anything. Nothing must listen. */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

export const forgery: readonly Attack[] = [
  {
    name: 'hands over a port of its own, before and after its first connection',
    page: async (tools) => {
      const { handoff, message } = tools.names;
      const heard: string[] = [];
      addEventListener(handoff, () => heard.push('window'));
      document.addEventListener(handoff, () => heard.push('document'));
      const forge = () => {
        const { port1, port2 } = new MessageChannel();
        window.dispatchEvent(new MessageEvent(handoff, { ports: [port2] }));
        document.dispatchEvent(new MessageEvent(handoff, { ports: [port2], bubbles: true }));
        const created = { kind: 'connectionCreated', connection: 9, atMs: 1, url: 'ws://forged/', protocols: [] };
        for (const data of [{ kind: 'socketsExist' }, { kind: 'reports', reports: [created] }]) {
          port2.dispatchEvent(new MessageEvent(message, { data }));
          port1.postMessage(data);
        }
      };
      forge();
      const spoken = await tools.talk(['one', 'two']);
      forge();
      return { sees: { heard, spoken } };
    },
    holds: ({ state }) => {
      expect(connectionsTo(state, 'forged')).toEqual([]);
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 2, framesOut: 2, close: { code: 1000 } }]);
    },
  },
  {
    name: 'hands over a port in a frame whose document is still to come',
    page: async (tools) => {
      const { handoff, message } = tools.names;
      const { port1, port2 } = new MessageChannel();
      const frame = document.createElement('iframe');
      frame.src = `${tools.origin}/${tools.run}-child`;
      const loaded = tools.once(frame, 'load');
      document.documentElement.append(frame);
      const early = frame.contentWindow as Window;
      early.dispatchEvent(new MessageEvent(handoff, { ports: [port2] }));
      const created = { kind: 'connectionCreated', connection: 0, atMs: 1, url: 'ws://forged/', protocols: [] };
      for (const data of [{ kind: 'socketsExist' }, { kind: 'reports', reports: [created] }]) {
        port2.dispatchEvent(new MessageEvent(message, { data }));
        port1.postMessage(data);
      }
      await loaded;
      const child = frame.contentWindow as unknown as { tools: typeof tools };
      return { sees: await child.tools.talk(['from the frame']) };
    },
    holds: ({ state }) => {
      expect(connectionsTo(state, 'forged')).toEqual([]);
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1, framesOut: 1, connection: 0 }]);
    },
  },
  {
    name: 'posts every message of ours to its window, its frames and its channels',
    page: async (tools) => {
      const heard: unknown[] = [];
      addEventListener('message', ({ data }) => heard.push(data));
      const frame = await tools.frame();
      const columns = { count: 1, text: 'forged' };
      const messages = [
        { kind: 'socketsExist' },
        { kind: 'reports', reports: [{ kind: 'framesCaptured', connection: 0, firstSeq: 0, columns }] },
        { kind: 'hello', documentId: null, sessionId: null, url: 'http://forged/', timeOriginMs: 1 },
        { kind: 'batch', documentId: 'forged', sessionId: 'forged', batch: 1, reports: [], rejected: 7, goneAtMs: 1 },
        { kind: 'attach', tabId: 1, sessionId: null },
        { kind: 'setRecording', on: false },
        { kind: 'clear' },
        { kind: 'drop', requestId: 1, connectionId: 'forged/0' },
        'socketscope-hello',
      ];
      const channels = ['relay', 'panel', 'socketscope'].map((name) => new BroadcastChannel(name));
      for (const message of messages) {
        postMessage(message, '*');
        frame.contentWindow?.postMessage(message, '*');
        for (const channel of channels) channel.postMessage(message);
        localStorage.setItem('socketscope', JSON.stringify(message));
      }
      localStorage.removeItem('socketscope');
      const spoken = await tools.talk(['one']);
      for (const channel of channels) channel.close();
      return { sees: { heard: JSON.parse(JSON.stringify(heard)), spoken } };
    },
    holds: ({ state }) => {
      expect(state.isRecorded).toBe(true);
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1, framesOut: 1 }]);
    },
  },
  {
    name: 'dispatches our event names on every target it has',
    page: async (tools) => {
      const { message, command, handoff } = tools.names;
      const heard: string[] = [];
      const socket = await tools.open('/echo');
      const targets = { window, document, html: document.documentElement, socket, performance, visualViewport };
      const data = { kind: 'reports', reports: [{ kind: 'connectionDropped', connection: 0, atMs: 1 }] };
      for (const [name, target] of Object.entries(targets)) {
        for (const type of [message, command, handoff]) {
          target?.addEventListener(type, (event) => heard.push(`${name} ${type} ${event.constructor.name}`));
          target?.dispatchEvent(new MessageEvent(type, { data }));
          target?.dispatchEvent(new MessageEvent(type, { data: '{"kind":"drop","commandId":1,"connection":0}' }));
          target?.dispatchEvent(new CustomEvent(type, { detail: data }));
          target?.dispatchEvent(new Event(type));
        }
      }
      const { readyState } = socket;
      socket.close(1000);
      await tools.once(socket, 'close');
      return { sees: { heard, readyState } };
    },
    holds: ({ state }) =>
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { dropped: false, close: { code: 1000, simulated: false } },
      ]),
  },
  {
    name: 'asks the extension itself, by every door that extensions have for pages',
    page: async (tools) => {
      const id = tools.extensionOrigin.split('/')[2] ?? '';
      type Runtime = { sendMessage?: unknown; connect?: unknown; id?: unknown };
      const { chrome, browser } = window as { chrome?: { runtime?: Runtime }; browser?: { runtime?: Runtime } };
      const doors = [chrome?.runtime, browser?.runtime].map((door) => [
        typeof door,
        typeof door?.sendMessage,
        typeof door?.connect,
        typeof door?.id,
      ]);
      const answers: string[] = [];
      const ask = async (door: () => unknown) => {
        try {
          answers.push(String(await door()));
        } catch (error) {
          answers.push(String(error).replace(id, 'ID'));
        }
      };
      const runtime = (chrome?.runtime ?? {}) as Record<string, (id: string, message: unknown) => unknown>;
      await ask(() => runtime.sendMessage?.(id, 'socketscope-hello'));
      await ask(() => runtime.connect?.(id, { name: 'panel' }));
      return { sees: { doors, answers } };
    },
  },
  {
    name: 'dispatches events of its own on a socket',
    page: async (tools) => {
      const socket = await tools.open('/echo');
      const heard: unknown[] = [];
      for (const type of ['open', 'message', 'error', 'close']) {
        socket.addEventListener(type, (event) => heard.push([type, event.isTrusted, event.constructor.name]));
      }
      const forged = [
        new Event('message'),
        new MessageEvent('message', { data: 'forged' }),
        new MessageEvent('message', { data: { toString: null } }),
        new CloseEvent('close', { code: 4999, reason: 'forged', wasClean: true }),
        new Event('close'),
        new Event('open'),
        new Event('error'),
        Object.defineProperty(new MessageEvent('message'), 'data', { get: () => heard.push('read') }),
      ];
      for (const event of forged) socket.dispatchEvent(event);
      socket.send('real');
      await tools.once(socket, 'message');
      socket.close(1000, 'real');
      await tools.once(socket, 'close');
      return { sees: JSON.parse(JSON.stringify(heard)) };
    },
    holds: ({ state }) =>
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { framesIn: 1, framesOut: 1, close: { code: 1000, reason: 'real' } },
      ]),
  },
  {
    name: 'gives arguments that count and change with every look',
    page: async (tools) => {
      const looks: string[] = [];
      const changing = (name: string, value: string) => ({
        toString() {
          looks.push(`${name}.toString`);
          return looks.filter((look) => look.startsWith(name)).length > 1 ? `${value}-again` : value;
        },
        valueOf() {
          looks.push(`${name}.valueOf`);
          return 4999;
        },
      });
      const socket = new WebSocket(changing('url', `${tools.wsOrigin}/echo?changing`) as unknown as string, [
        changing('protocol', 'chosen') as unknown as string,
      ]);
      await tools.once(socket, 'open');
      socket.send(changing('data', 'sent') as unknown as string);
      const { data } = (await tools.once(socket, 'message')) as MessageEvent;
      socket.close(changing('code', '4000') as unknown as number, changing('reason', 'why') as unknown as string);
      const { code, reason } = (await tools.once(socket, 'close')) as CloseEvent;
      return { sees: { looks, url: socket.url.endsWith('?changing'), protocol: socket.protocol, data, code, reason } };
    },
    holds: ({ state }) => {
      const [connection] = connectionsTo(state, 'changing');
      expect(connection?.frames.map(({ text }) => text)).toEqual(['sent', 'sent']);
    },
  },
];
