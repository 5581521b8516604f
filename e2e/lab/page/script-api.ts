/**
 * `window.lab`: the page for scripts. Everything that a button does can be called, and `state()` is plain JSON.
 */
import { type ClientId, isClientId } from '../roster.ts';
import type { CardModel } from './model.ts';
import { journal } from './model.ts';
import { labState, type ServerCommands, serverCommands } from './servers.ts';

/** A client's part of `lab.state()`. */
export interface ClientReport {
  readonly id: ClientId;
  readonly name: string;
  readonly path: string;
  readonly state: string;
  readonly lastClose: {
    readonly code: number | null;
    readonly reason: string;
    readonly wasClean: boolean | null;
  } | null;
  readonly received: { readonly messages: number; readonly bytes: number };
  readonly sent: { readonly messages: number; readonly bytes: number };
  readonly opens: number;
  readonly reconnects: number;
  readonly lastMessage: string | null;
}

export interface ClientCommands {
  connect(): void;
  disconnect(): void;
  sendText(text: string): void;
  /** Sends that many bytes 0, 1, 2, ... */
  sendBinary(byteCount: number): void;
  /** Sends `count` texts "0:...", "1:...", each padded to `bytes`. */
  burst(count: number, bytes?: number): void;
}

export interface LabScriptApi {
  readonly ids: readonly ClientId[];
  /** The clients by id, and the servers' state as last heard. */
  state(): {
    readonly clients: Readonly<Record<string, ClientReport>>;
    readonly servers: unknown;
    readonly journal: unknown;
  };
  /** Commands to one client, or to all. What a library throws is noted in the journal. */
  client(id: string): ClientCommands;
  /** Commands to one server, or to all. */
  server(id: string): ServerCommands;
}

declare global {
  interface Window {
    lab: LabScriptApi;
  }
}

const BURST_BYTES = 32;

function countingBytes(byteCount: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: byteCount }, (_, i) => i % 256);
}

/** Commands that act on all of `cards`. */
export function clientCommands(cards: readonly CardModel[]): ClientCommands {
  const each = (action: (card: CardModel) => void) => {
    for (const card of cards) card.attempt(() => action(card));
  };
  return {
    connect: () => each(({ client }) => client.connect()),
    disconnect: () => each(({ client }) => client.disconnect()),
    sendText: (text) => each(({ client }) => client.sendText(text)),
    sendBinary: (byteCount) => each(({ client }) => client.sendBinary?.(countingBytes(byteCount))),
    burst: (count, bytes = BURST_BYTES) =>
      each(({ client }) => {
        for (let i = 0; i < count; i++) client.sendText(`${i}:`.padEnd(bytes, '.'));
      }),
  };
}

function report({ id, row, ...card }: CardModel): ClientReport {
  const opens = card.opens.peek();
  return {
    id,
    name: row.name,
    path: row.path,
    state: card.state.peek(),
    lastClose: card.lastClose.peek(),
    received: card.received.peek(),
    sent: card.sent.peek(),
    opens,
    reconnects: Math.max(0, opens - 1),
    lastMessage: card.lastMessage.peek()?.text ?? null,
  };
}

/** The script API over the page's cards. Its functions throw for an id that is not on the page. */
export function createScriptApi(cards: readonly CardModel[]): LabScriptApi {
  const find = (id: string): readonly CardModel[] => {
    const found = id === 'all' ? cards : cards.filter((card) => card.id === id);
    if (found.length === 0) throw new Error(`no client "${id}" on this page`);
    return found;
  };
  return {
    ids: cards.map(({ id }) => id),
    state: () => ({
      clients: Object.fromEntries(cards.map((card) => [card.id, report(card)])),
      servers: labState.peek().endpoints,
      journal: journal.peek(),
    }),
    client: (id) => clientCommands(find(id)),
    server(id) {
      if (id !== 'all' && !isClientId(id)) throw new Error(`no server "${id}"`);
      return serverCommands(id);
    },
  };
}
