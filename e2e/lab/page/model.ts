/**
 * What the page knows of its clients, as signals: state, counters, the last close, recent activity, and the journal of
 * all of them. Knows no DOM, so that the cards only show and this only counts.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ClientClose, ClientState, Described, LabClient } from '../clients/client.ts';
import { clients } from '../clients/table.ts';
import { type ClientId, type RosterRow, roster } from '../roster.ts';

export interface Counter {
  readonly messages: number;
  readonly bytes: number;
}

export interface LastMessage {
  readonly direction: 'in' | 'out';
  readonly text: string;
}

/** What happened in one slice of time. */
export interface ActivitySlice {
  readonly received: number;
  readonly sent: number;
  readonly closes: number;
}

export interface JournalEntry {
  readonly key: number;
  readonly atMs: number;
  readonly clientId: ClientId;
  readonly name: string;
  readonly kind: 'open' | 'abnormal' | 'closed' | 'problem';
  readonly text: string;
}

/** One client as its card shows it. */
export interface CardModel {
  readonly id: ClientId;
  readonly row: RosterRow;
  readonly client: LabClient;
  readonly state: ReadonlySignal<ClientState>;
  readonly lastClose: ReadonlySignal<ClientClose | null>;
  readonly received: ReadonlySignal<Counter>;
  readonly sent: ReadonlySignal<Counter>;
  /** Times that the client was open, the first one included. */
  readonly opens: ReadonlySignal<number>;
  readonly lastMessage: ReadonlySignal<LastMessage | null>;
  readonly activity: ReadonlySignal<readonly ActivitySlice[]>;
  /** Runs something that may throw what the library throws; the journal tells. Gives whether it did not throw. */
  attempt(action: () => void): boolean;
}

/** Slices of activity kept, and the length of one: 20 s in all. */
export const SLICES = 40;
const SLICE_MS = 500;
const JOURNAL_LENGTH = 60;
const ABNORMAL = 1006;

const QUIET: ActivitySlice = { received: 0, sent: 0, closes: 0 };
const NOTHING: Counter = { messages: 0, bytes: 0 };

const journalEntries: Signal<readonly JournalEntry[]> = signal([]);
let journalKey = 0;

/** What happened to all clients, newest first. */
export const journal: ReadonlySignal<readonly JournalEntry[]> = journalEntries;

function note(entry: Omit<JournalEntry, 'key' | 'atMs'>): void {
  journalEntries.value = [{ ...entry, key: journalKey++, atMs: Date.now() }, ...journalEntries.peek()].slice(
    0,
    JOURNAL_LENGTH,
  );
}

/** A close in words: "closed 1006", with the reason where there is one. */
export function closeText({ code, reason }: ClientClose): string {
  if (code === null) return reason === '' ? 'closed' : `closed: ${reason}`;
  return reason === '' ? `closed ${code}` : `closed ${code} ${reason}`;
}

/** Whether a close came without a Close frame. Libraries that hide the code hide this too: then it is not claimed. */
export function isAbnormal({ code }: ClientClose): boolean {
  return code === ABNORMAL;
}

function durationText(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

function count(counter: Signal<Counter>, bytes: number): void {
  const { messages, bytes: before } = counter.peek();
  counter.value = { messages: messages + 1, bytes: before + bytes };
}

/** Makes the client of one row, connected to its counters. It does not connect yet. */
function createCard(id: ClientId, row: RosterRow, wsOrigin: string): CardModel & { advance(): void } {
  const state = signal<ClientState>('closed');
  const lastClose = signal<ClientClose | null>(null);
  const received = signal(NOTHING);
  const sent = signal(NOTHING);
  const opens = signal(0);
  const lastMessage = signal<LastMessage | null>(null);
  const activity = signal<readonly ActivitySlice[]>(Array.from({ length: SLICES }, () => QUIET));
  let current = QUIET;
  let downSinceMs = 0;

  function message(direction: LastMessage['direction'], { text, bytes }: Described): void {
    count(direction === 'in' ? received : sent, bytes);
    current =
      direction === 'in' ? { ...current, received: current.received + 1 } : { ...current, sent: current.sent + 1 };
    lastMessage.value = { direction, text };
  }

  const client = clients[id](wsOrigin + row.path, {
    state(next) {
      const before = state.peek();
      state.value = next;
      if (before === 'open' && next !== 'open') downSinceMs = Date.now();
      if (next !== 'open' || before === 'open') return;
      opens.value += 1;
      const again = opens.peek() > 1 ? `open again after ${durationText(Date.now() - downSinceMs)}` : 'open';
      note({ clientId: id, name: row.name, kind: 'open', text: again });
    },
    closed(close) {
      lastClose.value = close;
      current = { ...current, closes: current.closes + 1 };
      note({ clientId: id, name: row.name, kind: isAbnormal(close) ? 'abnormal' : 'closed', text: closeText(close) });
    },
    received: (described) => message('in', described),
    sent: (described) => message('out', described),
  });

  return {
    id,
    row,
    client,
    state,
    lastClose,
    received,
    sent,
    opens,
    lastMessage,
    activity,
    attempt(action) {
      try {
        action();
        return true;
      } catch (error) {
        note({
          clientId: id,
          name: row.name,
          kind: 'problem',
          text: error instanceof Error ? error.message : String(error),
        });
        return false;
      }
    },
    advance() {
      activity.value = [...activity.peek().slice(1), current];
      current = QUIET;
    },
  };
}

/** The cards of the clients that `wanted` names, all when it is null; their clocks run and their clients are calm. */
export function startCards(wsOrigin: string, wanted: readonly string[] | null): readonly CardModel[] {
  const cards = roster
    .filter(({ id }) => wanted === null || wanted.includes(id))
    .map((row) => createCard(row.id, row, wsOrigin));
  setInterval(() => {
    for (const card of cards) card.advance();
  }, SLICE_MS);
  for (const { client, row, state, attempt } of cards) {
    let n = 0;
    setInterval(() => {
      if (state.peek() === 'open' || client.queuesWhileDown === true) attempt(() => client.pulse(n++));
    }, row.pulseMs);
  }
  return cards;
}
