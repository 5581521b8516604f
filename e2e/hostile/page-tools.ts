/**
 * What every attacking page has at hand. `createPageTools` is sent to the page as text and runs there before anything
 * else, so it may use its argument and globals only; it keeps its own references to the built-ins that it needs, for the
 * attacks poison them.
 */
import type { Json } from '../browsers/browser.ts';

export interface PageConfig {
  /** Names this run in every URL. */
  readonly run: string;
  readonly origin: string;
  /** Another origin of the same server. */
  readonly otherOrigin: string;
  readonly wsOrigin: string;
  /** Where the extension's files are. Secret from real pages; these attackers are told, in the bare browser as well. */
  readonly extensionOrigin: string;
  /** The event names of the private way from page to content script: attackers can read our sources. */
  readonly names: { readonly handoff: string; readonly message: string; readonly command: string };
}

/** A window that holds a document of ours. */
export type ToolWindow = Window & typeof globalThis & { readonly tools: PageTools };

/** What a thief got out of a child frame whose window it had prepared. */
export interface Loot {
  readonly child: ToolWindow;
  /** Empty when there was nothing to steal, as in a bare browser. */
  readonly ports: readonly MessagePort[];
  /** Calls of the built-ins that were tampered with, made while the child's document began. */
  readonly calls: readonly string[];
  /** Commands that came over a stolen port, oldest first. */
  readonly commands: readonly string[];
  /** Sends anything as if it came from the child's page script. */
  say(message: unknown): void;
  /** Sends reports in their envelope. */
  report(...reports: readonly unknown[]): void;
}

export interface PageTools extends PageConfig {
  /** Resolves when the socket is open, or closed without ever having been open. */
  open(path: string, protocols?: string | string[]): Promise<WebSocket>;
  /** Opens an echo connection, sends the texts one by one, closes 1000. Gives everything that the socket told. */
  talk(texts: readonly string[], path?: string, protocols?: string | string[]): Promise<Json[]>;
  once(target: EventTarget, type: string): Promise<Event>;
  /** An iframe with a document of ours, loaded: `tools` is there when its origin is ours. */
  frame(origin?: string): Promise<HTMLIFrameElement>;
  /** A frame of ours whose window went through `tamper` before its document was loaded into it. */
  prepared(tamper: (child: ToolWindow) => void): Promise<ToolWindow>;
  /** Prepares a child frame in every way that we know of, and waits until its recording has begun. */
  rob(): Promise<Loot>;
  /** A last connection, closed by the server: when it is recorded, so is everything before it. */
  end(): Promise<void>;
  /** Sends the outcome to the server. */
  deliver(outcome: object): Promise<void>;
}

