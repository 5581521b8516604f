/** How long work gives way to what the user does, and to what came meanwhile. */

/** Between looks at live traffic; ten pictures a second are enough of it, */
const PAUSE_MS = 100;
/** and fewer where a look takes long: a page that is flooded, or a machine that is busy, needs the processor itself. */
const PAUSE_FACTOR = 5;
const LONGEST_PAUSE_MS = 500;

/**
 * Resolves in a task of its own. Not by a timer of 0 ms, which browsers stretch to 4 ms when one follows another: reading
 * a long recording would wait longer than it reads.
 */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** After a look that took so long. */
export function pause(tookMs: number): Promise<void> {
  const pauseMs = Math.min(Math.max(PAUSE_MS, PAUSE_FACTOR * tookMs), LONGEST_PAUSE_MS);
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
