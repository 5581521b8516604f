/**
 * A page that has replaced the language under our feet. It runs in a frame of its own; the probe works on it from a clean
 * realm, so that every call of a replaced built-in was caused by the browser or by the hook. They are counted: the hook
 * must cause none, and record as if nothing had happened.
 */
import { PAGE_COMMAND, PAGE_MESSAGE } from '../../../src/protocol/handoff.ts';
import type { PageCommand } from '../../../src/protocol/page-command.ts';
import { type PageReport, parsePageReport } from '../../../src/protocol/page-report.ts';
import type { TestReceiver } from '../receiver.iife.ts';
import { type Facts, type Json, socketUrl } from './kit.ts';

type Realm = Window & typeof globalThis;
type Counts = Record<string, number>;

const add = EventTarget.prototype.addEventListener;
const dataOf = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')?.get as (this: Event) => unknown;

const CLASSES = (
  'AbortSignal Array ArrayBuffer Blob CloseEvent DataView Date Document DOMException Error Event EventTarget FileReader ' +
  'Float64Array Function Map MessageChannel MessageEvent MessagePort Number Object Performance Promise Proxy RegExp Set ' +
  'String Symbol TextEncoder Uint32Array Uint8Array WeakMap WeakRef Window'
).split(' ');
const NAMESPACES = ['JSON', 'Math', 'Reflect'];
const FUNCTIONS = [
  'addEventListener',
  'dispatchEvent',
  'postMessage',
  'queueMicrotask',
  'setTimeout',
  'structuredClone',
];
/** What platform code would read from objects that inherit: descriptors, dictionaries, proxy handlers, thenables. */
const INHERITED = (
  'apply bubbles cancelable capture code composed configurable construct data enumerable get has once passive ports ' +
  'reason set signal then value wasClean writable'
).split(' ');

/** Replaces everything that can be replaced by something that counts and then does what the native one does. */
function poison(realm: Realm): Counts {
  const counts: Counts = {};
  const globals = realm as unknown as Record<string, unknown>;
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const counting = (name: string, fn: unknown) =>
    typeof fn !== 'function'
      ? fn
      : new Proxy(fn, {
          apply(target, self, args) {
            count(name);
            return Reflect.apply(target, self, args);
          },
          construct(target, args, newTarget) {
            count(`new ${name}`);
            return Reflect.construct(target, args, newTarget);
          },
        });

  const holders: [name: string, holder: object][] = NAMESPACES.map((name) => [name, globals[name] as object]);
  for (const name of CLASSES) {
    const builtIn = globals[name] as { prototype?: object };
    holders.push([name, builtIn]);
    if (builtIn.prototype) holders.push([`${name}.prototype`, builtIn.prototype]);
  }
  holders.push(['%TypedArray%.prototype', Object.getPrototypeOf(realm.Uint8Array.prototype)]);
  holders.push(['%ArrayIterator%', Object.getPrototypeOf(new realm.Array()[Symbol.iterator]())]);
  for (const [holderName, holder] of holders) {
    for (const key of Reflect.ownKeys(holder)) {
      const name = `${holderName}.${String(key)}`;
      const descriptor = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
      if (!descriptor.configurable || key === 'constructor') continue;
      if ('value' in descriptor) descriptor.value = counting(name, descriptor.value);
      if (descriptor.get) descriptor.get = counting(`get ${name}`, descriptor.get) as () => unknown;
      if (descriptor.set) descriptor.set = counting(`set ${name}`, descriptor.set) as () => void;
      Reflect.defineProperty(holder, key, descriptor);
    }
  }
  for (const name of [...FUNCTIONS, ...CLASSES]) globals[name] = counting(name, globals[name]);

  const trap = (holder: object, key: string) =>
    Reflect.defineProperty(holder, key, {
      configurable: true,
      get() {
        count(`inherited ${key}`);
        return undefined;
      },
      set(value) {
        count(`assigned ${key}`);
        Reflect.defineProperty(this, key, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  for (const key of INHERITED) trap(realm.Object.prototype, key);
  for (const key of ['0', '1', '2']) trap(realm.Array.prototype, key);
  return counts;
}

/**
 * A conversation in a poisoned frame: what the page saw, which replaced built-ins were called meanwhile, and, with
 * `isRecording` (which needs the hook), what was recorded. Ends with a close by the page, or with a simulated drop.
 */
async function converse(isRecording: boolean, isDropped: boolean): Promise<Facts> {
  const frame = document.createElement('iframe');
  frame.src = `${location.pathname}?raw`;
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await loaded;
  const realm = frame.contentWindow as Realm;
  const reports: (PageReport | null)[] = [];
  const answers: Json[] = [];
  const { port } = (realm as unknown as { readonly testReceiver: TestReceiver }).testReceiver;
  const command = (text: PageCommand) =>
    port && dispatchEvent.call(port, new MessageEvent(PAGE_COMMAND, { data: JSON.stringify(text) }));
  const { dispatchEvent } = EventTarget.prototype;
  if (isRecording && port) {
    add.call(port, PAGE_MESSAGE, (event) => {
      const message = structuredClone(dataOf.call(event)) as { kind: string; reports?: unknown[]; outcome?: string };
      if (message.kind === 'answer') answers.push(message.outcome ?? null);
      for (const raw of message.reports ?? []) reports.push(parsePageReport(raw));
    });
    command({ kind: 'record', history: 'ring' });
  }
  const { WebSocket: Theirs, Uint8Array: Bytes, Blob: TheirBlob } = realm;
  const [bytes, blob] = [new Bytes(4), new TheirBlob(['blob'])];
  const counts = poison(realm);

  const socket = new Theirs(socketUrl('/echo'), 'p');
  const log: Json[] = [];
  const messages: unknown[] = [];
  await new Promise((resolve) => add.call(socket, 'open', resolve));
  const gotAll = new Promise<void>((resolve) => {
    add.call(socket, 'message', (event) => {
      messages.push(dataOf.call(event));
      if (messages.length === 4) resolve();
    });
  });
  const { send, close } = Theirs.prototype;
  for (const data of ['text', bytes, bytes.buffer, blob]) send.call(socket, data);
  await gotAll;
  log.push(messages.map((data) => Object.prototype.toString.call(data)));
  for (const type of ['error', 'close']) add.call(socket, type, () => log.push(type));
  const closed = new Promise((resolve) => add.call(socket, 'close', resolve));
  if (isDropped) command({ kind: 'drop', commandId: 1, connection: 0 });
  else close.call(socket, 4000, 'bye');
  await closed;
  const contents = () => reports.filter((report) => report?.kind === 'frameContent').length;
  // One Blob was sent, and all three binary messages came back as Blobs.
  while (isRecording && contents() < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  command({ kind: 'flush' });
  frame.remove();
  const frames = reports.reduce(
    (sum, report) => sum + (report?.kind === 'framesCaptured' ? report.columns.count : 0),
    0,
  );
  const kinds = [...new Set(reports.map((report) => report?.kind ?? 'refused'))].sort();
  return { log, counts, ...(isRecording ? { frames, kinds, answers } : {}) };
}

/** As it can be compared with the native page. */
export const poisoned = () => converse(false, false);
export const poisonedRecording = () => converse(true, false);
export const poisonedDrop = () => converse(true, true);
