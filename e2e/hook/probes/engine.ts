/** What the engine itself tells: positions in stacks and reports, order of tasks, garbage collection. */
import {
  type Facts,
  type Json,
  nextEvent,
  openFrame,
  openSocket,
  outcome,
  settled,
  socketUrl,
  windowOf,
} from './kit.ts';

/** The page's own lines in a stack: text without host, mode and whatever is not from the page's script. */
function pageLines(error: unknown): Json {
  return String((error as Error).stack)
    .split('\n')
    .filter((line) => line.includes('probes.js'))
    .map((line) => line.trim().replace(location.origin, '').replace(location.pathname, '/'));
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return new Error('did not throw');
}

export async function positions(): Promise<Facts> {
  const socket = await openSocket('/echo');
  const { send, close } = WebSocket.prototype;
  class Sub extends WebSocket {}
  const errors: Record<string, unknown> = {
    constructor: thrown(() => new WebSocket('http://[')),
    subclass: thrown(() => new Sub('http://[')),
    'Reflect.construct': thrown(() => Reflect.construct(WebSocket, ['http://['])),
    'code of the page, called by the constructor': thrown(
      () =>
        new WebSocket({
          toString() {
            throw new Error('mine');
          },
        } as never),
    ),
    'code of the page, called by send': thrown(() =>
      socket.send({
        toString() {
          throw new Error('mine');
        },
      } as never),
    ),
    'send to nothing': thrown(() => send.call(undefined as never, 'x')),
    close: thrown(() => socket.close(1)),
    'close of nothing': thrown(() => close.call(undefined as never)),
  };
  const facts: Facts = {};
  for (const [name, error] of Object.entries(errors)) {
    facts[name] = pageLines(error);
    // Firefox: where it says it was thrown.
    const { fileName = '', lineNumber = 0, columnNumber = 0 } = error as Record<string, string | number>;
    facts[`${name}: origin`] = [String(fileName).split('/').at(-1) ?? '', lineNumber, columnNumber];
  }
  const uncaught = new Promise<ErrorEvent>((resolve) => {
    window.addEventListener(
      'error',
      (event) => {
        event.preventDefault();
        resolve(event);
      },
      { once: true },
    );
  });
  setTimeout(() => new WebSocket('http://['), 0);
  const { filename, lineno, colno, message } = await uncaught;
  facts['uncaught error'] = [filename.split('/').at(-1) ?? '', lineno, colno, message];
  const inListener = nextEvent(window, 'error') as Promise<ErrorEvent>;
  window.addEventListener('error', (event) => event.preventDefault(), { once: true });
  socket.addEventListener('message', () => {
    throw new Error('mine');
  });
  socket.send('x');
  const late = await inListener;
  facts['error in a listener'] = [
    pageLines(late.error),
    late.filename.split('/').at(-1) ?? '',
    late.lineno,
    late.colno,
  ];
  socket.close();
  return facts;
}

/** A policy that forbids the connection: what its report says of the place. */
export async function policyReports(): Promise<Facts> {
  const frame = await openFrame();
  const realm = windowOf(frame);
  const policy = realm.document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "connect-src 'none'";
  realm.document.head.append(policy);
  const violated = nextEvent(realm.document, 'securitypolicyviolation') as Promise<SecurityPolicyViolationEvent>;
  const log: Json[] = [];
  // Chromium makes a socket that fails, without a close event; Firefox throws.
  const made = outcome(() => {
    const socket = new realm.WebSocket(socketUrl('/echo'));
    for (const type of ['error', 'close']) {
      socket.addEventListener(type, () => log.push(type, socket.readyState));
    }
    return socket.readyState;
  });
  const { effectiveDirective, disposition, sourceFile, lineNumber, columnNumber, blockedURI } = await violated;
  await settled();
  frame.remove();
  return {
    made,
    log,
    report: [effectiveDirective, disposition, blockedURI.replace(location.host, 'HOST')],
    position: [(sourceFile ?? '').split('/').at(-1) ?? '', lineNumber, columnNumber],
  };
}

/** Tasks and microtasks around events, `send` and `await`. */
export async function tasks(): Promise<Facts> {
  const log: Json[] = [];
  const socket = await openSocket('/control');
  const deep = (name: string, levels: number): void => {
    log.push(`${name} ${levels}`);
    if (levels > 0) Promise.resolve().then(() => deep(name, levels - 1));
  };
  const all = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      log.push(`message ${data}`);
      queueMicrotask(() => deep(`microtask of ${data}`, 2));
      if (data === '3') resolve();
    });
    socket.addEventListener('message', ({ data }) => {
      log.push(`second listener ${data}`);
      queueMicrotask(() => log.push(`its microtask ${data}`));
    });
  });
  queueMicrotask(() => log.push('before send'));
  socket.send(JSON.stringify({ count: 4 }));
  log.push('sent');
  queueMicrotask(() => log.push('after send'));
  await all;
  await Promise.resolve();
  log.push('awaited');
  const iterations: Json[] = [];
  socket.addEventListener('close', () => iterations.push('close'));
  socket.close();
  iterations.push(socket.readyState);
  await Promise.resolve();
  iterations.push(socket.readyState);
  await nextEvent(socket, 'close');
  return { log, iterations };
}

const FORGOTTEN = 40;
const GARBAGE_BYTES = 4_000_000;
/** In Chromium, as it is started here. When garbage alone makes it collect is its own affair. */
const { gc } = globalThis as { readonly gc?: () => void };
/** More than enough. A round takes a task. */
const MAX_ROUNDS = 2000;

/** Closed sockets that nobody refers to are collected, but for a few, of which something may still be on a stack. */
export async function collection(): Promise<Facts> {
  let collected = 0;
  // Only told, never asked: a WeakRef that is asked keeps its target until the end of the task.
  const registry = new FinalizationRegistry(() => collected++);
  for (let i = 0; i < FORGOTTEN; i++) await forget(i, registry);
  const enough = FORGOTTEN * 0.9;
  for (let round = 0; round < MAX_ROUNDS && collected < enough; round++) {
    if (gc) gc();
    else new Uint8Array(GARBAGE_BYTES).fill(round);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { enough: collected >= enough };
}

async function forget(i: number, registry: FinalizationRegistry<null>): Promise<void> {
  const socket = await openSocket('/echo');
  registry.register(socket, null);
  if (i % 2 === 0) {
    socket.onmessage = () => socket.readyState;
    socket.send('x');
    await nextEvent(socket, 'message');
  }
  socket.close();
  await nextEvent(socket, 'close');
}
