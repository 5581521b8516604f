/**
 * Pages that replace built-ins: after the page script has run, or before, in the window of a child that is still to load
 * its document. The page must fare as it would natively under the same poison, and hear nothing from us.
 */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';

/** After the hook: it has its own references, so everything is recorded as ever. */
const afterTheHook: readonly Attack[] = [
  {
    name: 'traps every name that we use on Object.prototype',
    page: async (tools) => {
      const names = [
        'get set value writable enumerable configurable kind connection atMs url protocols protocol extensions simulated',
        'code reason wasClean firstSeq columns count flags sizeBytes text textEnds bytes byteEnds seq data ports detail',
        'capture once passive signal bubbles cancelable composed apply construct then next done return toJSON history',
        'commandId reports message 0 1 2 length index raw source unsentFrame nextOwn payload blob weight socket',
      ].flatMap((line) => line.split(' '));
      const touched: string[] = [];
      const { prototype } = Object;
      const { defineProperty } = Reflect;
      const plain = { configurable: true, enumerable: true, writable: true };
      const trap = (holder: object, label: string) => {
        for (const name of names) {
          if (Object.hasOwn(holder, name)) continue;
          const note = (what: string) => {
            defineProperty(touched, touched.length, {
              __proto__: null,
              value: `${what} ${label}${name}`,
              ...plain,
            } as never);
          };
          defineProperty(holder, name, {
            __proto__: null,
            configurable: true,
            get: () => note('get'),
            set: () => note('set'),
          } as never);
        }
      };
      trap(prototype, '');
      trap(Array.prototype, 'Array ');
      const socket = new WebSocket(`${tools.wsOrigin}/echo`);
      const heard: unknown[] = [];
      await new Promise<void>((resolve) => {
        socket.onopen = () => socket.send('one');
        socket.onmessage = (event) => {
          defineProperty(heard, heard.length, { __proto__: null, value: event.data, ...plain } as never);
          socket.close(1000, 'done');
        };
        socket.onclose = () => resolve();
      });
      for (const name of names) {
        Reflect.deleteProperty(prototype, name);
        if (name !== 'length') Reflect.deleteProperty(Array.prototype, name);
      }
      // The tests' own driver for Firefox waits for the page by evaluating in it, and turns the answers into JSON there.
      return { sees: { touched: touched.filter((what) => what !== 'get toJSON'), heard: heard.map(String) } };
    },
    holds: ({ state }) =>
      expect(connectionsTo(state, '/echo')).toMatchObject([{ framesIn: 1, framesOut: 1, close: { reason: 'done' } }]),
  },
  {
    name: 'makes every built-in throw while frames go both ways',
    page: async (tools) => {
      const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
      const { send, close } = WebSocket.prototype;
      const readData = getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get as () => string;
      const socket = await tools.open('/echo');
      const heard: string[] = [];
      const finished = new Promise<void>((resolve) => {
        socket.onmessage = (event) => {
          heard[heard.length] = apply(readData, event, []);
          if (heard.length < 3) apply(send, socket, [`text ${heard.length}`]);
          else apply(close, socket, [1000, 'done']);
        };
        socket.onclose = () => resolve();
      });
      // No iteration and no method of an array from here on: those are sabotaged as well.
      const undo: (() => void)[] = [];
      const sabotage = (holder: object) => {
        const keys = ownKeys(holder);
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i] as PropertyKey;
          const descriptor = getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
          const part = typeof descriptor.value === 'function' ? 'value' : 'get';
          if (!descriptor.configurable || key === 'constructor' || typeof descriptor[part] !== 'function') continue;
          const fail = () => {
            throw new Error('sabotaged');
          };
          defineProperty(holder, key, { ...descriptor, [part]: fail });
          undo[undo.length] = () => defineProperty(holder, key, descriptor);
        }
      };
      const holders: readonly object[] = [
        Reflect,
        JSON,
        String.prototype,
        Map.prototype,
        WeakMap.prototype,
        WeakRef.prototype,
        Function.prototype,
        EventTarget.prototype,
        Event.prototype,
        MessageEvent.prototype,
        CloseEvent.prototype,
        MessagePort.prototype,
        MessageChannel.prototype,
        Blob.prototype,
        FileReader.prototype,
        TextEncoder.prototype,
        AbortSignal.prototype,
        Performance.prototype,
        ArrayBuffer.prototype,
        Object.getPrototypeOf(Uint8Array.prototype),
        Array.prototype,
      ];
      const globals = ['WeakMap', 'Map', 'Promise', 'MessageChannel', 'MessageEvent', 'Proxy', 'structuredClone'];
      for (let i = 0; i < holders.length; i++) sabotage(holders[i] as object);
      for (let i = 0; i < globals.length; i++) {
        const name = globals[i] as string;
        const descriptor = getOwnPropertyDescriptor(window, name) as PropertyDescriptor;
        defineProperty(window, name, { ...descriptor, value: undefined });
        undo[undo.length] = () => defineProperty(window, name, descriptor);
      }
      apply(send, socket, ['text 0']);
      await finished;
      for (let i = undo.length - 1; i >= 0; i--) undo[i]?.();
      return { sees: heard };
    },
    holds: ({ state }) =>
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { framesIn: 3, framesOut: 3, framesMissed: 0, close: { reason: 'done' } },
      ]),
  },
  {
    name: 'wraps WebSocket in a class of its own, and its methods in functions of its own',
    page: async (tools) => {
      const Native = WebSocket;
      const log: string[] = [];
      const { send } = Native.prototype;
      Native.prototype.send = function (this: WebSocket, data) {
        log.push(`send ${data}`);
        return send.call(this, data);
      };
      class Wrapped extends Native {
        constructor(url: string) {
          super(url);
          log.push(`made ${new.target.name}`);
        }
      }
      window.WebSocket = Wrapped as unknown as typeof WebSocket;
      const socket = new WebSocket(`${tools.wsOrigin}/echo?wrapped`);
      await tools.once(socket, 'open');
      socket.send('one');
      await tools.once(socket, 'message');
      socket.close();
      await tools.once(socket, 'close');
      window.WebSocket = Native;
      Native.prototype.send = send;
      return { sees: log };
    },
    holds: ({ state }) => expect(connectionsTo(state, '?wrapped')).toMatchObject([{ framesIn: 1, framesOut: 1 }]),
  },
  {
    name: 'takes WebSocket away, freezes its prototype, and goes on with the one it kept',
    page: async (tools) => {
      const Kept = WebSocket;
      const descriptor = Object.getOwnPropertyDescriptor(window, 'WebSocket') as PropertyDescriptor;
      const wasDeleted = Reflect.deleteProperty(window, 'WebSocket');
      Object.freeze(Kept.prototype);
      Object.freeze(Kept);
      const socket = new Kept(`${tools.wsOrigin}/echo?kept`);
      await tools.once(socket, 'open');
      socket.send('one');
      await tools.once(socket, 'message');
      socket.close();
      await tools.once(socket, 'close');
      Object.defineProperty(window, 'WebSocket', descriptor);
      return { sees: { wasDeleted, type: typeof WebSocket } };
    },
    holds: ({ state }) => expect(connectionsTo(state, '?kept')).toMatchObject([{ framesIn: 1, framesOut: 1 }]),
  },
  {
    name: 'sends, connects and listens at the very end of the stack',
    page: async (tools) => {
      const socket = await tools.open('/echo?deep');
      const outcomes = new Set<string>();
      const atTheEnd = (act: () => void) => {
        const dive = (): void => {
          try {
            dive();
          } catch {
            act();
          }
        };
        try {
          dive();
          outcomes.add('done');
        } catch (error) {
          outcomes.add((error as Error).name);
        }
      };
      let sent = 0;
      for (let i = 0; i < 20; i++) {
        atTheEnd(() => {
          socket.send('deep');
          sent += 1;
        });
        atTheEnd(() => void new WebSocket(`${tools.wsOrigin}/closing?deep`));
      }
      while (sent < 1) atTheEnd(() => socket.send(`deep ${sent++}`));
      await tools.once(socket, 'message');
      socket.close();
      await tools.once(socket, 'close');
      // Whether the last call still fits is the engine's affair; that nothing else is thrown is ours.
      outcomes.delete('done');
      outcomes.delete('RangeError');
      outcomes.delete('InternalError');
      return { sees: [...outcomes] };
    },
    holds: ({ state }) => expect(connectionsTo(state, '/echo?deep')).toHaveLength(1),
  },
  {
    name: 'empties its document and writes another, with its listeners gone',
    page: async (tools) => {
      const before = await tools.talk(['before']);
      const socket = await tools.open('/echo?over');
      document.open();
      document.write('<!doctype html><title>rewritten</title><p>new');
      document.close();
      socket.send('after');
      const { data } = (await tools.once(socket, 'message')) as MessageEvent;
      const after = await tools.talk(['after']);
      socket.close();
      await tools.once(socket, 'close');
      return { sees: { before, data, after } };
    },
    holds: ({ state }) => {
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { framesIn: 1, framesOut: 1 },
        { framesIn: 1, framesOut: 1 },
        { framesIn: 1, framesOut: 1 },
      ]);
    },
  },
];

