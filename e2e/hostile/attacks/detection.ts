/**
 * Pages that want to know whether Socketscope is there. What they look at must be what they would see without it; the few
 * looks that do give us away are named in `tells.ts`, and in docs/security.md.
 */
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';
import { connectionsTo } from '../extension-state.ts';
import { KNOWN_TELLS } from '../tells.ts';

export const detection: readonly Attack[] = [
  {
    name: 'lists everything that is on window, document, navigator and the sockets',
    page: async (tools) => {
      const socket = await tools.open('/echo');
      // Firefox lists globals in the order in which they were first used: that is in tells.ts.
      const byName = (a: PropertyKey, b: PropertyKey) => (String(a) < String(b) ? -1 : 1);
      const describeAll = (holder: object) =>
        [...Reflect.ownKeys(holder)].sort(byName).map((key) => {
          const descriptor = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
          const parts = ['get', 'set', 'value', 'writable', 'enumerable', 'configurable'] as const;
          const shape = parts.map((part) => {
            const value: unknown = descriptor[part];
            return typeof value === 'function' ? `${part} ${value.name}/${value.length}` : `${part} ${typeof value}`;
          });
          return `${String(key)}: ${shape.join(', ')}`;
        });
      const holders = {
        window,
        document,
        navigator,
        performance,
        socket,
        WebSocket,
        prototype: WebSocket.prototype,
        Function: Function.prototype,
        Object: Object.prototype,
        EventTarget: EventTarget.prototype,
        MessagePort: MessagePort.prototype,
        Event: Event.prototype,
        Window: Window.prototype,
        root: document.documentElement,
      };
      const sees = Object.fromEntries(Object.entries(holders).map(([name, holder]) => [name, describeAll(holder)]));
      socket.close();
      return { sees };
    },
  },
  {
    name: 'watches the document, its attributes, styles and scripts',
    page: async (tools) => {
      const changes: string[] = [];
      new MutationObserver((records) => {
        for (const { type, target, attributeName } of records)
          changes.push(`${type} ${target.nodeName} ${attributeName}`);
      }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      const before = document.documentElement.outerHTML.length;
      await tools.talk(['one', 'two']);
      const { outerHTML } = document.documentElement;
      const counts = [document.scripts.length, document.styleSheets.length, document.adoptedStyleSheets.length];
      return { sees: { changes, counts, before, after: outerHTML.replace(/<script>.*<\/script>/s, '').length } };
    },
  },
  {
    name: 'looks into every storage that its origin has',
    page: async (tools) => {
      await tools.talk(['one']);
      const databases = await indexedDB.databases();
      const registrations = await navigator.serviceWorker.getRegistrations();
      return {
        sees: {
          local: Object.keys(localStorage),
          session: Object.keys(sessionStorage),
          cookie: document.cookie,
          databases: databases.map(({ name }) => name ?? ''),
          caches: await caches.keys(),
          registrations: registrations.length,
          history: [history.length, JSON.stringify(history.state)],
          locks: ((await navigator.locks.query()).held ?? []).length,
        },
      };
    },
  },
  {
    name: 'reads the performance timeline',
    page: async (tools) => {
      const observed: string[] = [];
      for (const type of PerformanceObserver.supportedEntryTypes) {
        if (/paint|layout|visibility|long|soft|first-input|event|container|interaction/.test(type)) continue;
        new PerformanceObserver((list) => {
          for (const { entryType, name } of list.getEntries()) observed.push(`${entryType} ${name}`);
        }).observe({ type, buffered: true });
      }
      await tools.talk(['one', 'two']);
      const entries = performance.getEntries().map(({ entryType, name }) => `${entryType} ${name}`);
      // When a browser asks for an icon is its own affair.
      const isOurs = (entry: string) => !/paint|visibility|long|favicon/.test(entry);
      return { sees: { observed: observed.filter(isOurs).sort(), entries: entries.filter(isOurs).sort() } };
    },
  },
  {
    name: 'loads files of the extension by image, script, style, fetch and import, knowing its id',
    page: async (tools) => {
      // As text: the test runner rewrites imports that it can see.
      const importUrl = new Function('url', 'return import(url)');
      const paths = ['/manifest.json', '/icons/16.png', '/src/panel/panel.html', '/service-worker-loader.js'];
      const seen: string[] = [];
      for (const path of paths) {
        const url = tools.extensionOrigin + path;
        for (const [tag, attribute] of [
          ['img', 'src'],
          ['script', 'src'],
          ['link', 'href'],
        ] as const) {
          const element = document.createElement(tag);
          if (tag === 'link') element.setAttribute('rel', 'stylesheet');
          const settled = Promise.race([tools.once(element, 'load'), tools.once(element, 'error')]);
          element.setAttribute(attribute, url);
          document.documentElement.append(element);
          seen.push(`${tag} ${(await settled).type}`);
          element.remove();
        }
        seen.push(await fetch(url, { mode: 'no-cors' }).then(String, (error: Error) => error.name));
        seen.push(await (importUrl(url) as Promise<unknown>).then(String, (error: Error) => error.name));
      }
      return { sees: seen };
    },
    consoleDiffers:
      'Firefox says there that the page may not load files of this extension, and not of one that is not there',
  },
  {
    name: 'counts how often each built-in is called while frames go both ways',
    page: async (tools) => {
      const calls: Record<string, number> = {};
      const undo: (() => void)[] = [];
      const { apply } = Reflect;
      const wrap = (holder: object, holderName: string, keys: readonly PropertyKey[]) => {
        for (const key of keys) {
          const descriptor = Object.getOwnPropertyDescriptor(holder, key);
          if (!descriptor?.configurable) continue;
          for (const part of ['get', 'set', 'value'] as const) {
            const native: unknown = descriptor[part];
            if (typeof native !== 'function' || key === 'constructor') continue;
            const label = `${holderName}.${String(key)} ${part}`;
            const counting = function (this: unknown, ...args: unknown[]) {
              calls[label] = (calls[label] ?? 0) + 1;
              return apply(native as () => unknown, this, args);
            };
            Object.defineProperty(holder, key, { ...descriptor, [part]: counting });
            undo.push(() => Object.defineProperty(holder, key, descriptor));
          }
        }
      };
      const prototypes = [
        'Array',
        'String',
        'Map',
        'Set',
        'WeakMap',
        'WeakRef',
        'Promise',
        'ArrayBuffer',
        'DataView',
        'Uint8Array',
        'Event',
        'MessageEvent',
        'CloseEvent',
        'EventTarget',
        'WebSocket',
        'MessagePort',
        'MessageChannel',
        'Blob',
        'FileReader',
        'AbortSignal',
        'TextEncoder',
        'Document',
        'Performance',
      ] as const;
      for (const name of prototypes) wrap(window[name].prototype, name, Reflect.ownKeys(window[name].prototype));
      wrap(
        Object.getPrototypeOf(Uint8Array.prototype),
        'TypedArray',
        Reflect.ownKeys(Object.getPrototypeOf(Uint8Array.prototype)),
      );
      wrap(Object.getPrototypeOf([][Symbol.iterator]()), 'ArrayIterator', ['next']);
      wrap(Function.prototype, 'Function', ['apply', 'call', 'bind', 'toString', Symbol.hasInstance]);
      wrap(JSON, 'JSON', ['parse', 'stringify']);
      wrap(Reflect, 'Reflect', ['construct', 'get', 'set', 'defineProperty', 'getOwnPropertyDescriptor', 'ownKeys']);
      wrap(Object, 'Object', ['keys', 'entries', 'assign', 'create', 'defineProperty', 'freeze', 'getPrototypeOf']);
      wrap(Array, 'Array', ['isArray', 'from', 'of']);
      wrap(ArrayBuffer, 'ArrayBuffer', ['isView']);
      wrap(window, 'window', [
        'setTimeout',
        'queueMicrotask',
        'structuredClone',
        'postMessage',
        'requestAnimationFrame',
      ]);
      for (const key of Reflect.ownKeys(calls)) delete calls[key as string];
      const spoken = await tools.talk(['one', 'two', 'three']);
      const socket = await tools.open('/echo');
      socket.send(new Blob(['blob']));
      await tools.once(socket, 'message');
      socket.binaryType = 'arraybuffer';
      socket.send(Uint8Array.of(1, 2, 3));
      await tools.once(socket, 'message');
      socket.close();
      await tools.once(socket, 'close');
      for (const restore of undo.reverse()) restore();
      return { sees: { calls, spoken } };
    },
    holds: ({ state }) =>
      expect(connectionsTo(state, '/echo')).toMatchObject([
        { framesIn: 3, framesOut: 3 },
        { framesIn: 2, framesOut: 2 },
      ]),
  },
  {
    name: 'listens to when microtasks, timers and messages run around a frame',
    page: async (tools) => {
      const order: string[] = [];
      const note = (what: string) => {
        order.push(what);
        queueMicrotask(() => order.push(`microtask of ${what}`));
      };
      const socket = new WebSocket(`${tools.wsOrigin}/echo?say=hello`);
      const firstIds = [setTimeout(() => undefined), setTimeout(() => undefined)];
      note('constructed');
      for (const type of ['open', 'message', 'close']) {
        window.addEventListener(type, () => note(`window ${type}`), true);
        socket.addEventListener(type, () => note(`${type} listener`));
        socket.addEventListener(type, { handleEvent: () => note(`${type} object`) }, true);
        Object.assign(socket, { [`on${type}`]: () => note(`on${type}, event ${window.event?.type}`) });
        socket.addEventListener(type, () => note(`${type} once`), { once: true });
      }
      await tools.once(socket, 'message');
      note('sending');
      socket.send('one');
      note('sent');
      await tools.once(socket, 'message');
      socket.close(1000);
      await tools.once(socket, 'close');
      const ids = Number(setTimeout(() => undefined)) - Number(firstIds[0]);
      return { sees: { order, ids } };
    },
  },
  {
    name: 'compares its sockets with those of a fresh realm',
    page: async (tools) => {
      const frame = document.createElement('iframe');
      document.documentElement.append(frame);
      const realm = frame.contentWindow as unknown as typeof globalThis;
      const print = Function.prototype.toString;
      const functions = [WebSocket, WebSocket.prototype.send, WebSocket.prototype.close, print];
      const sees = {
        own: functions.map((one) => print.call(one)),
        implicit: functions.map((one) => `${one}`),
        same: functions.map((one) => `${one}` === `${one}`.replace(/\s+/g, ' ')),
        ofRealm: [realm.WebSocket, realm.WebSocket.prototype.send, realm.Function.prototype.toString].map(String),
        instance: new realm.WebSocket(`${tools.wsOrigin}/closing`) instanceof WebSocket,
        tag: Object.prototype.toString.call(WebSocket),
        names: functions.map(({ name, length }) => [name, length]),
        constructor: WebSocket.prototype.constructor === WebSocket,
        prototypes: functions.map((one) => Object.getPrototypeOf(one) === Function.prototype || one === WebSocket),
      };
      frame.remove();
      return { sees };
    },
  },
  {
    name: 'tries every look at functions and errors that we know of',
    page: async (tools) => {
      const globals = Reflect.ownKeys(window).map(String);
      // A local name for each, since names show in messages.
      const { send, close } = WebSocket.prototype;
      const messageOf = (look: () => unknown) => {
        try {
          return String(look());
        } catch (error) {
          const { name, message, stack = '' } = error as Error;
          return `${name}: ${message} | ${stack.split('\n').length} lines`;
        }
      };
      const stackOf = (look: () => unknown) => {
        try {
          return String(look());
        } catch (error) {
          return String((error as Error).stack);
        }
      };
      const foreign = document.createElement('iframe');
      document.documentElement.append(foreign);
      const realm = foreign.contentWindow as unknown as typeof globalThis;
      const looks: Record<string, () => unknown> = {
        'order of the names on window': () => globals,
        'constructor error: message': () => messageOf(() => new WebSocket('ws://[')).split(' | ')[0],
        'constructor error: stack lines': () => messageOf(() => new WebSocket('ws://[')),
        'constructor error: extension in stack': () => /extension:/.test(stackOf(() => new WebSocket('ws://['))),
        'call without new': () => messageOf(() => (WebSocket as unknown as () => void)()),
        'send error: stack lines': () => messageOf(() => new WebSocket(`${tools.wsOrigin}/closing`).send('too early')),
        'send error: extension in stack': () =>
          /extension:/.test(stackOf(() => new WebSocket(`${tools.wsOrigin}/closing`).send(''))),
        'send on a foreign object': () => messageOf(() => send.call({} as WebSocket, '')),
        'close error: stack lines': () => messageOf(() => new WebSocket(`${tools.wsOrigin}/closing`).close(1)),
        'toString of an argument: stack lines': () =>
          new WebSocket({
            toString: () => `${tools.wsOrigin}/closing?${String(new Error().stack).split('\n').length}`,
          } as unknown as string).url,
        'toString of an argument: extension in stack': () =>
          /extension/.test(
            new WebSocket({
              toString: () => `${tools.wsOrigin}/closing?${encodeURIComponent(String(new Error().stack))}`,
            } as unknown as string).url,
          ),
        'getter of a subclass: stack lines': () => {
          let lines = 0;
          const Child = class extends WebSocket {};
          const spy = new Proxy(Child, {
            get(target, key) {
              lines = String(new Error().stack).split('\n').length;
              return Reflect.get(target, key);
            },
          });
          Reflect.construct(WebSocket, [`${tools.wsOrigin}/closing`], spy);
          return lines;
        },
        'structuredClone of the constructor': () => messageOf(() => structuredClone(WebSocket)),
        'structuredClone of send': () => messageOf(() => structuredClone(send)),
        'extending send': () => messageOf(() => class extends (send as unknown as new () => object) {}),
        'new send': () => messageOf(() => new (send as unknown as new () => object)()),
        'construct with send as target': () => messageOf(() => Reflect.construct(send, [])),
        'construct with send as newTarget': () => messageOf(() => Reflect.construct(Object, [], send)),
        'send as prototype in instanceof': () => messageOf(() => ({}) instanceof (send as never as new () => object)),
        'prototype cycle of the constructor': () => Reflect.setPrototypeOf(Object.create(WebSocket), WebSocket),
        'prototype cycle through the constructor': () => {
          const heir = Object.create(WebSocket);
          const native = Object.getPrototypeOf(WebSocket);
          const wasSet = Reflect.setPrototypeOf(WebSocket, heir);
          if (wasSet) Reflect.setPrototypeOf(WebSocket, native);
          return wasSet;
        },
        'prototype cycle through send': () => {
          const wasSet = Reflect.setPrototypeOf(send, Object.create(send));
          if (wasSet) Reflect.setPrototypeOf(send, Function.prototype);
          return wasSet;
        },
        'prototype cycle through close: error': () => {
          const result = messageOf(() => Object.setPrototypeOf(close, Object.create(close)) === close);
          Reflect.setPrototypeOf(close, Function.prototype);
          return result;
        },
        'toString of toString': () => Function.prototype.toString.call(Function.prototype.toString),
        'toString on an object: stack lines': () => messageOf(() => Function.prototype.toString.call({})),
        'toString on an object: extension in stack': () =>
          /extension:/.test(stackOf(() => Function.prototype.toString.call({}))),
        'prototype cycle through toString': () => {
          const print = Function.prototype.toString;
          const wasSet = Reflect.setPrototypeOf(print, Object.create(print));
          if (wasSet) Reflect.setPrototypeOf(print, Function.prototype);
          return wasSet;
        },
        "another realm's toString on the constructor": () => realm.Function.prototype.toString.call(WebSocket),
        "another realm's toString on send": () => realm.Function.prototype.toString.call(send),
        "another realm's toString on toString": () =>
          realm.Function.prototype.toString.call(Function.prototype.toString),
        'caller and arguments of send': () =>
          messageOf(() => [(send as { caller?: unknown }).caller, Object.hasOwn(send, 'caller')]),
        'own keys': () =>
          [WebSocket, send, close, Function.prototype.toString].map((one) => Reflect.ownKeys(one).map(String).join()),
        'order of two reads of a protocol list': () => {
          const order: string[] = [];
          const list = {
            [Symbol.iterator]: function* () {
              order.push('iterator');
              yield 'one';
            },
            get length() {
              order.push('length');
              return 1;
            },
          };
          new WebSocket(`${tools.wsOrigin}/closing`, list as unknown as string[]);
          return order;
        },
        'looks at a proxied protocol list': () => {
          const order: string[] = [];
          const handler = new Proxy({} as ProxyHandler<string[]>, {
            get: (_, trap: string) => {
              order.push(trap);
              return undefined;
            },
          });
          new WebSocket(`${tools.wsOrigin}/closing`, new Proxy(['one'], handler));
          return order;
        },
        'looks at a proxied socket': () =>
          messageOf(() => new Proxy(new WebSocket(`${tools.wsOrigin}/closing`), {}).url),
        'uncaught error position': () => {
          const limit = (Error as { stackTraceLimit?: number }).stackTraceLimit;
          Object.assign(Error, { stackTraceLimit: 0 });
          const text = stackOf(() => new WebSocket('ws://['));
          Object.assign(Error, { stackTraceLimit: limit });
          return text;
        },
        'call sites (V8)': () => {
          let names: string[] = [];
          const { prepareStackTrace } = Error as { prepareStackTrace?: unknown };
          const prepare = (_: unknown, sites: { getFunctionName(): string; getFileName(): string }[]) => {
            names = sites.map((site) => `${site.getFunctionName()} in ${(site.getFileName() ?? '').split(':')[0]}`);
            return '';
          };
          Object.assign(Error, { prepareStackTrace: prepare });
          stackOf(() => new WebSocket('ws://['));
          Object.assign(Error, { prepareStackTrace });
          return names;
        },
      };
      const notes: Record<string, string> = {};
      for (const [name, look] of Object.entries(looks)) {
        try {
          notes[name] = JSON.stringify(look() ?? null);
        } catch (error) {
          notes[name] = `threw ${error}`;
        }
      }
      foreign.remove();
      return { notes };
    },
    holds: ({ kind, notes, nativeNotes }) => {
      const differing = Object.keys(nativeNotes).filter((name) => notes[name] !== nativeNotes[name]);
      const known = Object.entries(KNOWN_TELLS[kind]).map(([name]) => name);
      expect(
        differing.sort(),
        JSON.stringify(
          differing.map((name) => [name, nativeNotes[name], notes[name]]),
          null,
          1,
        ),
      ).toEqual(known.sort());
    },
  },
];
