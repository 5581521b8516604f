/** What listeners see, in which order, and what they can do. Each function gives one log. */
import { type Facts, type Json, nextEvent, openSocket, settled, show, socketUrl } from './kit.ts';

type Log = Json[];

/** Everything that a listener can know of the event, but for times. */
function showEvent(event: Event, socket: WebSocket, self: unknown): Json {
  const { type, isTrusted, eventPhase, bubbles, cancelable, composed, defaultPrevented, returnValue } = event;
  return {
    type,
    class: Object.prototype.toString.call(event),
    readyState: socket.readyState,
    isTrusted,
    eventPhase,
    flags: [bubbles, cancelable, composed, defaultPrevented, returnValue, event.cancelBubble],
    target: [event.target === socket, event.currentTarget === socket, event.srcElement === socket, self === socket],
    path: event.composedPath().map((target) => target === socket),
    current: window.event === event,
    ownKeys: Reflect.ownKeys(event).map(String),
    time: event.timeStamp > 0 && event.timeStamp <= performance.now(),
    ...('data' in event ? showData(event as MessageEvent) : {}),
    ...(event instanceof MessageEvent
      ? { origin: event.origin.replace(location.host, 'HOST'), source: show(event.source), ports: event.ports.length }
      : {}),
    ...(event instanceof CloseEvent ? { code: event.code, reason: event.reason, wasClean: event.wasClean } : {}),
  };
}

function showData(event: MessageEvent): Record<string, Json> {
  const first: unknown = event.data;
  return { data: show(first), sameData: event.data === first };
}

const TYPES = ['open', 'message', 'error', 'close'] as const;

/** Logs every event in every way of listening, with what runs in between. */
export function listenInAllWays(socket: WebSocket, log: Log, isVerbose = true): void {
  for (const type of TYPES) {
    const note = (name: string, event: Event, self: unknown) => {
      log.push(`${name} ${type}`, isVerbose ? showEvent(event, socket, self) : socket.readyState);
      Promise.resolve().then(() => log.push(`microtask of ${name} ${type}`));
    };
    socket.addEventListener(type, function (this: unknown, event: Event) {
      note('plain', event, this);
    });
    socket.addEventListener(
      type,
      function (this: unknown, event: Event) {
        note('capture', event, this);
      },
      true,
    );
    socket[`on${type}`] = function (this: unknown, event: Event) {
      note('on', event, this);
    } as never;
    socket.addEventListener(type, {
      handleEvent(event: Event) {
        note('object', event, socket);
      },
    });
    socket.addEventListener(type, (event) => note('once', event, socket), { once: true });
    socket.addEventListener(type, (event) => note('passive', event, socket), { passive: true, capture: true });
  }
}

export async function orders(): Promise<Facts> {
  const clean: Log = [];
  const socket = new WebSocket(socketUrl('/control'), 'p');
  listenInAllWays(socket, clean);
  await nextEvent(socket, 'open');
  socket.send(JSON.stringify({ say: 'one' }));
  await nextEvent(socket, 'message');
  socket.send(JSON.stringify({ say: 'two' }));
  await nextEvent(socket, 'message');
  socket.send(JSON.stringify({ close: [4001, 'bye'] }));
  await nextEvent(socket, 'close');
  await settled();

  const destroyed: Log = [];
  const victim = await openSocket('/control');
  listenInAllWays(victim, destroyed);
  victim.send(JSON.stringify({ destroy: true }));
  await nextEvent(victim, 'close');
  await settled();

  const failed: Log = [];
  const broken = await openSocket('/control');
  listenInAllWays(broken, failed);
  broken.send(JSON.stringify({ garbage: true }));
  await nextEvent(broken, 'close');
  await settled();

  const refused: Log = [];
  const never = new WebSocket(socketUrl('/refuse'));
  listenInAllWays(never, refused);
  await nextEvent(never, 'close');
  await settled();
  return { 'closed by the server': clean, 'TCP destroyed': destroyed, 'failed by the browser': failed, refused };
}

