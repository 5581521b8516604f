/** What a page sees of a simulated drop, and what real closes look like beside it. */
import ReconnectingWebSocket from 'reconnecting-websocket';
import type { TestReceiver } from '../receiver.iife.ts';
import { listenInAllWays } from './events.ts';
import { type Facts, type Json, nextEvent, openSocket, outcome, settled, socketUrl } from './kit.ts';

const receiver = () => (window as unknown as { readonly testReceiver: TestReceiver }).testReceiver;
let lastCommand = 0;

/** Drops the connection of that number in this document; gives the command's number. */
function drop(connection: number): number {
  lastCommand++;
  receiver().send({ kind: 'drop', commandId: lastCommand, connection });
  return lastCommand;
}

function answerTo(command: number): string {
  const [, , outcome = 'none'] =
    receiver()
      .messages.find((message) => message.startsWith(`answer ${command} `))
      ?.split(' ') ?? [];
  return outcome;
}

/** State and behaviour of a socket that is over. */
function afterlife(socket: WebSocket): Json {
  const before = socket.bufferedAmount;
  return [
    socket.readyState,
    outcome(() => socket.send('12345')),
    outcome(() => socket.send(new Uint8Array(7))),
    outcome(() => socket.send(new Blob(['123']))),
    socket.bufferedAmount - before,
    outcome(() => (socket.send as () => void)()),
    outcome(() => socket.send(Symbol('x') as never)),
    outcome(() => socket.close()),
    outcome(() => socket.close(4000, 'x')),
    outcome(() => socket.close(7)),
    socket.readyState,
    socket.bufferedAmount - before,
    [socket.protocol, socket.extensions, socket.url.replace(location.host, 'HOST'), socket.binaryType],
  ];
}

/** A connection that the browser fails: the nearest real thing, with `error` and `close` 1006. */
export async function realFailure(): Promise<Facts> {
  const log: Json[] = [];
  const socket = await openSocket('/control', ['p']);
  listenInAllWays(socket, log);
  socket.send(JSON.stringify({ garbage: true }));
  await nextEvent(socket, 'close');
  await settled();
  return { log, afterlife: afterlife(socket) };
}

export async function simulatedFailure(): Promise<Facts> {
  receiver().send({ kind: 'record', history: 'ring' });
  const log: Json[] = [];
  const socket = await openSocket('/control', ['p']);
  listenInAllWays(socket, log);
  const command = drop(0);
  const stateBefore = socket.readyState;
  await nextEvent(socket, 'close');
  await settled();
  return { log, stateBefore, answer: answerTo(command), afterlife: afterlife(socket) };
}

/** A failed handshake, and a drop while CONNECTING. */
export async function realRefusal(): Promise<Facts> {
  const log: Json[] = [];
  const socket = new WebSocket(socketUrl('/refuse'));
  listenInAllWays(socket, log);
  await nextEvent(socket, 'close');
  await settled();
  return { log, afterlife: afterlife(socket) };
}

export async function simulatedRefusal(): Promise<Facts> {
  const log: Json[] = [];
  const socket = new WebSocket(socketUrl('/refuse'));
  listenInAllWays(socket, log);
  const command = drop(0);
  const stateBefore = socket.readyState;
  await nextEvent(socket, 'close');
  await settled();
  return { log, stateBefore, answer: answerTo(command), afterlife: afterlife(socket) };
}