function createPageTools(config: PageConfig): PageTools {
  const NativeWebSocket = WebSocket;
  const NativePromise = Promise;
  const nativeFetch = fetch.bind(window);
  const { stringify } = JSON;
  const { apply, construct } = Reflect;
  const { addEventListener } = EventTarget.prototype;
  const { send, close } = NativeWebSocket.prototype;
  const later = setTimeout.bind(window);
  const errors: string[] = [];
  let ends = 0;

  const listen = (target: EventTarget, type: string, listener: (event: never) => void, capture = false) =>
    apply(addEventListener, target, [type, listener, capture]);
  listen(window, 'error', ({ message }: ErrorEvent) => {
    errors[errors.length] = message;
  });
  listen(window, 'unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    errors[errors.length] = String(reason);
  });

  const once = (target: EventTarget, type: string) =>
    new NativePromise<Event>((resolve) => listen(target, type, resolve));

  function open(path: string, protocols: string | string[] = []): Promise<WebSocket> {
    return new NativePromise((resolve) => {
      const socket = new NativeWebSocket(config.wsOrigin + path, protocols);
      listen(socket, 'open', () => resolve(socket));
      listen(socket, 'close', () => resolve(socket));
    });
  }

  function talk(texts: readonly string[], path = '/echo', protocols: string | string[] = []): Promise<Json[]> {
    return new NativePromise((resolve) => {
      const heard: Json[] = [];
      const socket = new NativeWebSocket(config.wsOrigin + path, protocols);
      const note = (event: Event, more: Json) => {
        heard[heard.length] = [event.type, socket.readyState, event.isTrusted, more];
      };
      let next = 0;
      const advance = () => {
        if (next < texts.length) apply(send, socket, [texts[next++]]);
        else apply(close, socket, [1000, 'done']);
      };
      listen(socket, 'open', (event) => {
        note(event, socket.protocol);
        advance();
      });
      listen(socket, 'message', (event: MessageEvent) => {
        note(event, event.data);
        advance();
      });
      listen(socket, 'error', (event) => note(event, null));
      listen(socket, 'close', (event: CloseEvent) => {
        note(event, [event.code, event.reason, event.wasClean]);
        resolve(heard);
      });
    });
  }

  /** Where our frames are put: `document.body` is not there yet when the first script runs. */
  const place = document.documentElement;

  async function frame(origin = config.origin): Promise<HTMLIFrameElement> {
    const element = document.createElement('iframe');
    element.src = `${origin}/${config.run}-child`;
    const loaded = once(element, 'load');
    place.append(element);
    await loaded;
    return element;
  }

  async function prepared(tamper: (child: ToolWindow) => void): Promise<ToolWindow> {
    const element = document.createElement('iframe');
    // Only a navigation that is under way from the start keeps the window of the empty document.
    element.src = `${config.origin}/${config.run}-child`;
    const loaded = once(element, 'load');
    place.append(element);
    const child = element.contentWindow as ToolWindow;
    tamper(child);
    await loaded;
    return child;
  }

  async function rob(): Promise<Loot> {
    const ports: MessagePort[] = [];
    const calls: string[] = [];
    const commands: string[] = [];
    const reported: string[] = [];
    let watching = true;
    let listening = true;
    const keep = (value: unknown) => {
      if (typeof value !== 'object' || value === null || !String(value).includes('MessagePort')) return;
      const port = value as MessagePort;
      if (ports.includes(port)) return;
      ports.push(port);
      listen(port, config.names.command, (event: MessageEvent) => void commands.push(String(event.data)), true);
      listen(port, config.names.message, ({ data }: MessageEvent) => {
        if (listening && Array.isArray(data?.reports)) for (const report of data.reports) reported.push(report?.kind);
      });
    };
    const child = await prepared((window) => {
      const tap = (holder: object, name: string) => {
        const native = (holder as Record<string, (...args: unknown[]) => unknown>)[name];
        if (typeof native !== 'function') return;
        (holder as Record<string, unknown>)[name] = function tapped(this: unknown, ...args: unknown[]) {
          if (watching) {
            calls.push(name);
            keep(this);
            for (const arg of args) keep(arg);
          }
          return apply(native, this, args);
        };
      };
      const tapConstructor = (name: string, native: object, look: (made: never, args: never[]) => void) => {
        Object.defineProperty(window, name, {
          configurable: true,
          writable: true,
          value: new Proxy(native as new () => object, {
            construct(target, args, newTarget) {
              const made = construct(target, args, newTarget) as never;
              if (watching) calls.push(name);
              look(made, args as never[]);
              return made;
            },
          }),
        });
      };
      tapConstructor('MessageChannel', window.MessageChannel, (channel: MessageChannel) => {
        keep(channel.port1);
        keep(channel.port2);
      });
      tapConstructor('MessageEvent', window.MessageEvent, (event: MessageEvent) => event.ports.forEach(keep));
      listen(window, config.names.handoff, (event: MessageEvent) => event.ports.forEach(keep), true);
      tap(window.EventTarget.prototype, 'addEventListener');
      tap(window.EventTarget.prototype, 'dispatchEvent');
      tap(window.MessagePort.prototype, 'postMessage');
      tap(window.Function.prototype, 'bind');
      const { call, apply: callWith } = window.Function.prototype;
      Object.assign(window.Function.prototype, {
        call(this: () => void, self: unknown, ...args: unknown[]) {
          if (watching) keep(self);
          return apply(call, this, [self, ...args]);
        },
        apply(this: () => void, self: unknown, args: unknown[]) {
          if (watching) keep(self);
          return apply(callWith, this, [self, args]);
        },
      });
    });
    watching = false;
    const say = (message: unknown) => {
      for (const port of ports) port.dispatchEvent(new child.MessageEvent(config.names.message, { data: message }));
    };
    if (ports.length > 0) {
      // Recording begins with the first socket; without it nobody listens to reports. What the child has to say of
      // itself comes first, so that forgeries do not get mixed up with it.
      await child.tools.talk(['from the child']);
      while (!reported.includes('connectionClosed')) await new NativePromise((resolve) => later(resolve, 5));
    }
    listening = false;
    return { child, ports, calls, commands, say, report: (...reports) => say({ kind: 'reports', reports }) };
  }

  async function end(): Promise<void> {
    ends += 1;
    const socket = new NativeWebSocket(`${config.wsOrigin}/closing?code=4321&end=${config.run}`);
    await once(socket, 'close');
  }

  async function deliver(outcome: object): Promise<void> {
    const body = stringify({ ...outcome, errors, ends });
    await nativeFetch(`${config.origin}/outcome?run=${config.run}`, { method: 'POST', body });
  }

  return { ...config, open, talk, once, frame, prepared, rob, end, deliver };
}

/** The attacking page: tools first, then the attack. Everything is in one block, so that it leaves no global behind. */
export function attackDocument(config: PageConfig, attack: (tools: never) => unknown): string {
  return page(`
    const tools = (${createPageTools.toString()})(${JSON.stringify(config)});
    (async () => {
      let outcome;
      try {
        outcome = await (${attack.toString()})(tools);
      } catch (error) {
        outcome = { failed: String(error) + '\\n' + (error && error.stack) };
      }
      await tools.end();
      await tools.deliver(outcome ?? {});
    })();`);
}

/** The document of an attack's frames: it has tools, and talks for a parent of another origin that asks it to. */
export function childDocument(config: PageConfig): string {
  return page(`
    window.tools = (${createPageTools.toString()})(${JSON.stringify(config)});
    addEventListener('message', async ({ data, source }) => {
      if (Array.isArray(data?.talk)) source.postMessage({ heard: await tools.talk(data.talk) }, '*');
    });`);
}

function page(script: string): string {
  // Bundlers wrap named functions in a call of `__name`, which does not exist in the page.
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>attack</title><script>{
    const __name = (target) => target;
    ${script.replaceAll('</script', '<\\/script')}
  }</script></head><body></body></html>`;
}
