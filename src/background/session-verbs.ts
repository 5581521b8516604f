/**
 * What panels ask for around sessions, verb by verb. Every answer comes after what it says has been committed; all panels
 * hear of it, for all of them may list sessions or show the one that was changed.
 */
import { MAX_MARK_CHARS, MAX_NAME_CHARS, MAX_NOTES_CHARS } from '../protocol/limits.ts';
import type { PanelUpdate } from '../protocol/panel-link.ts';
import type { ConnectionRecord, SessionRecord } from '../protocol/records.ts';
import type { NewMark, SessionAnswer, SessionOutcome, SessionVerb } from '../protocol/session-verbs.ts';
import type { MarkRecord } from '../store/marks.ts';
import type { Writer } from '../store/writer.ts';
import type { Notices } from './notices.ts';
import type { RecordedTabs } from './recorded-tabs.ts';
import type { Room } from './room.ts';
import type { Sessions } from './sessions.ts';
import { siteOf } from './standing-orders.ts';

export interface SessionVerbsEdges {
  readonly sessions: Sessions;
  readonly writer: Writer;
  readonly tabs: RecordedTabs;
  readonly room: Room;
  readonly notices: Notices;
  /** Null when there is none. */
  readConnection(connectionId: string): Promise<ConnectionRecord | null>;
  /** Tabs that show a page of this origin. */
  tabsOfOrigin(origin: string): Promise<readonly number[]>;
  tellAll(update: PanelUpdate): void;
  onSessionChanged(sessionId: string): void;
  onAlwaysOnChanged(areSaved: boolean): void;
}

type Handlers = {
  readonly [Kind in SessionVerb['kind']]: (
    verb: Extract<SessionVerb, { readonly kind: Kind }>,
    tabId: number | null,
  ) => Promise<SessionOutcome | SessionAnswer>;
};

export function createSessionVerbs(edges: SessionVerbsEdges) {
  const { sessions, writer, tabs, room, notices } = edges;

  async function change(sessionId: string, fields: Partial<SessionRecord>): Promise<SessionOutcome> {
    const changed = await writer.changeSession(sessionId, (session) => ({ ...session, ...fields }));
    if (!changed) return 'notFound';
    edges.onSessionChanged(sessionId);
    return 'done';
  }

  async function mark({ atMs, text, connectionId, seq, sessionId: id }: NewMark, tabId: number | null) {
    const sessionId = id ?? (tabId === null ? undefined : tabs.get(tabId)?.sessionId);
    if (sessionId === undefined) return 'notRecorded';
    if (!Number.isFinite(atMs) || (seq !== null && connectionId === null)) return 'invalid';
    const connection = connectionId === null ? null : await edges.readConnection(connectionId);
    if (connectionId !== null && connection?.sessionId !== sessionId) return 'notFound';
    const written = await writer.addMark({
      sessionId,
      documentId: connection?.documentId ?? null,
      connectionId,
      atMs,
      kind: 'marker',
      text: text.slice(0, MAX_MARK_CHARS),
      ...(seq !== null && { seq }),
    });
    if (!written) return 'notFound';
    tellMark(written);
    return 'done';
  }

  function tellMark(row: MarkRecord): void {
    edges.tellAll({ kind: 'evidence', sessionId: row.sessionId, handshakes: [], probes: [], context: [row] });
  }

  const handlers: Handlers = {
    mark: (verb, tabId) => mark(verb.mark, tabId),
    editMark: async ({ contextId, text }) => {
      const edited = (row: MarkRecord) => ({ ...row, text: text.slice(0, MAX_MARK_CHARS) });
      const before = await writer.changeMark(contextId, edited);
      if (before) tellMark(edited(before));
      return before ? 'done' : 'notFound';
    },
    removeMark: async ({ contextId }) => {
      const before = await writer.changeMark(contextId, () => null);
      if (before) edges.tellAll({ kind: 'markRemoved', sessionId: before.sessionId, contextId });
      return before ? 'done' : 'notFound';
    },
    start: async (verb, tabId) => (tabId === null ? 'notRecorded' : sessions.start(tabId, verb)),
    stop: ({ sessionId }, tabId) => sessions.stop(tabId, sessionId),
    setTabs: async ({ tabIds }, tabId) => {
      if (tabId === null) return 'notRecorded';
      const outcome = await sessions.setTabs(tabId, tabIds);
      const live = tabs.get(tabId);
      if (outcome === 'done' && live) edges.onSessionChanged(live.sessionId);
      return outcome;
    },
    rename: async ({ sessionId, name }) => {
      const trimmed = name.trim().slice(0, MAX_NAME_CHARS);
      return trimmed === '' ? 'invalid' : change(sessionId, { name: trimmed });
    },
    setNotes: ({ sessionId, notes }) => change(sessionId, { notes: notes.slice(0, MAX_NOTES_CHARS) }),
    pin: ({ sessionId, on }) => change(sessionId, { pinned: on }),
    setSummary: ({ sessionId, summary }) => change(sessionId, { summary }),
    delete: async ({ sessionId }) => {
      await sessions.cleanUp();
      const outcome = await room.deleteForNow(sessionId);
      if (outcome === 'done') edges.tellAll({ kind: 'sessionsChanged' });
      return outcome;
    },
    restore: async ({ sessionId }) => {
      const outcome = await room.restore(sessionId);
      if (outcome === 'done') edges.tellAll({ kind: 'sessionsChanged' });
      return outcome;
    },
    setAlwaysOn: async ({ origin, on }) => {
      if (siteOf(origin) !== origin) return 'invalid';
      const areSaved = await sessions.setAlwaysOn(origin, on, await edges.tabsOfOrigin(origin));
      edges.onAlwaysOnChanged(areSaved);
      return 'done';
    },
    dismissNotices: async ({ untilMs }) => {
      await notices.loaded;
      notices.dismiss(untilMs);
      return 'done';
    },
    importEnded: async () => {
      edges.tellAll({ kind: 'sessionsChanged' });
      room.apply();
      return 'done';
    },
  };

  /** `tabId`: the panel's; null when it looks at none. Rejects when the store fails. */
  return async (tabId: number | null, verb: SessionVerb): Promise<SessionAnswer> => {
    // The table has the right one for each kind, which TypeScript cannot follow.
    const handle = handlers[verb.kind] as (verb: SessionVerb, tabId: number | null) => ReturnType<Handlers['mark']>;
    const answer = await handle(verb, tabId);
    if (typeof answer !== 'string') return answer;
    const isOfOne = answer === 'done' && 'sessionId' in verb;
    return { outcome: answer, sessionId: isOfOne ? verb.sessionId : null };
  };
}
