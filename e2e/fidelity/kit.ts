/** What the fidelity tests put into a page before anything else: a log of all its sockets, and a way to order faults. */
import type { PageFault } from '../../src/protocol/fault.ts';
import type { PageCommand } from '../../src/protocol/page-command.ts';
import type { Realm } from '../browsers/browser.ts';
import type { TestReceiver } from '../hook/receiver.iife.ts';

/** One event as a page sees it. */
export interface Seen {
  readonly socket: number;
  readonly type: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  /** Of close: code, wasClean, reason. Of message: the content. */
  readonly detail: readonly (boolean | number | string)[];
  /** Microtasks ran since the event before, and whether it was dispatched in the same task. */
  readonly microtaskRan: boolean;
  readonly sameTask: boolean;
}

export interface FidelityKit {
  readonly sockets: WebSocket[];
  readonly log: Seen[];
  /** Called when a socket has been constructed. */
  onSocket: (index: number) => void;
  command(command: PageCommand): void;
  answer(commandId: number): string;
  seen(type: string, socket?: number): number;
}

/** Runs in the page, and as source text: installs `window.kit`. */
function install(): void {
  const receiver = (window as unknown as { readonly testReceiver?: TestReceiver }).testReceiver;
  const sockets: WebSocket[] = [];
  const log: Seen[] = [];
  let microtasks = 0;
  let microtasksBefore = 0;
  let task = 0;
  let taskBefore = -1;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    task++;
  };
  function note(socket: number, event: Event): void {
    const target = sockets[socket] as WebSocket;
    const { code, wasClean, reason } = event as CloseEvent;
    const { data } = event as MessageEvent<unknown>;
    const detail = event.type === 'close' ? [code, wasClean, reason] : event.type === 'message' ? [text(data)] : [];
    log.push({
      socket,
      type: event.type,
      readyState: target.readyState,
      bufferedAmount: target.bufferedAmount,
      detail,
      microtaskRan: microtasks > microtasksBefore,
      sameTask: task === taskBefore,
    });
    microtasksBefore = microtasks;
    taskBefore = task;
    port2.postMessage(null);
    void Promise.resolve().then(() => microtasks++);
  }
  function text(data: unknown): string {
    if (typeof data === 'string') return data;
    return data instanceof ArrayBuffer
      ? `bytes ${[...new Uint8Array(data)].join(' ')}`
      : Object.prototype.toString.call(data);
  }
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args, newTarget) {
      const socket = Reflect.construct(target, args, newTarget) as WebSocket;
      const index = sockets.push(socket) - 1;
      for (const type of ['open', 'message', 'error', 'close']) {
        socket.addEventListener(type, (event) => note(index, event));
      }
      kit.onSocket(index);
      return socket;
    },
  });
  const kit: FidelityKit = {
    sockets,
    log,
    onSocket: () => undefined,
    command: (command) => receiver?.send(command),
    answer: (commandId) =>
      receiver?.messages.find((message) => message.startsWith(`answer ${commandId} `))?.split(' ')[2] ?? '',
    seen: (type, socket) => log.filter((seen) => seen.type === type && (socket ?? seen.socket) === seen.socket).length,
  };
  Object.assign(window, { kit });
}

export async function installKit(realm: Realm): Promise<void> {
  await realm.evaluate(install);
}

let lastCommand = 0;

/** A fault with the usual defaults; gives the page's answer. */
export async function orderFault(realm: Realm, fault: Pick<PageFault, 'what'> & Partial<PageFault>): Promise<string> {
  const commandId = ++lastCommand;
  const whole: PageFault = {
    id: `fault${commandId}`,
    where: { kind: 'connection', connection: 0 },
    when: { kind: 'now' },
    times: null,
    seed: 1,
    ...fault,
  };
  return await command(realm, { kind: 'fault', commandId, fault: whole }, commandId);
}

export async function command(realm: Realm, order: PageCommand, commandId = 0): Promise<string> {
  return await realm.evaluate(
    (text, id) => {
      const { kit } = window as unknown as { readonly kit: FidelityKit };
      kit.command(JSON.parse(text) as PageCommand);
      return kit.answer(id);
    },
    JSON.stringify(order),
    commandId,
  );
}
