/** What WebSocket is: names, shapes, descriptors, identities, errors of the constructor. Nothing here needs a server. */
import { type Facts, type Json, nextEvent, openFrame, outcome, socketUrl, stackDepth, windowOf } from './kit.ts';

const print = (fn: unknown) => Function.prototype.toString.call(fn);

function describe(holder: object, key: PropertyKey): Json {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key);
  if (!descriptor) return null;
  const { value, get, set, ...attributes } = descriptor;
  const part = (fn: unknown) => (typeof fn === 'function' ? `${fn.name}/${fn.length}/${print(fn)}` : String(fn));
  return { ...attributes, value: part(value), get: part(get), set: part(set) } as Json;
}

/** Sorted: Firefox gives a function its `name` and `length` lazily, in the order in which somebody asks. */
function describeAll(holder: object): Json {
  return Reflect.ownKeys(holder)
    .sort((a, b) => (String(a) < String(b) ? -1 : 1))
    .map((key) => [String(key), describe(holder, key)]);
}

const url = () => socketUrl('/echo');
function create(...args: unknown[]): WebSocket {
  return Reflect.construct(WebSocket, args.length > 0 ? args : [url()]);
}

export function shapes(): Facts {
  const socket = create();
  const { send, close } = WebSocket.prototype;
  const facts: Facts = {
    keys: [WebSocket, send, close, Function.prototype.toString, WebSocket.prototype].map((holder) =>
      Reflect.ownKeys(holder).map(String),
    ),
    name: WebSocket.name,
    length: WebSocket.length,
    text: String(WebSocket),
    print: print(WebSocket),
    'text of send': send.toString(),
    'print of send': print(send),
    'print of close': print(close),
    'print of toString': print(Function.prototype.toString),
    'text of toString': `${Function.prototype.toString}`,
    'toString descriptor': describe(Function.prototype, 'toString'),
    'print of a bound constructor': print(WebSocket.bind(null)),
    'print of a proxy of the constructor': print(new Proxy(WebSocket, {})),
    'print of a subclass': print(class Sub extends WebSocket {}),
    'print of a plain function': print(function plain() {}),
    'global descriptor': describe(window, 'WebSocket'),
    'static members': describeAll(WebSocket),
    'prototype members': describeAll(WebSocket.prototype),
    'members of send': describeAll(send),
    'members of close': describeAll(close),
    'prototype.constructor': WebSocket.prototype.constructor === WebSocket,
    'socket.constructor': socket.constructor === WebSocket,
    'global is the same': window.WebSocket === WebSocket && globalThis.WebSocket === WebSocket,
    'inherits EventTarget': Object.getPrototypeOf(WebSocket) === EventTarget,
    'prototype inherits EventTarget': Object.getPrototypeOf(WebSocket.prototype) === EventTarget.prototype,
    instanceof: socket instanceof WebSocket,
    'instanceof EventTarget': socket instanceof EventTarget,
    'own keys': Reflect.ownKeys(socket).map(String),
    'prototype of a socket': Object.getPrototypeOf(socket) === WebSocket.prototype,
    'string tag': Object.prototype.toString.call(socket),
    'string tag of the class': Object.prototype.toString.call(WebSocket),
    'string tag of the prototype': Object.prototype.toString.call(WebSocket.prototype),
    extensible: [Object.isExtensible(WebSocket), Object.isExtensible(WebSocket.prototype), Object.isExtensible(socket)],
    'send has no prototype': 'prototype' in send,
    'methods are stable': WebSocket.prototype.send === send && socket.send === send,
    'enumerable keys of a socket': keysIn(socket),
    typeof: typeof WebSocket,
    'global keys': Object.keys(window).includes('WebSocket'),
    JSON: JSON.stringify([socket, { WebSocket }]),
    'initial state': [
      socket.readyState,
      socket.bufferedAmount,
      socket.url === url(),
      socket.protocol,
      socket.binaryType,
    ],
  };
  socket.close();
  return facts;
}

function keysIn(object: object): Json {
  const keys: string[] = [];
  for (const key in object) keys.push(key);
  return keys;
}

