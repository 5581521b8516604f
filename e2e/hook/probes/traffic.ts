/** What can be sent and received, and what state and errors look like meanwhile. */
import { type Facts, type Json, nextEvent, openSocket, outcome, show, socketUrl } from './kit.ts';

/** Sends and gives what came back from /echo. */
async function echoed(socket: WebSocket, data: unknown): Promise<Json> {
  const sent = outcome(() => socket.send(data as string));
  if (typeof sent === 'object' && sent !== null && 'threw' in sent) return sent;
  const event = (await nextEvent(socket, 'message')) as MessageEvent;
  return [sent, event.data instanceof Blob ? show(await event.data.arrayBuffer()) : show(event.data)];
}

class Speaking {
  static calls = 0;
  toString(): string {
    Speaking.calls++;
    return `call ${Speaking.calls}`;
  }
}

export async function sending(): Promise<Facts> {
  const socket = await openSocket('/echo');
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const detached = new ArrayBuffer(4);
  structuredClone(detached, { transfer: [detached] });
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const theirs = frame.contentWindow as Window & typeof globalThis;
  const values: Record<string, unknown> = {
    text: 'hello',
    empty: '',
    unicode: 'çığ €😀',
    'lone surrogate': 'a\ud800b',
    'long text': 'x'.repeat(70_000),
    number: 42,
    'negative zero': -0,
    NaN: Number.NaN,
    bigint: 12n,
    true: true,
    null: null,
    undefined: undefined,
    symbol: Symbol('x'),
    object: { a: 1 },
    array: [1, [2]],
    function: function named() {},
    'object with toString': new Speaking(),
    'object with toPrimitive': { [Symbol.toPrimitive]: (hint: string) => `hint ${hint}` },
    'object that throws': {
      toString() {
        throw new RangeError('mine');
      },
    },
    'object without a primitive': { toString: () => ({}), valueOf: () => ({}) },
    'object whose toString gives a symbol': { toString: () => Symbol('x') },
    'no prototype': Object.create(null),
    'boxed text': Object('boxed'),
    'a Date': new Date(0).toISOString(),
    'a Proxy': new Proxy({ toString: () => 'proxied' }, {}),
    'a fake Blob': Object.create(Blob.prototype, { [Symbol.toPrimitive]: { value: () => 'fake' } }),
    ArrayBuffer: bytes.buffer,
    'empty ArrayBuffer': new ArrayBuffer(0),
    'detached ArrayBuffer': detached,
    Uint8Array: bytes.subarray(1, 3),
    Uint16Array: Uint16Array.of(258),
    DataView: new DataView(bytes.buffer, 2, 1),
    Blob: new Blob(['blob']),
    'a File': new File(['file'], 'f.txt'),
    'ArrayBuffer of another realm': new theirs.Uint8Array([9]).buffer,
    'view of another realm': new theirs.Uint8Array([8]),
    'Blob of another realm': new theirs.Blob(['theirs']),
  };
  const facts: Facts = {};
  for (const [name, value] of Object.entries(values)) facts[name] = await echoed(socket, value);
  frame.remove();
  Speaking.calls = 0;
  facts['toString runs once'] = [await echoed(socket, new Speaking()), Speaking.calls];
  facts['extra arguments'] = [
    outcome(() => (socket.send as (...all: unknown[]) => void)('a', 'b')),
    await message(socket),
  ];
  facts['without this'] = outcome(() => {
    const { send } = socket;
    (send as (data: string) => void)('x');
  });
  const changed = Uint8Array.of(1, 1);
  socket.send(changed);
  changed.fill(9);
  facts['changed after send'] = await message(socket);
  const order: Json[] = [];
  socket.onmessage = ({ data }) => order.push(show(data));
  socket.send('1');
  socket.send(new Blob(['2']));
  socket.send('3');
  socket.send(Uint8Array.of(52));
  facts['buffered amount'] = socket.bufferedAmount;
  while (order.length < 4) await nextEvent(socket, 'message');
  facts.order = order;
  socket.close();
  await nextEvent(socket, 'close');
  return facts;
}

async function message(socket: WebSocket): Promise<Json> {
  const { data } = (await nextEvent(socket, 'message')) as MessageEvent;
  return show(data instanceof Blob ? await data.arrayBuffer() : data);
}

export async function receiving(): Promise<Facts> {
  const socket = await openSocket('/control');
  const facts: Facts = {};
  for (const type of ['blob', 'arraybuffer', 'nonsense', 'blob', 'arraybuffer']) {
    socket.binaryType = type as BinaryType;
    socket.send(JSON.stringify({ sayBytes: [1, 2, 255] }));
    const { data } = (await nextEvent(socket, 'message')) as MessageEvent;
    facts[`${Object.keys(facts).length}: ${type}`] = [socket.binaryType, show(data), Object.isExtensible(data)];
  }
  const received = Promise.all([nextEvent(socket, 'message')]);
  socket.send(JSON.stringify({ sayBytes: [7] }));
  const [event] = (await received) as [MessageEvent];
  new Uint8Array(event.data as ArrayBuffer).fill(1);
  facts['a page may change what it got'] = show(event.data);
  socket.send(JSON.stringify({ sayBytes: [] }));
  facts['empty binary'] = await message(socket);
  socket.send(JSON.stringify({ say: '' }));
  facts['empty text'] = await message(socket);
  socket.close();
  await nextEvent(socket, 'close');
  return facts;
}

