/**
 * Which handshakes of the network layer are those of connections that the page script reported. The two have no name in
 * common, but each handshake happens between the constructor and the `open` (or the failure) of its connection, to the
 * same URL. What is left over belongs to somebody whom no page script sees. Pure.
 */

/** A connection that the page script reported, on the clock of the handshakes. */
export interface Reported {
  readonly connectionId: string;
  readonly frameId: number;
  readonly url: string;
  readonly createdAtMs: number;
  /** When it opened or failed; null while it is connecting. */
  readonly settledAtMs: number | null;
}

export interface Sighted {
  readonly key: string;
  /** Null where the frame is not known. */
  readonly frameId: number | null;
  readonly url: string;
  readonly startedAtMs: number;
}

/** Clocks differ a little, and events of the page's process and of the browser's do not come in step. */
export const PAIRING_TOLERANCE_MS = 1_000;

/**
 * The connection of every handshake that has one, by key; each connection once. Of several that fit, the one that settled
 * first: that way the most find a partner.
 */
export function pairUp(
  sighted: readonly Sighted[],
  reported: Iterable<Reported>,
): ReadonlyMap<string, Reported['connectionId']> {
  const free = new Map<string, Reported[]>();
  for (const one of reported) {
    const url = comparableUrl(one.url);
    const same = free.get(url);
    if (same) same.push(one);
    else free.set(url, [one]);
  }
  for (const same of free.values()) same.sort((a, b) => settledBy(a) - settledBy(b) || a.createdAtMs - b.createdAtMs);

  const pairs = new Map<string, string>();
  for (const handshake of [...sighted].sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    const same = free.get(comparableUrl(handshake.url));
    const index = same?.findIndex((one) => fits(handshake, one)) ?? -1;
    const [partner] = index < 0 ? [] : (same?.splice(index, 1) ?? []);
    if (partner) pairs.set(handshake.key, partner.connectionId);
  }
  return pairs;
}

function fits({ frameId, startedAtMs }: Sighted, one: Reported): boolean {
  return (
    (frameId === null || frameId === one.frameId) &&
    startedAtMs >= one.createdAtMs - PAIRING_TOLERANCE_MS &&
    startedAtMs <= settledBy(one) + PAIRING_TOLERANCE_MS
  );
}

function settledBy({ settledAtMs }: Reported): number {
  return settledAtMs ?? Number.POSITIVE_INFINITY;
}

/** The URL as page and network layer both have it: HSTS may have changed the scheme, and only one of them shows a password. */
export function comparableUrl(url: string): string {
  return url.replace(/^wss?:\/\/(?:[^/?#@]*@)?/, '').replace(/#.*$/s, '');
}