export function constructorErrors(): Facts {
  const call = WebSocket as unknown as (url: string) => unknown;
  const { send, close } = WebSocket.prototype;
  const readyState = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'readyState')?.get as () => number;
  const connecting = create();
  const facts: Facts = {
    'without new': outcome(() => call(url())),
    'called on an object': outcome(() => call.call({}, url())),
    'applied to a socket': outcome(() => call.apply(connecting as never, [url()])),
    'no argument': outcome(() => create.call(null, ...([] as never[])) && Reflect.construct(WebSocket, [])),
    'bad URL': outcome(() => create('http://[')),
    'empty URL': outcome(() => create('')),
    'wrong scheme': outcome(() => create('ftp://127.0.0.1/')),
    fragment: outcome(() => create(`${url()}#fragment`)),
    'undefined as URL': outcome(() => create(undefined)),
    'symbol as URL': outcome(() => create(Symbol('x'))),
    'URL that throws': outcome(() =>
      create({
        toString() {
          throw new RangeError('mine');
        },
      }),
    ),
    'bad protocol': outcome(() => create(url(), 'a b')),
    'empty protocol': outcome(() => create(url(), '')),
    'protocol twice': outcome(() => create(url(), ['a', 'a'])),
    'symbol as protocol': outcome(() => create(url(), [Symbol('x')])),
    'protocols that cannot be iterated': outcome(() => create(url(), { [Symbol.iterator]: 1 })),
    'new send': outcome(() => Reflect.construct(send, [])),
    'send on an object': outcome(() => send.call({} as WebSocket, 'x')),
    'send on nothing': outcome(() => send.call(undefined as never, 'x')),
    'send on the prototype': outcome(() => send.call(WebSocket.prototype, 'x')),
    'close on an object': outcome(() => close.call({} as WebSocket)),
    'close on an EventTarget': outcome(() => close.call(new EventTarget() as WebSocket)),
    'readyState of an object': outcome(() => readyState.call({})),
    'send while connecting': outcome(() => connecting.send('x')),
    'send nothing': outcome(() => (connecting.send as () => void)()),
    'close with a bad code': outcome(() => connecting.close(1001)),
    'close with a long reason': outcome(() => connecting.close(1000, 'x'.repeat(124))),
    'close with a symbol': outcome(() => connecting.close(Symbol('x') as never)),
    'toString of an object': outcome(() => Function.prototype.toString.call({})),
    'toString of nothing': outcome(() => Function.prototype.toString.call(undefined)),
    'new toString': outcome(() => Reflect.construct(Function.prototype.toString, [])),
    'structuredClone of the class': outcome(() => structuredClone(WebSocket)),
    'structuredClone of send': outcome(() => structuredClone(send)),
    'structuredClone of a socket': outcome(() => structuredClone(connecting)),
    'postMessage of the class': outcome(() => new MessageChannel().port1.postMessage(WebSocket)),
    'stack depth of the constructor': stackDepth(() => new WebSocket('http://[')),
    'stack depth without new': stackDepth(() => call(url())),
    'stack depth of send': stackDepth(() => connecting.send('x')),
    'stack depth of close': stackDepth(() => connecting.close(1)),
    'stack depth of toString': stackDepth(() => Function.prototype.toString.call({})),
  };
  connecting.close();
  return facts;
}

export function subclasses(): Facts {
  class Plain extends WebSocket {}
  class Rich extends WebSocket {
    readonly extra = 1;
    constructor(path: string) {
      super(socketUrl(path), ['rich']);
    }
    override send(data: string): void {
      super.send(`rich ${data}`);
    }
    override get readyState(): 0 {
      return (super.readyState + 100) as 0;
    }
  }
  function Foreign(): void {}
  Foreign.prototype = Object.create(WebSocket.prototype, { mine: { value: 7 } });
  const Old = function Old(this: WebSocket, to: string) {
    return Reflect.construct(WebSocket, [to], Old);
  } as unknown as new (
    to: string,
  ) => WebSocket;
  Object.setPrototypeOf(Old, WebSocket);
  Old.prototype = Object.create(WebSocket.prototype);
  const plain = new Plain(url());
  const rich = new Rich('/echo');
  const foreign = Reflect.construct(WebSocket, [url()], Foreign);
  const lost = Reflect.construct(WebSocket, [url()], Array);
  const old = new Old(url());
  const bound = new (WebSocket.bind(null, url()))();
  const proxied = new new Proxy(WebSocket, {})(url());
  const counted: string[] = [];
  const watched = Reflect.construct(
    WebSocket,
    [url()],
    new Proxy(function watched() {}, {
      get(target, key, receiver) {
        counted.push(String(key));
        return Reflect.get(target, key, receiver);
      },
    }),
  );
  const facts: Facts = {
    plain: [plain instanceof Plain, plain instanceof WebSocket, plain.constructor === Plain],
    'plain prototype': Object.getPrototypeOf(plain) === Plain.prototype,
    'plain class': [Plain.name, Plain.CONNECTING, Object.getPrototypeOf(Plain) === WebSocket],
    rich: [rich.extra, rich.readyState, rich instanceof Rich, Reflect.ownKeys(rich).map(String)],
    'rich send': outcome(() => rich.send('x')),
    'rich tag': Object.prototype.toString.call(rich),
    foreign: [foreign instanceof WebSocket, (foreign as { mine?: number }).mine ?? null, foreign.readyState],
    'newTarget without a socket prototype': [
      Object.getPrototypeOf(lost) === Array.prototype,
      (lost as unknown) instanceof WebSocket,
      Object.prototype.toString.call(lost),
    ],
    'functions of old': [old instanceof Old, old instanceof WebSocket, Object.getPrototypeOf(old) === Old.prototype],
    bound: [bound instanceof WebSocket, bound.readyState],
    proxied: [proxied instanceof WebSocket, Object.getPrototypeOf(proxied) === WebSocket.prototype],
    'newTarget of Reflect.construct': watched instanceof WebSocket,
    'what is read of newTarget': counted,
    'prototype taken by others': Object.getPrototypeOf(Reflect.construct(Array, [], WebSocket)) === WebSocket.prototype,
    'newTarget that is no constructor': outcome(() => Reflect.construct(WebSocket, [url()], (() => 1) as never)),
    'not called': outcome(() => Reflect.construct(Object, [], WebSocket)),
  };
  for (const socket of [plain, rich, foreign, lost, old, bound, proxied, watched]) {
    WebSocket.prototype.close.call(socket);
  }
  return facts;
}

