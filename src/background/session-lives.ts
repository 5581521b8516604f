/**
 * How sessions begin and end, and how tabs come to be recorded in them and leave them. Each of these steps wants to be taken
 * after the one before: `sessions.ts` sees to that.
 */
import { MAX_NAME_CHARS } from '../protocol/limits.ts';
import type { Environment, SessionKind, SessionRecord } from '../protocol/records.ts';
import type { Writer } from '../store/writer.ts';
import type { RecordedTab, RecordedTabs } from './recorded-tabs.ts';
import { type Seat, type StandingOrders, siteOf } from './standing-orders.ts';

/** What sessions need of the rest of the background, whether they begin, go on or end. */
export interface SessionEdges {
  readonly tabs: RecordedTabs;
  readonly standing: StandingOrders;
  readonly writer: Writer;
  isWatched(tabId: number): boolean;
  /** The tab's session or its recording has changed (or ended): its documents have to be told. */
  onTabChanged(tabId: number): void;
  /** The tab's session is another one, though none of its panels has asked for that. */
  onSessionTaken(tabId: number): void;
  /** Sessions have begun or ended. */
  onSessionsChanged(): void;
  /** Nothing is recorded in it any more. */
  onSessionEnded(sessionId: string): void;
  /** There may be more now than may be kept. */
  applyRetention(): void;
  /** Calls all documents of the tab that have sockets. */
  wake(tabId: number): void;
  /** '' when it cannot be told. */
  tabUrl(tabId: number): Promise<string>;
  tabExists(tabId: number): Promise<boolean>;
  nowMs(): number;
}

export interface SessionLivesEdges extends SessionEdges {
  onStoreFailed(tabId: number, error: unknown): void;
  /** All but what is the page's. Never rejects. */
  environment(): Promise<Omit<Environment, 'pageUrl' | 'viewport'>>;
  newId(): string;
}

export interface Beginning {
  readonly kind: SessionKind;
  readonly name: string;
  readonly goesOn: boolean;
  readonly recording: boolean;
  readonly startedBy: RecordedTab['startedBy'];
}

export interface SessionLives {
  /** Sessions that may not be deleted: recorded, paused, or waiting for a tab. */
  liveIds(): ReadonlySet<string>;
  /** Ends sessions that an earlier run of the browser has left open; once a worker. */
  cleanUp(): Promise<void>;
  /** Begins a session in tabs, whatever they were recorded in. The first of them is the one that it begins with. */
  begin(tabIds: readonly number[], beginning: Beginning): Promise<RecordedTab>;
  /** As what a tab is recorded that belongs to no named session; null, when nobody wants it. */
  beginUnnamed(tabId: number, startedBy: RecordedTab['startedBy']): Promise<RecordedTab | null>;
  /** The tab belongs to that session from now on, beside others. */
  join(tabId: number, tab: RecordedTab): Promise<RecordedTab>;
  /** The tab takes the place of one that is gone, in a session that goes on; null: there is none for its page. */
  takeSeat(tabId: number, url: string): Promise<RecordedTab | null>;
  seatOf(tabId: number): Promise<Seat>;
  /** The tab is recorded in it no more. A session that goes on waits for another tab, all others end with their last. */
  leave(tabId: number, tab: RecordedTab): Promise<void>;
  /** Ends a session; its tabs go on in others if somebody wants that. */
  end(tabId: number, sessionId: string, startedBy: RecordedTab['startedBy']): Promise<void>;
  /** The session of a tab is kept up for another reason from now on. `origin`: for whose sake, with `always`. */
  setKind(tabId: number, live: RecordedTab, kind: 'watch' | 'always', origin: string | null): Promise<void>;
  /** For writing that the caller's success does not depend on: a failure is told to the panels, and that is all. */
  telling(tabId: number, writing: Promise<unknown>): Promise<void>;
}

export const WATCH: Beginning = { kind: 'watch', name: '', goesOn: false, recording: true, startedBy: 'attach' };