/** Order of tasks and microtasks around `error` and `close`. */
async function tasksAround(socket: WebSocket, begin: () => void): Promise<Json> {
  const log: Json[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => log.push(data);
  for (const type of ['error', 'close']) {
    socket.addEventListener(type, () => {
      log.push(`${type} ${socket.readyState}`);
      port2.postMessage(`task of ${type}`);
      setTimeout(() => log.push(`timer of ${type}`), 0);
      Promise.resolve()
        .then(() => undefined)
        .then(() => log.push(`late microtask of ${type}`));
    });
  }
  begin();
  await nextEvent(socket, 'close');
  while (log.length < 8) await settled();
  // Posted messages and timers have no order between them.
  const tasks = log.slice(4).map(String).sort();
  return [...log.slice(0, 4), ...tasks];
}

export async function realTasks(): Promise<Facts> {
  const socket = await openSocket('/control');
  return { log: await tasksAround(socket, () => socket.send(JSON.stringify({ garbage: true }))) };
}

export async function simulatedTasks(): Promise<Facts> {
  const socket = await openSocket('/control');
  return { log: await tasksAround(socket, () => drop(0)) };
}

/** Drops that have nothing to drop, and what they leave alone. */
export async function refusedDrops(): Promise<Facts> {
  const facts: Facts = {};
  const inTask = async (connection: number) => {
    const command = drop(connection);
    while (answerTo(command) === 'none') await settled();
    return answerTo(command);
  };
  facts['of nothing'] = await inTask(0);
  const closed = await openSocket('/echo');
  const alive = await openSocket('/echo');
  const closing = await openSocket('/deaf');
  const failed = new WebSocket(socketUrl('/refuse'));
  await nextEvent(failed, 'close');
  closed.close();
  await nextEvent(closed, 'close');
  closing.close();
  facts['of a closed one'] = await inTask(0);
  facts['of a closing one'] = await inTask(2);
  facts['of a failed one'] = await inTask(3);
  facts['of an unknown one'] = await inTask(4);
  facts['of nonsense'] = await inTask(-1);
  facts['getters are still native'] = getterText();
  facts.alive = [
    alive.readyState,
    outcome(() => alive.send('x')),
    ((await nextEvent(alive, 'message')) as MessageEvent).data,
  ];
  const lost = await openSocket('/echo');
  facts['of an open one'] = await inTask(4);
  facts['of a dropped one'] = await inTask(4);
  facts['getters print as native'] = getterText();
  facts['the others'] = [lost.readyState, alive.readyState, closing.readyState, closed.readyState];
  facts['still alive'] = [outcome(() => alive.send('y')), ((await nextEvent(alive, 'message')) as MessageEvent).data];
  facts['as an illegal invocation'] = outcome(() => Reflect.get(WebSocket.prototype, 'readyState', {}));
  const twice = await openSocket('/echo');
  const log: string[] = [];
  for (const type of ['error', 'close']) twice.addEventListener(type, () => log.push(type));
  const [first, second] = [drop(5), drop(5)];
  await nextEvent(twice, 'close');
  await settled();
  facts['dropped twice at once'] = [[answerTo(first), answerTo(second)].sort(), log];
  return facts;
}

function getterText(): Json {
  return ['readyState', 'bufferedAmount'].map((name) => {
    const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(
      WebSocket.prototype,
      name,
    ) as PropertyDescriptor;
    return [
      String(get),
      get?.name ?? '',
      get?.length ?? -1,
      set === undefined,
      enumerable ?? false,
      configurable ?? false,
    ];
  });
}

/** As the native getters print, for comparison. */
export function nativeGetters(): Facts {
  return { text: getterText() };
}

/** What arrives late: a server that goes on sending, one that never answers, an `open` on its way. */
export async function silence(): Promise<Facts> {
  receiver().send({ kind: 'record', history: 'ring' });
  const events: Json[] = [];
  const note = (socket: WebSocket, name: string) => {
    for (const type of ['open', 'message', 'error', 'close'])
      socket.addEventListener(type, () => events.push(`${name} ${type}`));
  };
  const talking = await openSocket('/control');
  let heard = 0;
  talking.addEventListener('message', () => {
    heard++;
    if (heard === 10) drop(0);
  });
  const gone = nextEvent(talking, 'close');
  talking.send(JSON.stringify({ count: 5000 }));
  await gone;
  const heardAtDrop = heard;
  const deaf = await openSocket('/deaf');
  note(deaf, 'deaf');
  deaf.send('x'.repeat(100_000));
  const buffered = deaf.bufferedAmount;
  drop(1);
  await nextEvent(deaf, 'close');
  const bufferedAfter = deaf.bufferedAmount;
  deaf.send('12345');
  const grown = deaf.bufferedAmount - bufferedAfter;
  const opening = new WebSocket(socketUrl('/echo?opening'));
  note(opening, 'opening');
  drop(2);
  await nextEvent(opening, 'close');
  // Long enough for anything that was on its way: a full conversation on another socket.
  const other = await openSocket('/echo');
  for (let i = 0; i < 20; i++) {
    other.send('x');
    await nextEvent(other, 'message');
  }
  return {
    events,
    'heard after the drop': heard - heardAtDrop,
    'buffered amount': [buffered, bufferedAfter === buffered || bufferedAfter < buffered, grown],
    states: [talking.readyState, deaf.readyState, opening.readyState],
    heard: heard < 5000,
  };
}

/** Pages that have changed what a drop relies on. */
export async function stubbornPages(): Promise<Facts> {
  const facts: Facts = {};
  const native = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'readyState') as PropertyDescriptor;
  let asked = 0;
  Object.defineProperty(WebSocket.prototype, 'readyState', {
    ...native,
    get(this: WebSocket) {
      asked++;
      return native.get?.call(this);
    },
  });
  const patched = await openSocket('/echo');
  const other = await openSocket('/echo');
  drop(0);
  await nextEvent(patched, 'close');
  asked = 0;
  facts['own getter'] = [patched.readyState, other.readyState, asked];
  class Odd extends WebSocket {
    override get readyState(): 0 {
      return (super.readyState * 10) as 0;
    }
  }
  const odd = new Odd(socketUrl('/echo'));
  await nextEvent(odd, 'open');
  facts['subclass before'] = odd.readyState;
  drop(2);
  await nextEvent(odd, 'close');
  facts['subclass after'] = odd.readyState;
  const errors: Json[] = [];
  const onError = (event: ErrorEvent) => {
    errors.push(event.message);
    event.preventDefault();
  };
  window.addEventListener('error', onError);
  const throwing = await openSocket('/echo');
  throwing.onerror = () => {
    throw new Error('from onerror');
  };
  throwing.addEventListener('error', () => errors.push('second listener of error'));
  throwing.addEventListener('close', () => {
    errors.push('first listener of close');
    throw new Error('from close');
  });
  throwing.addEventListener('close', () => errors.push('second listener of close'));
  const command = drop(3);
  await nextEvent(throwing, 'close');
  await settled();
  window.removeEventListener('error', onError);
  facts['listeners that throw'] = [errors, answerTo(command)];
  return facts;
}

