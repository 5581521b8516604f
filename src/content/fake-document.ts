/**
 * A document for tests: the real relay of a content script over a page script that remembers everything and reports at
 * once. Frames carry text that says which they are.
 */
import { captured, columnsOf } from '../protocol/fixtures.ts';
import { RING_FRAMES } from '../protocol/limits.ts';
import type { History, PageCommand } from '../protocol/page-command.ts';
import type { PageReport } from '../protocol/page-report.ts';
import { createRelay, type Relay, type RelayEdges } from './relay.ts';

export type FakeDocumentEdges = Pick<RelayEdges, 'connect' | 'nowMs' | 'callAfter'> & Partial<RelayEdges>;

export interface FakeDocument {
  readonly relay: Relay;
  /** What the page script was told. */
  readonly commands: readonly PageCommand[];
  /** Opens a connection; gives its number. */
  open(): number;
  /** Frames with the texts '<connection>:<seq>'. */
  frames(connection: number, count: number): void;
  close(connection: number): void;
  /** Anything, as a page may say it. */
  say(message: unknown): void;
}

interface FakeConnection {
  readonly facts: PageReport[];
  nextSeq: number;
  isOpen: boolean;
  sentFacts: number;
  sentSeq: number;
}

let ids = 0;

export function createFakeDocument(edges: FakeDocumentEdges): FakeDocument {
  const connections: FakeConnection[] = [];
  const commands: PageCommand[] = [];
  let isRecording = false;
  let atMs = 0;

  const relay = createRelay({
    isOrphaned: () => false,
    newId: () => `document${++ids}`,
    viewport: () => [1280, 720, 2],
    url: () => 'http://page/',
    timeOriginMs: edges.nowMs(),
    documentNowMs: edges.nowMs,
    wallNowMs: edges.nowMs,
    leaveBehind: () => undefined,
    sendToPage: obey,
    watchSurroundings: () => undefined,
    onConstructorThrew: () => undefined,
    ...edges,
  });

  function obey(command: PageCommand): void {
    commands.push(command);
    if (command.kind === 'record') record(command.history);
    if (command.kind === 'stop') isRecording = false;
    if (command.kind === 'drop') {
      close(command.connection);
      say({ kind: 'answer', commandId: command.commandId, outcome: 'done' });
    }
    if (command.kind === 'fault' || command.kind === 'stopFault') {
      say({ kind: 'answer', commandId: command.commandId, outcome: 'done' });
    }
  }

  function record(history: History): void {
    isRecording = true;
    for (const connection of connections) {
      if (history === 'unsent') continue;
      connection.sentFacts = history === 'open' && !connection.isOpen ? connection.facts.length : 0;
      connection.sentSeq = history === 'open' && !connection.isOpen ? connection.nextSeq : 0;
    }
    const reports = connections.flatMap((connection, number) => {
      if (history === 'open') return [...unsentFacts(connection), ...missed(connection, number)];
      return [...unsentFacts(connection, 1), ...unsentFrames(connection, number), ...unsentFacts(connection)];
    });
    if (reports.length > 0) say({ kind: 'reports', reports });
  }

  function unsentFacts(connection: FakeConnection, count = connection.facts.length): readonly PageReport[] {
    const facts = connection.facts.slice(connection.sentFacts, count);
    connection.sentFacts = Math.max(connection.sentFacts, count);
    return facts;
  }

  function unsentFrames(connection: FakeConnection, number: number): readonly PageReport[] {
    const { sentSeq, nextSeq } = connection;
    connection.sentSeq = nextSeq;
    const reports: PageReport[] = [];
    // As many as a real page remembers, at most: more than the parsers accept would be refused as a forgery.
    for (let seq = sentSeq; seq < nextSeq; seq += RING_FRAMES) {
      const count = Math.min(RING_FRAMES, nextSeq - seq);
      const texts = Array.from({ length: count }, (_, i) => ({ data: `${number}:${seq + i}` }));
      reports.push(captured(seq, columnsOf(texts), number));
    }
    return reports;
  }

  function missed(connection: FakeConnection, number: number): readonly PageReport[] {
    const { sentSeq, nextSeq } = connection;
    connection.sentSeq = nextSeq;
    const count = nextSeq - sentSeq;
    return count > 0 ? [{ kind: 'framesMissed', connection: number, firstSeq: sentSeq, count, reason: 'ring' }] : [];
  }

  function report(number: number): void {
    const connection = connections[number];
    if (!isRecording || !connection) return;
    say({ kind: 'reports', reports: [...unsentFrames(connection, number), ...unsentFacts(connection)] });
  }

  function say(message: unknown): void {
    relay.onPageMessage(message);
  }

  function close(number: number): void {
    const connection = connections[number];
    if (!connection?.isOpen) return;
    connection.isOpen = false;
    connection.facts.push({
      kind: 'connectionClosed',
      connection: number,
      atMs: ++atMs,
      code: 1006,
      reason: '',
      wasClean: false,
      simulated: false,
    });
    report(number);
  }

  return {
    relay,
    commands,
    say,
    close,
    open: () => {
      const number = connections.length;
      const url = `ws://127.0.0.1/${number}`;
      const facts: PageReport[] = [{ kind: 'connectionCreated', connection: number, atMs: ++atMs, url, protocols: [] }];
      connections.push({ facts, nextSeq: 0, isOpen: true, sentFacts: 0, sentSeq: 0 });
      if (number === 0) say({ kind: 'socketsExist' });
      report(number);
      return number;
    },
    frames: (number, count) => {
      const connection = connections[number];
      if (!connection) throw new Error(`There is no connection ${number}.`);
      connection.nextSeq += count;
      report(number);
    },
  };
}
