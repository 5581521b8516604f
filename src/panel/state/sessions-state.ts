/**
 * Sessions beside the one that is shown: what is stored, what is recorded in the tab, which sites are always recorded, what
 * happened while nobody looked. The list is read when somebody looks at it for the first time, and whenever it has changed.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SessionRecord, SessionSummary } from '../../protocol/records.ts';
import type { NewSession, Notice, SessionOutcome } from '../../protocol/session-verbs.ts';
import type { SpaceUsed } from '../../store/space.ts';
import type { PanelLink, PanelNews } from '../link/panel-link.ts';
import type { PageTab, SessionsSource } from '../link/sessions-source.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The session that the panel's tab is recorded in. */
export interface CurrentSession {
  readonly session: SessionRecord;
  /** Tabs that are recorded in it now. */
  readonly tabIds: readonly number[];
}

/** What went wrong with something that was asked for. */
export interface SessionProblem {
  readonly outcome: Exclude<SessionOutcome, 'done'>;
  readonly name: string;
}

export interface SessionsState {
  readonly current: ReadonlySignal<CurrentSession | null>;
  /** It was started by somebody, and lasts until somebody stops it. */
  readonly isNamed: ReadonlySignal<boolean>;
  /** Null: not read yet. */
  readonly list: ReadonlySignal<readonly SessionRecord[] | null>;
  readonly space: ReadonlySignal<SpaceUsed | null>;
  /** Why the list could not be read. */
  readonly failure: ReadonlySignal<string | null>;
  readonly problem: ReadonlySignal<SessionProblem | null>;
  /** Deleted last, and can be restored. */
  readonly deleted: ReadonlySignal<SessionRecord | null>;
  readonly alwaysOn: ReadonlySignal<{ readonly origins: readonly string[]; readonly areSaved: boolean }>;
  readonly notices: ReadonlySignal<readonly Notice[]>;
  /** Somebody looks at the list: it is read, now and with every change. */
  watch(): void;
  onNews(news: PanelNews): void;
  start(session: NewSession): Promise<SessionOutcome>;
  /** The tabs that the session of the panel's tab is recorded in from now on, beside that one. Tells no problem itself. */
  setTabs(tabIds: readonly number[]): Promise<SessionOutcome>;
  /** Null: that of the panel's tab. */
  stop(session: SessionRecord | null): Promise<void>;
  rename(session: SessionRecord, name: string): Promise<void>;
  setNotes(session: SessionRecord, notes: string): Promise<void>;
  /** Of what was found in it. */
  setSummary(session: SessionRecord, summary: SessionSummary): Promise<void>;
  pin(session: SessionRecord, on: boolean): Promise<void>;
  remove(session: SessionRecord): Promise<void>;
  /** Of the one that was deleted last. */
  restore(): Promise<void>;
  setAlwaysOn(origin: string, on: boolean): Promise<void>;
  dismissNotices(): void;
  /** The moment that somebody is about to mark, epoch milliseconds; null: nobody is. */
  readonly markingMs: ReadonlySignal<number | null>;
  beginMarking(atMs: number): void;
  endMarking(): void;
  mark(atMs: number, text: string): Promise<SessionOutcome>;
  /** A session was written beside the background, which has to know of it. */
  noteImportEnded(): Promise<void>;
  tabs(): Promise<readonly PageTab[]>;
  urlOf(sessionId: string): string;
}

export interface SessionsEdges {
  readonly link: PanelLink;
  readonly source: SessionsSource;
}

export function createSessionsState({ link, source }: SessionsEdges): SessionsState {
  const current = signal<CurrentSession | null>(null);
  const list = signal<readonly SessionRecord[] | null>(null);
  const space = signal<SpaceUsed | null>(null);
  const failure = signal<string | null>(null);
  const problem = signal<SessionProblem | null>(null);
  const deleted = signal<SessionRecord | null>(null);
  const alwaysOn = signal<SessionsState['alwaysOn']['value']>({ origins: [], areSaved: true });
  const notices = signal<readonly Notice[]>([]);
  const markingMs = signal<number | null>(null);
  let isWatched = false;

  const read = oneAtATime(
    async () => {
      const [sessions, used] = await Promise.all([source.sessions(), source.space()]);
      batch(() => {
        list.value = sessions;
        space.value = used;
        failure.value = null;
      });
    },
    (error) => {
      failure.value = error instanceof Error ? error.message : String(error);
    },
  );

  /** Notes what went wrong; the list is read again by the news that every change brings. */
  function told(outcome: SessionOutcome, name: string): boolean {
    problem.value = outcome === 'done' ? null : { outcome, name };
    return outcome === 'done';
  }

  return {
    current,
    isNamed: computed(() => current.value?.session.kind === 'named' && current.value.session.endedAtMs === null),
    list,
    space,
    failure,
    problem,
    deleted,
    alwaysOn,
    notices,
    watch: () => {
      isWatched = true;
      read();
    },
    onNews: (news) => {
      if (news.kind === 'session') current.value = { session: news.session, tabIds: news.tabIds };
      else if (news.kind === 'alwaysOn') alwaysOn.value = { origins: news.origins, areSaved: news.areSaved };
      else if (news.kind === 'notices') notices.value = news.notices;
      else if (news.kind === 'sessionsChanged' && isWatched) read();
    },
    start: async (session) => {
      const { outcome } = await link.startSession(session);
      told(outcome, session.name);
      return outcome;
    },
    setTabs: (tabIds) => link.setSessionTabs(tabIds),
    stop: async (session) => {
      const { outcome } = await link.stopSession(session?.sessionId);
      told(outcome, session?.name ?? current.peek()?.session.name ?? '');
    },
    rename: async ({ sessionId, name: before }, name) => {
      told(await link.renameSession(sessionId, name), before);
    },
    setNotes: async ({ sessionId, name }, notes) => {
      told(await link.setNotes(sessionId, notes), name);
    },
    // Nobody asked for it: that it failed, because the session was deleted meanwhile, is nothing to tell.
    setSummary: async ({ sessionId }, summary) => {
      await link.setSummary(sessionId, summary);
    },
    pin: async ({ sessionId, name }, on) => {
      told(await link.pinSession(sessionId, on), name);
    },
    remove: async (session) => {
      if (told(await link.deleteSession(session.sessionId), session.name)) deleted.value = session;
    },
    restore: async () => {
      const session = deleted.peek();
      deleted.value = null;
      if (session) told(await link.restoreSession(session.sessionId), session.name);
    },
    setAlwaysOn: async (origin, on) => {
      told(await link.setAlwaysOn(origin, on), origin);
    },
    dismissNotices: () => {
      const last = notices.peek().at(-1);
      if (last) void link.dismissNotices(last.atMs);
    },
    markingMs,
    beginMarking: (atMs) => {
      markingMs.value = atMs;
    },
    endMarking: () => {
      markingMs.value = null;
    },
    mark: (atMs, text) => link.mark({ atMs, text, connectionId: null, seq: null }),
    noteImportEnded: async () => {
      told(await link.noteImportEnded(), '');
    },
    tabs: () => source.tabs(),
    urlOf: (sessionId) => source.urlOf(sessionId),
  };
}
