/**
 * Other code that touches the same things, before the hook or after it: libraries, wrappers, mocks, spoilt built-ins. Each
 * in a frame of its own; what the page then gets from its sockets must be what it gets without the hook.
 */
import type { Noted } from '../others/noted.ts';
import { type Facts, type Json, nextEvent, outcome, show, windowOf } from './kit.ts';

type Realm = Window & typeof globalThis;

/** The scripts in e2e/hook/others, but for `broken`. */
const OTHERS = ['zone', 'sentry', 'rrweb', 'classic', 'subclass', 'proxy', 'visitor', 'mock'] as const;

/** Built-ins that are spoilt before the hook sees them; a path from the global object. */
const SPOILT = (
  'Array Array.isArray Array.prototype.push Blob Document Event FileReader Function.prototype.bind JSON JSON.parse Map ' +
  'Math MessageChannel MessageEvent MessagePort.prototype.postMessage Number Object Object.defineProperty ' +
  'Object.prototype Promise Promise.prototype.then Proxy Reflect Reflect.construct Set String String.prototype.slice ' +
  'Symbol.iterator TextEncoder Uint8Array WeakMap WeakRef performance postMessage queueMicrotask setTimeout structuredClone'
).split(' ');

/** A page of this mode in a frame: `before` is loaded ahead of the hook, `after` behind it. */
async function openWith(search: Record<string, string>): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.src = `${location.pathname}?${new URLSearchParams([...new URLSearchParams(location.search), ...Object.entries(search)])}`;
  document.body.append(frame);
  await nextEvent(frame, 'load');
  return frame;
}

/** One conversation, as a page of that realm has it: handlers, listeners, all kinds of data, a close. */
async function converse(realm: Realm): Promise<Json> {
  const log: Json[] = [];
  const socket = new realm.WebSocket(`${location.origin.replace(/^http/, 'ws')}/echo`);
  const state = () => socket.readyState;
  let heard: (type: string) => void = () => undefined;
  const wait = (type: string) =>
    new Promise<void>((resolve) => {
      heard = (happened) => {
        if (happened === type) resolve();
      };
    });
  for (const type of ['open', 'message', 'error', 'close'] as const) {
    socket.addEventListener(type, (event) => log.push([`listener ${type}`, state(), event.target === socket]));
    socket.addEventListener(type, { handleEvent: () => log.push(`object ${type}`) });
    socket.addEventListener(type, () => log.push(`once ${type}`), { once: true });
    const removed = () => log.push(`removed ${type}: must not be seen`);
    socket.addEventListener(type, removed);
    socket.removeEventListener(type, removed);
    socket[`on${type}`] = ((event: MessageEvent & CloseEvent) => {
      log.push([`on ${type}`, show(event.data), event.code ?? null, event.reason ?? null, event.wasClean ?? null]);
      heard(type);
    }) as never;
  }
  socket.binaryType = 'arraybuffer';
  await wait('open');
  for (const data of ['text', new realm.Uint8Array([1, 2, 3])]) {
    const echoed = wait('message');
    log.push(outcome(() => socket.send(data)));
    await echoed;
  }
  const closed = wait('close');
  log.push(outcome(() => socket.close(4000, 'bye')));
  await closed;
  log.push(state());
  return log;
}

/** What a page could ask of the class. */
function look(realm: Realm): Json {
  const { WebSocket: Class } = realm;
  return [
    Class.name,
    Class.length,
    Class.OPEN,
    String(Class),
    realm.Function.prototype.toString.call(Class.prototype.send),
    Class.prototype.constructor === Class,
    outcome(() => new Class('http://[')),
  ];
}

async function visit(search: Record<string, string>): Promise<Json> {
  const frame = await openWith(search);
  const realm = windowOf(frame) as Realm & { readonly noted?: Noted; readonly leave?: () => void };
  const looked = look(realm);
  const said = await converse(realm);
  realm.leave?.();
  const left = realm.leave ? [look(realm), await converse(realm)] : [];
  const noted = [...(realm.noted?.log ?? [])];
  frame.remove();
  return { looked, said, left, noted };
}

export async function othersAfter(): Promise<Facts> {
  const facts: Facts = {};
  for (const name of OTHERS) facts[name] = await visit({ after: name });
  return facts;
}

export async function othersBefore(): Promise<Facts> {
  const facts: Facts = {};
  for (const name of OTHERS) facts[name] = await visit({ before: name });
  return facts;
}

/** The conversation only: it is for the page, not for the hook, to live with what it has spoilt. */
export async function spoiltBefore(): Promise<Facts> {
  const facts: Facts = {};
  for (const spoil of SPOILT) {
    const frame = await openWith({ before: 'broken', spoil });
    facts[spoil] = await converseUnspoilt(windowOf(frame));
    frame.remove();
  }
  return facts;
}

async function converseUnspoilt(realm: Realm): Promise<Json> {
  const log: Json[] = [];
  const add = EventTarget.prototype.addEventListener;
  const socket = new realm.WebSocket(`${location.origin.replace(/^http/, 'ws')}/echo`);
  const heard = (type: string) => new Promise<Event>((resolve) => add.call(socket, type, resolve, { once: true }));
  await heard('open');
  for (const data of ['text', Uint8Array.of(1, 2)]) {
    const echo = heard('message');
    log.push(outcome(() => socket.send(data)));
    const { data: echoed } = (await echo) as MessageEvent;
    log.push(Object.prototype.toString.call(echoed));
  }
  const closed = heard('close');
  log.push(outcome(() => socket.close(4000, 'bye')));
  const { code, reason } = (await closed) as CloseEvent;
  return [log, code, reason, socket.readyState];
}
