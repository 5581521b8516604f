/**
 * Begins, pauses, clears and ends sessions, and says which tabs belong to which. Everything here happens one after the
 * other: two panels that attach at once must not begin two sessions of one tab.
 */
import type { ContextRecord, Environment } from '../protocol/records.ts';
import type { NewSession, SessionAnswer, SessionOutcome } from '../protocol/session-verbs.ts';
import { inTurnAfter } from '../store/in-turn.ts';
import { isUnattended, type RecordedTab } from './recorded-tabs.ts';
import { dayOf, type SessionEdges, type SessionLives, WATCH } from './session-lives.ts';
import { siteOf } from './standing-orders.ts';

/** A panel that reconnects does so within a moment; one that was closed does not come back. */
export const PANEL_GRACE_MS = 2_000;
/** After a new start of the worker, panels may still be waiting for their backoff. */
export const RESTART_GRACE_MS = 10_000;
/** A session that is always on gives way to the next when it has grown by this much, or a quarter of all that is kept. */
const ALWAYS_ON_BYTES = 64 * 1024 * 1024;

export type Viewport = NonNullable<Environment['viewport']>;

/** What a document that says hello shows of its tab. */
export interface Arrival {
  readonly frameId: number;
  /** Of the top frame, as the browser says; '': it does not. */
  readonly pageUrl: string;
  readonly viewport: Viewport | null;
}

