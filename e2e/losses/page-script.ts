/** What the pages of the loss tests do: open streams, count and check what comes, send, and tell it all at the end. */
import { contentOf } from './content.ts';
import type { SeenSocket } from './site.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface OpenOptions {
  /** Of each frame, in UTF-16 units. */
  readonly bytes?: number;
  /** What to do, in the page, in the midst of its `close` event. */
  readonly onclose?: string;
}

/** `globalThis.losses` in a page of the site. */
export interface LossPage {
  readonly seen: Record<string, Writable<SeenSocket>>;
  readonly sockets: Record<string, WebSocket>;
  open(stream: string, options?: OpenOptions): void;
  /** Sends the next `count` numbered frames. */
  send(stream: string, count: number, bytes?: number): void;
  close(stream: string, code: number): void;
  /** Tells the site what was seen so far. */
  tell(): void;
  /** The window that a click has opened. */
  opened?: (Window & { readonly losses: LossPage }) | undefined;
}

type Content = typeof contentOf;

/** Runs in the page. */
function install(doc: string, content: Content): void {
  const global = globalThis as unknown as { losses: LossPage };
  const seen: LossPage['seen'] = {};
  const sockets: LossPage['sockets'] = {};
  const tell = () => navigator.sendBeacon('/told', JSON.stringify({ doc, sockets: seen }));

  function open(stream: string, { bytes = 40, onclose }: OpenOptions = {}): void {
    const mine: Writable<SeenSocket> = { received: 0, sent: 0, wrong: 0, closeCode: null, closeRequestedCode: null };
    seen[stream] = mine;
    const socket = new WebSocket(`ws://${location.host}/?stream=${stream}&bytes=${bytes}`);
    sockets[stream] = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data !== content(stream, mine.received++, bytes)) mine.wrong++;
    });
    socket.addEventListener('close', ({ code }) => {
      mine.closeCode = code;
      if (onclose === 'reload') location.reload();
      if (onclose === 'leave') location.href = '/page?doc=elsewhere';
      // In its close event, a socket still keeps its page out of Firefox's back/forward cache.
      if (onclose === 'leave soon') setTimeout(() => location.assign('/page?doc=elsewhere'));
      if (onclose === 'window.close') window.close();
      if (parent !== window) tell();
    });
  }

  global.losses = {
    seen,
    sockets,
    open,
    tell,
    send: (stream, count, bytes = 40) => {
      const mine = seen[stream];
      const socket = sockets[stream];
      if (!mine || !socket) return;
      for (let i = 0; i < count; i++) socket.send(content(`${stream}>`, mine.sent++, bytes));
    },
    close: (stream, code) => {
      const mine = seen[stream];
      if (mine) mine.closeRequestedCode = code;
      sockets[stream]?.close(code);
    },
  };
  addEventListener('pagehide', tell);
  const wanted = new URLSearchParams(location.search).get('open');
  if (wanted !== null) open(wanted);
  document.querySelector('button')?.addEventListener('click', () => {
    global.losses.opened = window.open('/page?doc=popup', 'popup') as LossPage['opened'];
  });
}

/** As text for a script element. A compiler may have wrapped inner functions in `__name`. */
export function pageScript(doc: string): string {
  const name = JSON.stringify(doc).replaceAll('<', '\\u003c');
  return `{const __name=(f)=>f;(${install.toString()})(${name},${contentOf.toString()})}`;
}
