/**
 * Plays the content script on the test pages: takes the port as the real one does and keeps what the parsers let pass.
 * It is on the native page as well, so that the pages differ in the hook alone. With `?raw` in the URL it only keeps the
 * port, for a test in a clean realm that listens from outside. With `?record` it begins to record with the first socket, and the top
 * window keeps the receivers of all documents, also of frames that are gone.
 */
import { receivePage } from '../../src/content/receive.ts';
import { HANDOFF_EVENT } from '../../src/protocol/handoff.ts';
import type { PageCommand } from '../../src/protocol/page-command.ts';
import { type PageReport, parsePageMessage, parsePageReport } from '../../src/protocol/page-report.ts';

export interface TestReceiver {
  /** Kinds of all messages so far, answers with their outcome. */
  readonly messages: string[];
  /** The reports of all messages, parsed. */
  readonly reports: PageReport[];
  /** What the parsers refused. */
  readonly refused: unknown[];
  readonly port: MessagePort | null;
  send(command: PageCommand): void;
}

const messages: string[] = [];
const reports: PageReport[] = [];
const refused: unknown[] = [];
let port: MessagePort | null = null;

function keepPort(event: Event): void {
  port = (event as MessageEvent).ports[0] ?? null;
  window.removeEventListener(HANDOFF_EVENT, keepPort, true);
}
window.addEventListener(HANDOFF_EVENT, keepPort, true);

function keep(value: unknown): void {
  const message = parsePageMessage(value);
  if (message === null) {
    refused.push(value);
    return;
  }
  messages.push(message.kind === 'answer' ? `answer ${message.commandId} ${message.outcome}` : message.kind);
  if (message.kind === 'socketsExist' && options.has('record')) link?.send({ kind: 'record', history: 'ring' });
  if (message.kind !== 'reports') return;
  for (const raw of message.reports) {
    const report = parsePageReport(raw);
    if (report === null) refused.push(raw);
    else reports.push(report);
  }
}

const options = new URLSearchParams(location.search);
const link = options.has('raw') ? null : receivePage(keep);
const receiver: TestReceiver = {
  messages,
  reports,
  refused,
  get port() {
    return port;
  },
  send: (command) => link?.send(command),
};
Object.defineProperty(window, 'testReceiver', { value: receiver });

if (options.has('record')) {
  const top = (window.top ?? window) as unknown as { wholeRecording?: TestReceiver[] };
  if (window === window.top) Object.defineProperty(window, 'wholeRecording', { value: [] });
  top.wholeRecording?.push(receiver);
}