/** The day of a moment, where the user is. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toDateString();
}

export function createSessionLives(edges: SessionLivesEdges): SessionLives {
  const { tabs, standing, writer, nowMs } = edges;
  let cleanedUp: Promise<void> | null = null;

  const liveIds = () => new Set([...tabs.sessionIds(), ...standing.sessionIds()]);

  async function cleanUp(): Promise<void> {
    cleanedUp ??= writer.endSessionsExcept(liveIds);
    try {
      await cleanedUp;
    } catch (error) {
      cleanedUp = null;
      throw error;
    }
  }

  async function begin(tabIds: readonly number[], beginning: Beginning): Promise<RecordedTab> {
    const [tabId = -1] = tabIds;
    const { kind, name, goesOn, recording, startedBy } = beginning;
    const [pageUrl, environment] = await Promise.all([edges.tabUrl(tabId), edges.environment()]);
    const sessionId = edges.newId();
    const startedAtMs = nowMs();
    const marks = { ...(kind !== 'watch' && { kind }), ...(goesOn && { goesOn }) };
    await writer.beginSession({
      sessionId,
      tabId,
      ...(tabIds.length > 1 && { tabIds }),
      ...marks,
      name: name.slice(0, MAX_NAME_CHARS),
      environment: { ...environment, pageUrl: pageUrl === '' ? null : pageUrl, viewport: null },
      startedAtMs,
      endedAtMs: null,
      pinned: false,
      storedBytes: 0,
    });
    const site = kind === 'always' ? siteOf(pageUrl) : null;
    const always = site === null ? {} : { origin: site, day: dayOf(startedAtMs) };
    const tab: RecordedTab = { sessionId, recording, startedBy, ...marks, ...always };
    if (goesOn) await standing.setSeats(sessionId, await Promise.all(tabIds.map(seatOf)));
    for (const each of tabIds) await (each === tabId ? take(each, tab) : join(each, tab));
    edges.onSessionsChanged();
    return tab;
  }

  async function take(tabId: number, tab: RecordedTab): Promise<void> {
    await tabs.set(tabId, tab);
    edges.onTabChanged(tabId);
    edges.wake(tabId);
  }

  async function join(tabId: number, tab: RecordedTab): Promise<RecordedTab> {
    const joined = { ...tab, part: `${tabId}.${nowMs().toString(36)}.` };
    await writer.changeSession(tab.sessionId, (session) => {
      const known = session.tabIds ?? [session.tabId];
      return known.includes(tabId) ? null : { ...session, tabIds: [...known, tabId] };
    });
    await take(tabId, joined);
    return joined;
  }

  async function beginUnnamed(tabId: number, startedBy: RecordedTab['startedBy']): Promise<RecordedTab | null> {
    if (standing.isAlwaysOn(await edges.tabUrl(tabId))) return begin([tabId], { ...WATCH, kind: 'always', startedBy });
    return edges.isWatched(tabId) ? begin([tabId], { ...WATCH, startedBy }) : null;
  }

  async function takeSeat(tabId: number, url: string): Promise<RecordedTab | null> {
    for (const { sessionId, seat } of standing.seatsFor(url)) {
      if (!(await isVacant(sessionId, seat))) continue;
      if (!(await writer.isOpenSession(sessionId))) {
        await standing.setSeats(sessionId, []);
        continue;
      }
      const others = standing.seatsOf(sessionId).filter((other) => other.tabId !== seat.tabId);
      await standing.setSeats(sessionId, [...others, { tabId, url }]);
      const isPaused = tabs.tabsOf(sessionId).some((other) => tabs.get(other)?.recording === false);
      return join(tabId, { sessionId, recording: !isPaused, startedBy: 'attach', kind: 'named', goesOn: true });
    }
    return null;
  }

  async function isVacant(sessionId: string, { tabId }: Seat): Promise<boolean> {
    if (tabs.get(tabId)?.sessionId !== sessionId) return true;
    if (await edges.tabExists(tabId)) return false;
    await drop(tabId);
    return true;
  }

  async function drop(tabId: number): Promise<void> {
    await tabs.delete(tabId);
    edges.onTabChanged(tabId);
  }

  async function seatOf(tabId: number): Promise<Seat> {
    return { tabId, url: await edges.tabUrl(tabId) };
  }

  async function leave(tabId: number, { sessionId, goesOn }: RecordedTab): Promise<void> {
    if (tabs.get(tabId)?.sessionId === sessionId) await drop(tabId);
    if (!goesOn && tabs.tabsOf(sessionId).length === 0) await close(tabId, sessionId);
  }

  async function end(tabId: number, sessionId: string, startedBy: RecordedTab['startedBy']): Promise<void> {
    for (const each of tabs.tabsOf(sessionId)) {
      try {
        if (await beginUnnamed(each, startedBy)) edges.onSessionTaken(each);
      } catch (error) {
        edges.onStoreFailed(each, error);
      }
      if (tabs.get(each)?.sessionId === sessionId) await drop(each);
    }
    await close(tabId, sessionId);
  }

  async function close(tabId: number, sessionId: string): Promise<void> {
    await standing.setSeats(sessionId, []);
    await telling(tabId, writer.endSession(sessionId, nowMs()));
    edges.onSessionsChanged();
    edges.onSessionEnded(sessionId);
    edges.applyRetention();
  }

  async function telling(tabId: number, writing: Promise<unknown>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      edges.onStoreFailed(tabId, error);
    }
  }

  async function setKind(tabId: number, live: RecordedTab, kind: 'watch' | 'always', origin: string | null) {
    const { kind: _kind, origin: _origin, day: _day, ...rest } = live;
    const marks = kind === 'always' && origin !== null ? { kind, origin, day: dayOf(nowMs()) } : {};
    await tabs.set(tabId, { ...rest, ...marks });
    await writer.changeSession(live.sessionId, ({ kind: _before, ...session }: SessionRecord) => ({
      ...session,
      kind,
    }));
    edges.onTabChanged(tabId);
    edges.onSessionsChanged();
  }

  return { liveIds, cleanUp, begin, beginUnnamed, join, takeSeat, seatOf, leave, end, setKind, telling };
}
