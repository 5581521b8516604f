/** What the probes share. A probe runs in a page and gives plain JSON, the same natively and hooked. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Facts = Record<string, Json>;

export function socketUrl(path: string): string {
  return location.origin.replace(/^http/, 'ws') + path;
}

/** Anything as short JSON. */
export function show(value: unknown): Json {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value;
  if (value instanceof ArrayBuffer) return `ArrayBuffer ${[...new Uint8Array(value)].join(' ')}`;
  if (value instanceof Blob) return `Blob of ${value.size}`;
  return Object.prototype.toString.call(value);
}

/** What happens when `run` runs: what it returned, or everything that a page can know of what it threw. */
export function outcome(run: () => unknown): Json {
  try {
    return { returned: show(run()) };
  } catch (error) {
    return { threw: showError(error) };
  }
}

function showError(error: unknown): Json {
  if (!(error instanceof Error || error instanceof DOMException)) return show(error);
  return {
    name: error.name,
    // Firefox names what cannot be iterated by its source, or by an expression of whichever script it finds in its compiled code.
    message: error.message.replaceAll(location.host, 'HOST').replace(/^.* is not iterable$/, '… is not iterable'),
    type: Object.prototype.toString.call(error),
    realm: error instanceof DOMException || error.constructor === (window as never)[error.name],
    code: error instanceof DOMException ? error.code : -1,
  };
}

/** Number of frames in the stack of what `run` throws. */
export function stackDepth(run: () => unknown): Json {
  const limited = Error as { stackTraceLimit?: number };
  const { stackTraceLimit } = limited;
  limited.stackTraceLimit = 100;
  try {
    run();
    return 'did not throw';
  } catch (error) {
    if (stackTraceLimit !== undefined) limited.stackTraceLimit = stackTraceLimit;
    const lines = String((error as Error).stack).split('\n');
    return lines.filter((line) => /^\s*at |@/.test(line)).length;
  }
}

export function nextEvent(target: EventTarget, type: string): Promise<Event> {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

export async function openSocket(path: string, protocols?: string | string[]): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl(path), protocols);
  await nextEvent(socket, 'open');
  return socket;
}

/** Resolves when all tasks that are due have run: timers and posted messages. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => setTimeout(() => setTimeout(resolve, 0), 0);
    port2.postMessage(null);
  });
}

/** A same-origin frame with the page of this mode in it. */
export async function openFrame(): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  frame.src = location.href;
  document.body.append(frame);
  await nextEvent(frame, 'load');
  return frame;
}

/** The window of a frame, with the globals that the tests use. */
export function windowOf(frame: HTMLIFrameElement): Window & typeof globalThis {
  return frame.contentWindow as Window & typeof globalThis;
}
