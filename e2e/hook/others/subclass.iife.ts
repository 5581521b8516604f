/** A wrapper that extends the class and takes its name. */
import type { Noted } from './noted.ts';

const noted: Noted = { log: [] };
const { WebSocket: Native } = window;
Object.assign(window, {
  noted,
  WebSocket: class WebSocket extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      noted.log.push('constructed');
      this.addEventListener('message', ({ data }) => noted.log.push(`received ${typeof data}`));
    }
    override send(data: Parameters<typeof Native.prototype.send>[0]): void {
      noted.log.push(`sent ${typeof data}`);
      super.send(data);
    }
  },
});