/**
 * Before the hook, in a child: the hook captures what the parent has left there. It may record less, as the parent could
 * always arrange; the child's page must run as it would natively.
 */
const beforeTheHook: readonly Attack[] = [
  {
    name: 'takes each global that we need from a child before it loads',
    page: async (tools) => {
      // Without JSON, Object or Array the browsers' own bindings crash, extension or not.
      const names = [
        'WebSocket MessageChannel MessageEvent MessagePort CloseEvent Event EventTarget AbortSignal FileReader Blob',
        'Document Performance performance TextEncoder structuredClone Reflect Proxy WeakMap WeakRef ArrayBuffer DataView',
        'Float64Array Uint32Array Uint8Array',
      ].flatMap((line) => line.split(' '));
      const sees: Record<string, unknown> = {};
      for (const name of names) {
        const errors: string[] = [];
        const child = await tools.prepared((window) => {
          window.addEventListener('error', ({ message }) => errors.push(message), true);
          Object.defineProperty(window, name, { value: undefined, configurable: true, writable: true });
        });
        sees[name] = [errors, typeof (child as unknown as Record<string, unknown>)[name], typeof child.tools];
        child.frameElement?.remove();
      }
      return { sees: JSON.parse(JSON.stringify(sees)) };
    },
  },
  {
    name: 'makes each built-in that we need throw in a child before it loads',
    // Firefox, seldom, when the machine is busy. Neither the child nor its parent hears of it: `sees` and `errors` are equal.
    consoleDiffers: 'what a sabotaged built-in throws may be told to the console, and to nobody else',
    page: async (tools) => {
      const paths = [
        'Array.prototype.push Array.isArray Function.prototype.apply Function.prototype.call Function.prototype.bind',
        'Function.prototype.toString Object.defineProperty Reflect.apply Reflect.construct Reflect.defineProperty',
        'Reflect.getOwnPropertyDescriptor WeakMap.prototype.get WeakMap.prototype.set JSON.parse EventTarget.prototype.addEventListener',
        'EventTarget.prototype.dispatchEvent MessagePort.prototype.postMessage MessagePort.prototype.start AbortSignal.timeout',
        'String.prototype.slice TextEncoder.prototype.encode Performance.prototype.now',
      ].flatMap((line) => line.split(' '));
      const sees: Record<string, unknown> = {};
      for (const path of paths) {
        const errors: string[] = [];
        const { addEventListener } = window;
        const child = await tools.prepared((window) => {
          Reflect.apply(addEventListener, window, ['error', ({ message }: ErrorEvent) => errors.push(message), true]);
          const keys = path.split('.');
          const last = keys.pop() as string;
          const holder = keys.reduce<object>((at, key) => (at as Record<string, object>)[key] as object, window);
          (holder as Record<string, unknown>)[last] = () => {
            throw new Error('sabotaged');
          };
        });
        try {
          const socket = new child.WebSocket(`${tools.wsOrigin}/closing?code=4001&path=${path}`);
          const { code } = (await tools.once(socket, 'close')) as CloseEvent;
          sees[path] = [errors, typeof child.tools, code];
        } catch (error) {
          sees[path] = [errors, typeof child.tools, String(error)];
        }
        child.frameElement?.remove();
      }
      return { sees: JSON.parse(JSON.stringify(sees)) };
    },
    rejected: { atLeast: 0 },
  },
  {
    name: "traps Object.prototype, Array.prototype and a child's globals before it loads",
    page: async (tools) => {
      const touched: string[] = [];
      const child = await tools.prepared((window) => {
        for (const name of ['get', 'set', 'value', 'ports', 'data', 'kind', 'apply', 'construct', 'then', '0']) {
          Object.defineProperty(window.Object.prototype, name, {
            configurable: true,
            get: () => void touched.push(`get ${name}`),
            set: () => void touched.push(`set ${name}`),
          });
        }
      });
      touched.length = 0;
      const socket = new child.WebSocket(`${tools.wsOrigin}/echo?say=hello`);
      const { data } = (await tools.once(socket, 'message')) as MessageEvent;
      socket.close();
      await tools.once(socket, 'close');
      return { sees: { touched, data } };
    },
    rejected: { atLeast: 0 },
  },
  {
    name: 'freezes the prototypes of a child before it loads',
    page: async (tools) => {
      const errors: string[] = [];
      const child = await tools.prepared((window) => {
        window.addEventListener('error', ({ message }) => errors.push(message), true);
        for (const name of ['WebSocket', 'Function', 'EventTarget', 'MessagePort'] as const) {
          Object.freeze(window[name]);
          Object.freeze(window[name].prototype);
        }
        Object.defineProperty(window, 'WebSocket', { writable: false, configurable: false });
      });
      const spoken = await child.tools.talk(['one']);
      return { sees: { spoken, errors } };
    },
  },
];

export const poison: readonly Attack[] = [...afterTheHook, ...beforeTheHook];
