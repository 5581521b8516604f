/**
 * What is to be recorded although nobody looks: sites that are always recorded, and named sessions that go on until they
 * are stopped. Kept in the browser's local storage, for both outlive the browser. What is stored there is parsed like
 * anything from outside.
 *
 * Tabs have new ids when the browser has been started again. A session that goes on has seats: each is a tab's as long as
 * that is recorded in it, and remembers the page that it showed last. A seat whose tab is gone is vacant, and the next
 * tab that opens a WebSocket in a page of the same origin takes it: first one that shows the very page.
 */
import type { KeyValueStorage } from '../browser/extension.ts';
import { asRecord } from '../protocol/guards.ts';
import { MAX_URL_CHARS } from '../protocol/limits.ts';

/** More is no choice of a person's. */
export const MAX_ALWAYS_ON = 200;

export interface Seat {
  /** Whose it is, or was. */
  readonly tabId: number;
  /** Of the page that it showed last; '': nobody knows. */
  readonly url: string;
}

export interface GoingOn {
  readonly sessionId: string;
  readonly seats: readonly Seat[];
}

export interface VacantSeat {
  readonly sessionId: string;
  readonly seat: Seat;
}

export interface StandingOrders {
  /** Resolves when the rest can be relied on; nothing may be set before. Never rejects. */
  readonly loaded: Promise<void>;
  /** Whether there is anything at all. */
  areAny(): boolean;
  origins(): readonly string[];
  /** Whether pages of this URL's origin are always recorded. */
  isAlwaysOn(url: string): boolean;
  /** What is set counts at once. False when the next worker will not know it, here and below. */
  setAlwaysOn(origin: string, on: boolean): Promise<boolean>;
  /** Sessions that go on. */
  sessionIds(): ReadonlySet<string>;
  seatsOf(sessionId: string): readonly Seat[];
  /** Seats for pages of this URL's origin, the best first. */
  seatsFor(url: string): readonly VacantSeat[];
  /** With no seats: it goes on no more. */
  setSeats(sessionId: string, seats: readonly Seat[]): Promise<boolean>;
}

const STORAGE_KEY = 'standingOrders';

/** The origin of a URL that a site can have: http(s) alone. Null for all others. */
export function siteOf(url: string): string | null {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  return new URL(url).origin;
}

export function createStandingOrders(storage: KeyValueStorage): StandingOrders {
  let origins: readonly string[] = [];
  let goingOn: readonly GoingOn[] = [];

  const loaded = storage.get(STORAGE_KEY).then(
    (stored) => {
      ({ origins, goingOn } = parseOrders(stored));
    },
    () => undefined,
  );

  function save(): Promise<boolean> {
    return storage.set(STORAGE_KEY, { origins, goingOn }).then(
      () => true,
      () => false,
    );
  }

  return {
    loaded,
    areAny: () => origins.length + goingOn.length > 0,
    origins: () => origins,
    isAlwaysOn: (url) => origins.length > 0 && origins.includes(siteOf(url) ?? ''),
    setAlwaysOn: (origin, on) => {
      const others = origins.filter((other) => other !== origin);
      origins = on ? [...others, origin].slice(-MAX_ALWAYS_ON) : others;
      return save();
    },
    sessionIds: () => new Set(goingOn.map(({ sessionId }) => sessionId)),
    seatsOf: (id) => goingOn.find(({ sessionId }) => sessionId === id)?.seats ?? [],
    seatsFor: (url) => {
      const site = siteOf(url);
      if (site === null) return [];
      return goingOn
        .flatMap(({ sessionId, seats }) => seats.map((seat) => ({ sessionId, seat })))
        .filter(({ seat }) => siteOf(seat.url) === site)
        .sort((a, b) => Number(b.seat.url === url) - Number(a.seat.url === url));
    },
    setSeats: (id, seats) => {
      const isKnown = goingOn.some(({ sessionId }) => sessionId === id);
      if (!isKnown && seats.length === 0) return Promise.resolve(true);
      const others = goingOn.filter(({ sessionId }) => sessionId !== id);
      goingOn = seats.length > 0 ? [...others, { sessionId: id, seats }] : others;
      return save();
    },
  };
}

function parseOrders(value: unknown): { origins: readonly string[]; goingOn: readonly GoingOn[] } {
  const source = asRecord(value) ?? {};
  const origins = listOf(source.origins).filter((origin) => isText(origin) && siteOf(origin) === origin);
  return { origins: origins as string[], goingOn: listOf(source.goingOn).flatMap(parseGoingOn) };
}

function parseGoingOn(value: unknown): readonly GoingOn[] {
  const { sessionId, seats } = asRecord(value) ?? {};
  const known = listOf(seats).flatMap((seat): readonly Seat[] => {
    const { tabId, url } = asRecord(seat) ?? {};
    return typeof tabId === 'number' && isText(url) ? [{ tabId, url }] : [];
  });
  return isText(sessionId) && known.length > 0 ? [{ sessionId, seats: known }] : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_URL_CHARS;
}