export async function listeners(): Promise<Facts> {
  const log: Log = [];
  const socket = await openSocket('/control');
  const aborter = new AbortController();
  const say = (text: string) => socket.send(JSON.stringify({ say: text }));
  const heard = () => nextEvent(socket, 'message').then(settled);

  socket.addEventListener('message', () => log.push('first'));
  socket.addEventListener(
    'message',
    () => {
      log.push('adds');
      socket.addEventListener('message', () => log.push('added'), { once: true });
      socket.addEventListener('message', () => log.push('added capture'), { once: true, capture: true });
    },
    { once: true },
  );
  const removed = () => log.push('removed: must not be seen');
  socket.addEventListener('message', () => socket.removeEventListener('message', removed), { once: true });
  socket.addEventListener('message', removed);
  socket.addEventListener('message', () => log.push('signal'), { signal: aborter.signal });
  socket.addEventListener('message', null as never);
  const same = () => log.push('same');
  socket.addEventListener('message', same);
  socket.addEventListener('message', same);
  say('1');
  await heard();
  aborter.abort();
  log.push('--- aborted');
  say('2');
  await heard();
  log.push('--- throwing');
  const errors: Json[] = [];
  const onError = (event: ErrorEvent) => {
    errors.push(event.message);
    event.preventDefault();
  };
  window.addEventListener('error', onError);
  socket.addEventListener(
    'message',
    () => {
      throw new Error('mine');
    },
    { once: true },
  );
  socket.addEventListener('message', () => log.push('after the throw'), { once: true });
  say('3');
  await heard();
  window.removeEventListener('error', onError);
  log.push('--- stopped', errors);
  const stop = (event: Event) => event.stopImmediatePropagation();
  socket.addEventListener('message', stop, { capture: true, once: true });
  socket.addEventListener('message', () => log.push('capture after stop: must not be seen'), {
    capture: true,
    signal: aborter.signal,
  });
  say('4');
  await new Promise((resolve) => {
    socket.onmessage = null;
    const next = () => resolve(log.push('next'));
    setTimeout(() => {
      say('5');
      socket.addEventListener('message', next, { once: true });
    }, 0);
  });
  log.push('--- handlers');
  socket.onmessage = () => log.push('handler 1');
  log.push(typeof socket.onmessage);
  socket.onmessage = () => log.push('handler 2');
  say('6');
  await heard();
  socket.onmessage = 'nonsense' as never;
  log.push(socket.onmessage as Json);
  socket.onmessage = { handleEvent: () => log.push('handler object: must not be seen') } as never;
  log.push(typeof socket.onmessage);
  say('7');
  await heard();
  socket.close();
  await nextEvent(socket, 'close');
  return { log };
}

/** Events that the page dispatches itself. */
export async function ownEvents(): Promise<Facts> {
  const log: Log = [];
  const socket = await openSocket('/control');
  listenInAllWays(socket, log);
  const dispatch = (event: Event) => log.push(['returned', socket.dispatchEvent(event)]);
  dispatch(new Event('message'));
  dispatch(new MessageEvent('message', { data: 'mine' }));
  dispatch(new Event('open'));
  dispatch(new Event('error', { cancelable: true }));
  dispatch(new CloseEvent('close', { code: 4000, reason: 'mine', wasClean: true }));
  dispatch(new CustomEvent('message', { detail: 1 }));
  log.push(socket.readyState);
  const trusted = new Promise<Event>((resolve) => {
    socket.addEventListener('message', resolve, { once: true });
  });
  log.push('--- a real one, dispatched again');
  socket.send(JSON.stringify({ say: 'real' }));
  const event = await trusted;
  await settled();
  dispatch(event);
  const elsewhere = new EventTarget();
  elsewhere.addEventListener('message', (again) => log.push(['elsewhere', again.isTrusted, again === event]));
  elsewhere.dispatchEvent(event);
  socket.close();
  await nextEvent(socket, 'close');
  return { log };
}
