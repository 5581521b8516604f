/** What a page did around a connection, as it is stored. Pure. */
import type { ConnectionActs } from '../protocol/evidence.ts';
import type { ConnectionActsNoted } from '../protocol/page-report.ts';

/** Document clock → epoch. */
export function actsOf(report: ConnectionActsNoted, timeOriginMs: number): ConnectionActs {
  const { sendsThrown, unheard, handlerErrors, firstHandlerErrorSeq, handlerErrorText, buffered } = report;
  const onEpoch = (atMs: number | null) => (atMs === null ? null : timeOriginMs + atMs);
  return {
    constructedAt: trimmedStack(report.constructedAt),
    closedAt: trimmedStack(report.closedAt),
    sendsThrown,
    firstThrownAtMs: onEpoch(report.firstThrownAtMs),
    unheard,
    handlerErrors,
    firstHandlerErrorAtMs: onEpoch(report.firstHandlerErrorAtMs),
    firstHandlerErrorSeq,
    handlerErrorText,
    buffered: Array.from({ length: buffered.length / 2 }, (_, i) => [
      timeOriginMs + (buffered[2 * i] ?? 0),
      buffered[2 * i + 1] ?? 0,
    ]),
  };
}

/** A place in the first line of a script without a URL: our page script is built to have one line and no name. */
const OURS = /<anonymous>:1:\d+\)?$/;

/** Without the engine's headline and our own calls on top of the page's. */
export function trimmedStack(stack: string | null): string | null {
  if (stack === null) return null;
  const lines = stack.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => line !== '' && line !== 'Error' && !OURS.test(line));
  return first < 0 ? '' : lines.slice(first).join('\n').trim();
}
