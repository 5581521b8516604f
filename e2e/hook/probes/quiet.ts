/** Sockets that nobody listens to, or only late, and those of frames: what can be known of them without an event. */
import { type Facts, type Json, nextEvent, openFrame, openSocket, settled, socketUrl, windowOf } from './kit.ts';

/** Resolves when the socket is in that state; no listener is added. */
async function reaches(socket: WebSocket, state: number): Promise<void> {
  while (socket.readyState !== state) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function neverListenedTo(Class: typeof WebSocket): Promise<Json> {
  const socket = new Class(socketUrl('/control'));
  await reaches(socket, 1);
  socket.send(JSON.stringify({ count: 5 }));
  socket.send(JSON.stringify({ sayBytes: [1, 2, 3] }));
  // Behind everything else, so that all of it has arrived when the socket is closed.
  socket.send(JSON.stringify({ close: [4001, 'enough'] }));
  await reaches(socket, 3);
  return [socket.readyState, socket.bufferedAmount, socket.onmessage === null];
}

async function listenedToLate(Class: typeof WebSocket): Promise<Json> {
  const socket = new Class(socketUrl('/control'));
  await reaches(socket, 1);
  socket.send(JSON.stringify({ count: 3 }));
  const log: Json[] = [];
  socket.addEventListener('message', ({ data }) => log.push(data));
  socket.send(JSON.stringify({ say: 'last' }));
  while (log.at(-1) !== 'last') await nextEvent(socket, 'message');
  socket.close();
  await nextEvent(socket, 'close');
  return log;
}

export async function quietSockets(): Promise<Facts> {
  const frame = await openFrame();
  const { WebSocket: Theirs } = windowOf(frame);
  const facts: Facts = {
    'never listened to': await neverListenedTo(WebSocket),
    'listened to late': await listenedToLate(WebSocket),
    'never listened to, in a frame': await neverListenedTo(Theirs),
    'listened to late, in a frame': await listenedToLate(Theirs),
  };
  frame.remove();
  return facts;
}

/** Handlers and dictionaries of listeners, beyond what `listeners` does. */
export async function handlers(): Promise<Facts> {
  const socket = await openSocket('/control');
  const log: Json[] = [];
  const say = async (text: string) => {
    const heard = nextEvent(socket, 'message');
    socket.send(JSON.stringify({ say: text }));
    await heard;
    log.push(`--- ${text}`);
  };
  socket.onmessage = () => log.push('handler');
  socket.addEventListener('message', () => log.push('listener'));
  await say('the handler was first');
  socket.onmessage = null;
  await say('the handler is gone');
  socket.onmessage = () => log.push('handler again');
  await say('it is last now');
  socket.onmessage = function replaced() {
    socket.onmessage = () => log.push('replacement');
    log.push('replaces itself');
  };
  await say('replaced while it ran');
  await say('and then');
  socket.onmessage = () => {
    log.push('clears itself');
    socket.onmessage = null;
  };
  await say('cleared while it ran');
  await say('and after that');

  const read: Json[] = [];
  const watched = (name: string, fields: object) =>
    new Proxy(fields, {
      get(target, key, receiver) {
        read.push(`${name} ${String(key)}`);
        return Reflect.get(target, key, receiver);
      },
    });
  const object = watched('listener', {
    handleEvent(this: unknown, event: Event) {
      log.push(['handleEvent', this === object, event.type]);
    },
  }) as EventListenerObject;
  socket.addEventListener('message', object, watched('options', { once: true }));
  await say('a watched listener');
  socket.addEventListener('message', { handleEvent: null } as never, { once: true });
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    log.push(event.message);
  };
  window.addEventListener('error', onError);
  await say('a listener without a function');
  await settled();
  window.removeEventListener('error', onError);
  const aborted = new AbortController();
  aborted.abort();
  socket.addEventListener('message', () => log.push('aborted: must not be seen'), { signal: aborted.signal });
  const during = new AbortController();
  socket.addEventListener('message', () => during.abort(), { once: true });
  socket.addEventListener('message', () => log.push('aborted meanwhile: must not be seen'), { signal: during.signal });
  await say('signals');
  socket.close();
  await nextEvent(socket, 'close');
  return { log, read };
}

/** Buffers that send() refuses or empties, and what is waiting. */
export async function buffers(): Promise<Facts> {
  const facts: Facts = {};
  const socket = await openSocket('/echo');
  socket.binaryType = 'arraybuffer';
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
  const growing = Reflect.construct(ArrayBuffer, [4, { maxByteLength: 16 }]) as ArrayBuffer;
  const wasm = new WebAssembly.Memory({ initial: 1 }).buffer;
  const values: Record<string, unknown> = {
    'shared buffer': shared,
    'view of a shared buffer': new Uint8Array(shared, 0, 4),
    'DataView of a shared buffer': new DataView(shared, 0, 4),
    'resizable buffer': growing,
    'view of a resizable buffer': new Uint8Array(growing),
    'memory of WebAssembly': new Uint8Array(wasm, 0, 4),
  };
  for (const [name, value] of Object.entries(values)) facts[name] = await trySend(socket, value);
  const view = new Uint8Array(new ArrayBuffer(8), 4);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  facts['view of a detached buffer'] = await trySend(socket, view);

  const amounts: Json[] = [];
  for (const data of ['12345', 'çığ', '\ud800', Uint8Array.of(1, 2), new Blob(['blob']), 'x'.repeat(100_000)]) {
    socket.send(data);
    amounts.push(socket.bufferedAmount);
  }
  facts['bufferedAmount within a task'] = amounts;
  let left = 6;
  while (left > 0) {
    await nextEvent(socket, 'message');
    left -= 1;
  }
  facts['bufferedAmount when all has come back'] = socket.bufferedAmount;

  const kinds: Json[] = [];
  const all = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      kinds.push(Object.prototype.toString.call(data));
      socket.binaryType = socket.binaryType === 'blob' ? 'arraybuffer' : 'blob';
      if (kinds.length === 6) resolve();
    });
  });
  for (let i = 0; i < 6; i++) socket.send(Uint8Array.of(i));
  await all;
  facts['binaryType switched in the listener'] = kinds;
  socket.close();
  await nextEvent(socket, 'close');
  return facts;
}

async function trySend(socket: WebSocket, data: unknown): Promise<Json> {
  try {
    socket.send(data as ArrayBuffer);
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
  const { data: echoed } = (await nextEvent(socket, 'message')) as MessageEvent<ArrayBuffer>;
  return [...new Uint8Array(echoed)];
}
