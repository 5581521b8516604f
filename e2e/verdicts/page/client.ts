/** What a client of the measurement is: a function that connects to a URL and stays connected by its own policy. */

export type ClientStarter = (url: string) => void;

/** Calls back after a time that grows with each failure; what the own clients wait with. */
export type Waits = (attempt: number) => number;

export function doubling(baseMs: number, capMs: number): Waits {
  return (attempt) => Math.min(capMs, baseMs * 2 ** attempt);
}

export function constant(delayMs: number): Waits {
  return () => delayMs;
}
