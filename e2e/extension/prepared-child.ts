/**
 * A page that prepares the window of a child of its own origin before the child's document is there, to take the port that
 * the page script hands over in it, and to speak in the page script's name.
 */
import type { Tab } from '../browsers/browser.ts';

/** What the page has then, in its own window. */
export interface PreparedPage {
  /** The child's window; missing when the browser gave none. */
  readonly child: Window & typeof globalThis;
  /** Missing where the window did not outlive the first navigation. */
  readonly port: MessagePort | undefined;
  /** The child's, open. */
  readonly socket: WebSocket;
}

/** Opens the child `/page?child` of `origin` and a connection to `url` in it. Gives whether the port was taken. */
export function prepareChild(tab: Tab, origin: string, url: string): Promise<boolean> {
  return tab.evaluate(
    async (childOrigin: string, socketUrl: string) => {
      const frame = document.createElement('iframe');
      frame.src = `${childOrigin}/page?child`;
      let port: MessagePort | undefined;
      document.body.append(frame);
      frame.contentWindow?.addEventListener(
        'socketscope-handoff',
        (event) => {
          port = (event as MessageEvent).ports[0];
        },
        true,
      );
      await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      const child = frame.contentWindow as Window & typeof globalThis;
      const socket = new child.WebSocket(socketUrl);
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      Object.assign(window, { child, socket, port });
      return port !== undefined;
    },
    origin,
    url,
  );
}
