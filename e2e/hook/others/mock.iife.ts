/** A page's own mock, as tests of applications use: no native socket at all, everything echoed at once. */
class MockSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = 0;
  bufferedAmount = 0;
  protocol = '';
  extensions = '';
  binaryType = 'blob';
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: Event) => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    for (const type of ['open', 'message', 'error', 'close'] as const) {
      this.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
    this.later(1, () => new Event('open'));
  }
  send(data: unknown): void {
    this.later(1, () => new MessageEvent('message', { data }));
  }
  close(code = 1005, reason = ''): void {
    this.readyState = 2;
    this.later(3, () => new CloseEvent('close', { code, reason, wasClean: true }));
  }
  private later(readyState: number, event: () => Event): void {
    setTimeout(() => {
      this.readyState = readyState;
      this.dispatchEvent(event());
    }, 0);
  }
}
Object.assign(window, { WebSocket: MockSocket });