/** A page in which the getters cannot be replaced: the drop must fail and touch nothing. */
export async function frozenPage(): Promise<Facts> {
  Object.freeze(WebSocket.prototype);
  const socket = await openSocket('/echo');
  const command = drop(0);
  while (answerTo(command) === 'none') await settled();
  socket.send('still here');
  const { data } = (await nextEvent(socket, 'message')) as MessageEvent<string>;
  return { answer: answerTo(command), state: socket.readyState, data };
}

/** The library that rivals leave in the dark, as it comes from npm; `fail` ends its first two connections. */
async function reconnect(
  path: string,
  fail: (socket: ReconnectingWebSocket, connection: number) => void,
): Promise<Facts> {
  const log: Json[] = [];
  const socket = new ReconnectingWebSocket(socketUrl(path), [], {
    minReconnectionDelay: 10,
    maxReconnectionDelay: 10,
    minUptime: 0,
  });
  const opened = () => new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()));
  await opened();
  socket.addEventListener('error', () => void log.push(['error', socket.readyState]));
  socket.addEventListener('close', ({ code, wasClean, reason }) => void log.push(['close', code, wasClean, reason]));
  for (const connection of [0, 1]) {
    const again = opened();
    fail(socket, connection);
    await again;
    log.push(['open again', socket.readyState, socket.retryCount]);
    const heard = new Promise<string>((resolve) => socket.addEventListener('message', ({ data }) => resolve(data)));
    socket.send(JSON.stringify({ say: `hello ${connection}` }));
    log.push(await heard);
  }
  socket.close();
  return { log };
}

export const realReconnects = () =>
  reconnect('/control?real', (socket) => socket.send(JSON.stringify({ garbage: true })));

export const simulatedReconnects = () => reconnect('/control?simulated', (_, connection) => drop(connection));

/** Reconnecting by hand, in `onclose` and in a listener. */
export async function reconnectingByHand(): Promise<Facts> {
  const viaHandler = await new Promise<string>((resolve) => {
    function connect(attempt: number): void {
      const socket = new WebSocket(socketUrl(`/echo?handler${attempt}`));
      socket.onopen = () => {
        if (attempt === 0) drop(0);
        else resolve(`handler: attempt ${attempt}`);
      };
      socket.onclose = ({ code }) => {
        if (code === 1006) connect(attempt + 1);
      };
    }
    connect(0);
  });
  const viaListener = await new Promise<string>((resolve) => {
    function connect(attempt: number): void {
      const socket = new WebSocket(socketUrl(`/echo?listener${attempt}`));
      socket.addEventListener('open', () => {
        if (attempt === 0) drop(2);
        else resolve(`listener: attempt ${attempt}`);
      });
      socket.addEventListener('close', ({ code }) => code === 1006 && connect(attempt + 1), { once: true });
    }
    connect(0);
  });
  return { log: [viaHandler, viaListener] };
}