export interface SessionsEdges extends SessionEdges {
  readonly lives: SessionLives;
  /** Something that happened was written down. */
  onContext(tabId: number, row: ContextRecord): void;
  deleteForNow(sessionId: string): Promise<unknown>;
  /** All that may be kept, bytes. */
  retentionBytes(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface Sessions {
  /**
   * The tab's session: the live one, when it is `sessionId` or others look at it or it is recorded whoever looks, else a new
   * one. Rejects when the store fails, and then nothing is recorded.
   */
  attach(tabId: number, sessionId: string | null): Promise<RecordedTab>;
  /** In all tabs of the session. Null when the tab is not recorded. */
  setRecording(tabId: number, on: boolean): Promise<RecordedTab | null>;
  /**
   * Begins a new session in place of the live one, whose rows are deleted; those of a session that somebody has named can be
   * restored for a while, those of one that is always on stay. Null when the tab is not recorded.
   */
  clear(tabId: number): Promise<RecordedTab | null>;
  /** Begins a named session in these tabs. */
  start(tabId: number, session: NewSession): Promise<SessionAnswer>;
  /** Ends a named session. `id`: that one, not the tab's. */
  stop(tabId: number | null, id: string | null): Promise<SessionAnswer>;
  setTabs(tabId: number, tabIds: readonly number[]): Promise<SessionOutcome>;
  setAlwaysOn(origin: string, on: boolean, tabIds: readonly number[]): Promise<boolean>;
  /**
   * A document of the tab has said hello: perhaps the tab is to be recorded from now on, or not any more. Null: that is not the
   * question.
   */
  onArrival(tabId: number, arrival: Arrival): Promise<void> | null;
  /** The tab's session takes so much now: perhaps it has to give way to the next. */
  onWritten(tabId: number, storedBytes: number): void;
  /** A panel of the tab has gone: ends the session, unless one comes back within `graceMs`, or it goes on. */
  endUnlessWatched(tabId: number, graceMs: number): void;
  /** A document of the tab has gone, and perhaps the tab with it. */
  leaveIfClosed(tabId: number): Promise<void>;
  /** The session is not in the store any more: nothing can be recorded into it. */
  abandon(tabId: number, sessionId: string): Promise<void>;
  /** Sessions that may not be deleted: recorded, paused, or waiting for a tab. */
  liveIds(): ReadonlySet<string>;
  /** Ends sessions that an earlier run of the browser has left open. */
  cleanUp(): Promise<void>;
}

export function createSessions(edges: SessionsEdges): Sessions {
  const { tabs, standing, writer, lives, nowMs } = edges;
  const inTurn = inTurnAfter(Promise.all([tabs.loaded, standing.loaded]));
  /** Tabs whose last panel was closed a moment ago. */
  const unwatched = new Set<number>();
  /** Sessions whose viewport is known, or was there to be known. */
  const measured = new Set<string>();
  /** Tabs whose session is about to give way to the next. */
  const givingWay = new Set<number>();

  async function attach(tabId: number, sessionId: string | null): Promise<RecordedTab> {
    await lives.cleanUp();
    const live = tabs.get(tabId);
    const mayJoin = live && (live.kind || live.sessionId === sessionId || !unwatched.has(tabId));
    if (mayJoin && (await writer.isOpenSession(live.sessionId))) return live;
    if (live) await lives.leave(tabId, live);
    const seated = await lives.takeSeat(tabId, await edges.tabUrl(tabId));
    const begun = seated ?? (await lives.beginUnnamed(tabId, 'attach')) ?? (await lives.begin([tabId], WATCH));
    edges.applyRetention();
    return begun;
  }

  /** Synchronous, and nearly always false: this is asked for every document with sockets. */
  function isOfNote(tabId: number, { frameId, pageUrl, viewport }: Arrival): boolean {
    const live = tabs.get(tabId);
    if (!live) return standing.areAny() && siteOf(pageUrl) !== null;
    const { sessionId, kind, goesOn, origin } = live;
    if (frameId === 0 && viewport && !measured.has(sessionId)) return true;
    if (kind === 'always') return siteOf(pageUrl) !== origin;
    if (kind === undefined) return standing.isAlwaysOn(pageUrl);
    return goesOn === true && frameId === 0;
  }

  async function onArrival(tabId: number, arrival: Arrival): Promise<void> {
    const { frameId, pageUrl } = arrival;
    const live = tabs.get(tabId);
    if (!live) {
      if (standing.seatsFor(pageUrl).length === 0 && !standing.isAlwaysOn(pageUrl)) return;
      await lives.cleanUp();
      if (!(await lives.takeSeat(tabId, pageUrl))) await lives.beginUnnamed(tabId, 'attach');
    } else if (live.kind === 'always' && siteOf(pageUrl) !== live.origin) {
      await lives.end(tabId, live.sessionId, 'attach');
    } else if (live.kind === undefined && standing.isAlwaysOn(pageUrl)) {
      await lives.setKind(tabId, live, 'always', siteOf(pageUrl));
    } else if (live.goesOn && frameId === 0) {
      const others = standing.seatsOf(live.sessionId).filter((seat) => seat.tabId !== tabId);
      const known = standing.seatsOf(live.sessionId).find((seat) => seat.tabId === tabId);
      if (known?.url !== pageUrl) await standing.setSeats(live.sessionId, [...others, { tabId, url: pageUrl }]);
    }
    await measure(tabId, arrival);
  }

  async function measure(tabId: number, { frameId, viewport }: Arrival): Promise<void> {
    const sessionId = tabs.get(tabId)?.sessionId;
    if (sessionId === undefined || frameId !== 0 || !viewport || measured.has(sessionId)) return;
    measured.add(sessionId);
    await writer.changeSession(sessionId, (session) => {
      const { environment } = session;
      return environment && !environment.viewport ? { ...session, environment: { ...environment, viewport } } : null;
    });
  }

  return {
    liveIds: lives.liveIds,
    cleanUp: () => inTurn(lives.cleanUp),

    attach: (tabId, sessionId) =>
      inTurn(async () => {
        const tab = await attach(tabId, sessionId);
        unwatched.delete(tabId);
        return tab;
      }),

    setRecording: (tabId, on) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (!live || live.recording === on) return live ?? null;
        const { sessionId } = live;
        for (const each of tabs.tabsOf(sessionId)) {
          const tab = tabs.get(each);
          if (tab) await tabs.set(each, { ...tab, recording: on });
          edges.onTabChanged(each);
        }
        const kind = on ? 'recordingResumed' : 'recordingPaused';
        const row: ContextRecord = { sessionId, documentId: null, connectionId: null, atMs: nowMs(), kind };
        await lives.telling(
          tabId,
          writer.addContext(row).then(() => edges.onContext(tabId, row)),
        );
        return { ...live, recording: on };
      }),

    clear: (tabId) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (!live) return null;
        const { sessionId, kind = 'watch', goesOn = false, recording } = live;
        const inIt = [tabId, ...tabs.tabsOf(sessionId).filter((other) => other !== tabId)];
        const named = kind === 'named' ? await writer.changeSession(sessionId, () => null) : null;
        const isToGo = named?.pinned === false;
        const begun = await lives.begin(inIt, { kind, name: named?.name ?? '', goesOn, recording, startedBy: 'clear' });
        for (const other of inIt) if (other !== tabId) edges.onSessionTaken(other);
        await standing.setSeats(sessionId, []);
        await lives.telling(
          tabId,
          kind === 'watch'
            ? writer.discardSession(sessionId, nowMs())
            : writer.endSession(sessionId, nowMs()).then(() => (isToGo ? edges.deleteForNow(sessionId) : null)),
        );
        edges.applyRetention();
        return begun;
      }),

    start: (tabId, { name, tabIds, goesOn }) =>
      inTurn(async () => {
        const wanted = [...new Set([tabId, ...tabIds])];
        for (const each of wanted) {
          if (tabs.get(each)?.kind === 'named') return answer('alreadyNamed');
          if (each !== tabId && !(await edges.tabExists(each))) return answer('notFound');
        }
        await lives.cleanUp();
        const before = wanted.map((each) => tabs.get(each));
        const begun = await lives.begin(wanted, { kind: 'named', name, goesOn, recording: true, startedBy: 'clear' });
        for (const [i, each] of wanted.entries()) {
          const earlier = before[i];
          if (earlier) await lives.leave(each, earlier);
          edges.onSessionTaken(each);
        }
        return answer('done', begun.sessionId);
      }),

    stop: (tabId, id) =>
      inTurn(async () => {
        const own = tabId === null ? undefined : tabs.get(tabId);
        const sessionId = id ?? (own?.kind === 'named' ? own.sessionId : null);
        if (sessionId === null) return answer('notRecorded');
        const isNamed = tabs.tabsOf(sessionId).every((each) => tabs.get(each)?.kind === 'named');
        if (!lives.liveIds().has(sessionId) || !isNamed) return answer('notFound');
        await lives.end(tabId ?? tabs.tabsOf(sessionId)[0] ?? -1, sessionId, 'clear');
        return answer('done', sessionId);
      }),

    setTabs: (tabId, tabIds) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (live?.kind !== 'named') return 'notRecorded';
        const { sessionId, goesOn } = live;
        const wanted = [...new Set([tabId, ...tabIds])];
        const present = tabs.tabsOf(sessionId);
        const added = wanted.filter((each) => !present.includes(each));
        for (const each of added) {
          if (tabs.get(each)?.kind === 'named') return 'alreadyNamed';
          if (!(await edges.tabExists(each))) return 'notFound';
        }
        if (goesOn) await standing.setSeats(sessionId, await Promise.all(wanted.map(lives.seatOf)));
        for (const each of added) {
          const earlier = tabs.get(each);
          await lives.join(each, { ...live, startedBy: 'clear' });
          if (earlier) await lives.leave(each, earlier);
          edges.onSessionTaken(each);
        }
        for (const each of present.filter((one) => !wanted.includes(one))) {
          const begun = await lives.beginUnnamed(each, 'clear');
          if (begun) edges.onSessionTaken(each);
          else await lives.leave(each, live);
        }
        edges.onSessionsChanged();
        return 'done';
      }),

    setAlwaysOn: (origin, on, tabIds) =>
      inTurn(async () => {
        const isSaved = await standing.setAlwaysOn(origin, on);
        for (const tabId of tabIds) {
          const live = tabs.get(tabId);
          if (on && live && live.kind === undefined) await lives.setKind(tabId, live, 'always', origin);
          // A tab that is not recorded yet is when one of its documents says hello.
          else if (on && !live) edges.wake(tabId);
        }
        for (const tabId of on ? [] : tabs.tabIds()) {
          const live = tabs.get(tabId);
          if (live?.kind !== 'always' || live.origin !== origin) continue;
          if (edges.isWatched(tabId)) await lives.setKind(tabId, live, 'watch', null);
          else await lives.leave(tabId, live);
        }
        return isSaved;
      }),

    onArrival: (tabId, arrival) => {
      if (!isOfNote(tabId, arrival)) return null;
      const live = tabs.get(tabId);
      const isDecisive = !live || (live.kind === 'always' && siteOf(arrival.pageUrl) !== live.origin);
      const done = inTurn(() => onArrival(tabId, arrival));
      if (isDecisive) return done;
      // The document must not wait for what is noted of it alone: its last words may overtake its hello.
      void lives.telling(tabId, done);
      return null;
    },

    onWritten: (tabId, storedBytes) => {
      const live = tabs.get(tabId);
      if (live?.kind !== 'always' || givingWay.has(tabId)) return;
      const isFull = storedBytes >= Math.min(ALWAYS_ON_BYTES, edges.retentionBytes() / 4);
      // Not under somebody's eyes: that can wait until he has gone.
      if ((!isFull && dayOf(nowMs()) === live.day) || edges.isWatched(tabId)) return;
      givingWay.add(tabId);
      void inTurn(async () => {
        givingWay.delete(tabId);
        if (tabs.get(tabId)?.sessionId === live.sessionId) await lives.end(tabId, live.sessionId, 'clear');
      });
    },

    endUnlessWatched: (tabId, graceMs) => {
      const isWanted = (live: RecordedTab) => isUnattended(live) || tabs.tabsOf(live.sessionId).some(edges.isWatched);
      if (edges.isWatched(tabId)) return;
      if (graceMs === PANEL_GRACE_MS) unwatched.add(tabId);
      edges.callAfter(graceMs, () => {
        void inTurn(async () => {
          const live = tabs.get(tabId);
          if (live && !isWanted(live)) await lives.end(tabId, live.sessionId, 'clear');
        });
      });
    },

    leaveIfClosed: (tabId) =>
      inTurn(async () => {
        const live = tabs.get(tabId);
        if (live?.kind && !(await edges.tabExists(tabId))) await lives.leave(tabId, live);
      }),

    abandon: (tabId, sessionId) =>
      inTurn(async () => {
        if (tabs.get(tabId)?.sessionId !== sessionId) return;
        await standing.setSeats(sessionId, []);
        for (const each of tabs.tabsOf(sessionId)) {
          await tabs.delete(each);
          edges.onTabChanged(each);
        }
      }),
  };
}

function answer(outcome: SessionOutcome, sessionId: string | null = null): SessionAnswer {
  return { outcome, sessionId };
}