export async function closing(): Promise<Facts> {
  const facts: Facts = {};
  const CASES: Record<string, readonly unknown[]> = {
    nothing: [],
    1000: [1000],
    'code and reason': [4321, 'çığ'],
    'undefined code': [undefined, 'r'],
    'null code': [null],
    'text as code': ['3000', 5],
    'object as code': [{ valueOf: () => 3001 }, { toString: () => 'object' }],
    fraction: [3000.5],
    'other fraction': [3001.5],
    NaN: [Number.NaN],
    'too large': [5000],
    'long reason': [1000, 'x'.repeat(124)],
    'reason of 123 bytes': [1000, 'x'.repeat(123)],
    'lone surrogate': [1000, '\ud800'],
    '1005': [1005],
    bigint: [3000n],
  };
  for (const [name, args] of Object.entries(CASES)) {
    const socket = await openSocket('/echo');
    const closed = nextEvent(socket, 'close') as Promise<CloseEvent>;
    const result = outcome(() => (socket.close as (...all: unknown[]) => void)(...args));
    const state = socket.readyState;
    const again = outcome(() => socket.close(4999, 'again'));
    const { code, reason, wasClean } = await closed;
    facts[name] = [result, state, again, code, reason, wasClean, socket.readyState];
  }
  const connecting = new WebSocket(socketUrl('/mute'));
  const types: Json[] = [];
  const note = ({ type }: Event) => types.push([type, connecting.readyState]);
  connecting.addEventListener('error', note);
  connecting.addEventListener('close', note);
  connecting.close(4000, 'early');
  types.push(
    connecting.readyState,
    outcome(() => connecting.send('too late')),
    connecting.bufferedAmount,
  );
  await nextEvent(connecting, 'close');
  facts['while connecting'] = types;
  const socket = await openSocket('/echo');
  socket.close();
  facts['send while closing'] = [outcome(() => socket.send('12345')), socket.bufferedAmount];
  await nextEvent(socket, 'close');
  facts['send when closed'] = [outcome(() => socket.send(new Uint8Array(5))), socket.bufferedAmount];
  facts['nothing sent when closed'] = outcome(() => (socket.send as () => void)());
  facts['close when closed'] = [outcome(() => socket.close(4000)), outcome(() => socket.close(7)), socket.readyState];
  return facts;
}

export async function handshakes(): Promise<Facts> {
  const facts: Facts = {};
  const iterated: Json[] = [];
  const protocols: Record<string, unknown> = {
    none: undefined,
    text: 'chat',
    list: ['a', 'b'],
    empty: [],
    iterable: {
      *[Symbol.iterator]() {
        iterated.push('start');
        yield 'x';
        yield 'y';
      },
    },
    'list with a getter': Object.defineProperty(['q'], 1, {
      enumerable: true,
      get() {
        iterated.push('getter');
        return 'r';
      },
    }),
    'object with toString': { toString: () => 'text' },
    number: 5,
  };
  for (const [name, value] of Object.entries(protocols)) {
    const socket = new WebSocket(socketUrl('/echo'), value as string[]);
    await nextEvent(socket, 'open');
    facts[name] = [socket.protocol, socket.extensions, socket.url.replace(location.host, 'HOST')];
    socket.close();
  }
  facts['what was iterated'] = iterated;
  for (const [path, asked] of [
    ['/refuse', []],
    ['/forbidden', []],
    ['/echo', ['unspoken']],
  ] as const) {
    const socket = new WebSocket(socketUrl(path), [...asked]);
    const log: Json[] = [];
    socket.onerror = ({ type }) => log.push(type);
    // Firefox does not mind a server that chooses none of the subprotocols; Chromium does, as the standard says.
    socket.onopen = ({ type }) => {
      log.push(type);
      socket.close();
    };
    const { code, reason, wasClean } = (await nextEvent(socket, 'close')) as CloseEvent;
    facts[`${path} ${asked}`] = [log, code, reason, wasClean, socket.readyState, socket.protocol, socket.extensions];
  }
  const relative = outcome(() => new WebSocket('/echo').url.replace(location.host, 'HOST'));
  const http = outcome(() =>
    new WebSocket(`${location.origin}/echo#`.replace('#', '')).url.replace(location.host, 'HOST'),
  );
  const object = outcome(() => new WebSocket(new URL(socketUrl('/echo?x=1'))).url.replace(location.host, 'HOST'));
  return { ...facts, relative, http, object };
}
