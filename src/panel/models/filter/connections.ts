/** What a filter asks of a connection, and what is left to ask of its frames. Pure; used where searching is done. */
import type { FilterTerm, NumberRange, Pattern } from './terms.ts';

/** What a connection is known by. */
export interface NamedConnection {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly protocol: string | null;
  readonly closeCode: number | null;
}

export interface AskedConnection {
  /** `whenFound`: when one of its frames passes. */
  readonly isListed: 'always' | 'never' | 'whenFound';
  /** Asked of its frames, also of one that is not listed: it may be looked at nevertheless. */
  readonly frameTerms: readonly FilterTerm[];
}

export type TextTest = (text: string, lowerText: string) => boolean;

/** Compares as the filter does: words in whatever case, a regular expression as it says. */
export function testOf(pattern: Pattern): TextTest {
  if (pattern.kind === 'words') return (_, lower) => lower.includes(pattern.text);
  const regex = new RegExp(pattern.source, pattern.flags);
  return (whole) => regex.test(whole);
}

export function inRanges(ranges: readonly NumberRange[], value: number): boolean {
  return ranges.some(({ min, max }) => value >= min && value <= max);
}

/** The name under which a connection is looked for: URL, protocol, close code. */
export function nameOf({ url, protocol, protocols, closeCode }: NamedConnection): string {
  return [url, protocol ?? protocols.join(' '), closeCode === null ? '' : String(closeCode)].join(' ');
}

/**
 * A text that is in the connection's name is not asked of its frames again: "socket.io order" shows the frames of Socket.IO
 * connections that speak of an order. What must not be there, must be in neither.
 */
export function askConnection(terms: readonly FilterTerm[], connection: NamedConnection): AskedConnection {
  const name = nameOf(connection);
  const lowerName = name.toLowerCase();
  const frameTerms: FilterTerm[] = [];
  let isOut = false;
  for (const term of terms) {
    if (term.kind === 'code') {
      const { closeCode } = connection;
      const holds = closeCode !== null && inRanges(term.ranges, closeCode);
      if (holds === term.isNegative) isOut = true;
    } else if (term.kind === 'text' && term.scope !== 'text') {
      const isInName = term.patterns.some((pattern) => testOf(pattern)(name, lowerName));
      if (term.scope === 'url' ? isInName === term.isNegative : isInName && term.isNegative) isOut = true;
      if (term.scope === 'any' && (!isInName || term.isNegative)) frameTerms.push(term);
    } else frameTerms.push(term);
  }
  const needsFrames = frameTerms.some(({ kind, isNegative }) => !isNegative && kind !== 'time');
  return { isListed: isOut ? 'never' : needsFrames ? 'whenFound' : 'always', frameTerms };
}