/** What a page may do to the class, undone again. */
export function meddling(): Facts {
  const Native = WebSocket;
  const { send } = Native.prototype;
  const facts: Facts = {};
  Object.assign(Native, { custom: 1 });
  facts['own static'] = [(Native as { custom?: number }).custom ?? null, Object.keys(Native).includes('custom')];
  Reflect.deleteProperty(Native, 'custom');
  facts['static is gone'] = Reflect.ownKeys(Native).map(String);
  facts['constants cannot change'] = [
    Reflect.set(Native, 'OPEN', 7),
    Native.OPEN,
    Reflect.deleteProperty(Native, 'OPEN'),
  ];
  facts['prototype cannot change'] = [Reflect.set(Native, 'prototype', {}), Native.prototype.constructor === Native];
  const sent: Json[] = [];
  Native.prototype.send = function patched(data) {
    sent.push(String(data));
    return send.call(this, data);
  };
  const socket = create();
  facts['patched send'] = [outcome(() => socket.send('x')), sent];
  Native.prototype.send = send;
  facts['send restored'] = print(socket.send);
  const descriptor = Object.getOwnPropertyDescriptor(window, 'WebSocket') as PropertyDescriptor;
  window.WebSocket = 5 as never;
  facts['global assigned'] = window.WebSocket as never;
  facts['global deleted'] = [Reflect.deleteProperty(window, 'WebSocket'), 'WebSocket' in window];
  Object.defineProperty(window, 'WebSocket', descriptor);
  facts['global restored'] = new Native(url()).constructor === WebSocket;
  const printer = Object.getOwnPropertyDescriptor(Function.prototype, 'toString') as PropertyDescriptor;
  Object.defineProperty(Function.prototype, 'toString', { ...printer, value: () => 'mine' });
  facts['toString replaced'] = [String(Native), `${send}`];
  Object.defineProperty(Function.prototype, 'toString', printer);
  facts['toString restored'] = String(Native);
  socket.close();
  return facts;
}

/** Sockets and functions of another realm. */
export async function realms(): Promise<Facts> {
  const frame = await openFrame();
  const other = windowOf(frame);
  const theirs = new other.WebSocket(url());
  const ours = create();
  const readyState = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'readyState')?.get as () => number;
  const facts: Facts = {
    'classes differ': other.WebSocket !== WebSocket,
    'theirs is not ours': [theirs instanceof WebSocket, theirs instanceof other.WebSocket],
    'our send on theirs': outcome(() => WebSocket.prototype.send.call(theirs, 'x')),
    'their send on ours': outcome(() => other.WebSocket.prototype.send.call(ours, 'x')),
    'error of their constructor is theirs': errorRealm(() => new other.WebSocket('http://['), other),
    'our getter on theirs': readyState.call(theirs),
    'our constructor for their prototype':
      Reflect.construct(WebSocket, [url()], other.WebSocket) instanceof other.WebSocket,
    'their print of ours': other.Function.prototype.toString.call(WebSocket),
    'their print of our send': other.Function.prototype.toString.call(WebSocket.prototype.send),
    'our print of theirs': print(other.WebSocket),
    'their own print': other.Function.prototype.toString.call(other.WebSocket),
    'their print of our toString': other.Function.prototype.toString.call(Function.prototype.toString),
  };
  ours.close();
  frame.remove();
  facts['socket of a removed frame'] = theirs.readyState;
  facts['new socket in a removed frame'] = outcome(() => new other.WebSocket(url()));
  const blank = document.createElement('iframe');
  document.body.append(blank);
  facts['empty frame'] = typeof windowOf(blank).WebSocket;
  await Promise.resolve(nextEvent);
  blank.remove();
  return facts;
}

function errorRealm(run: () => unknown, other: Window & typeof globalThis): Json {
  try {
    run();
    return 'did not throw';
  } catch (error) {
    return [error instanceof other.DOMException, error instanceof DOMException];
  }
}
