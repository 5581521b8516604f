/**
 * What is typed into the filter box, and what it lets through. Terms are separated by spaces and all have to hold:
 *
 *     ticker           it contains "ticker", in whatever case
 *     -ping            it does not contain "ping"
 *     "order placed"   a term with a space in it
 *     url:wss          only asked of connections
 *     text:42          only asked of frames
 *
 * One box serves two lists. A connection is tried by what it is called; a frame by its text, but a term that its
 * connection satisfies already is not asked of the frame again: "socket.io" shows the Socket.IO connections and all of
 * their frames, and "socket.io order" those of their frames that speak of an order.
 */

export interface FilterTerm {
  /** Lower case. */
  readonly text: string;
  readonly isNegative: boolean;
  readonly scope: 'any' | 'url' | 'text';
}

const TERM = /(-?)(?:(url|text):)?(?:"([^"]*)"?|(\S+))/gi;

/** Never fails; a lone "-" or "url:" is a term that is still being typed, and ignored. */
export function parseFilter(input: string): readonly FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const [, minus, scope, quoted, bare] of input.matchAll(TERM)) {
    const text = (quoted ?? bare ?? '').toLowerCase();
    if (text === '' || (!minus && text === '-') || (!scope && (text === 'url:' || text === 'text:'))) continue;
    terms.push({ text, isNegative: minus === '-', scope: scopeOf(scope) });
  }
  return terms;
}

function scopeOf(prefix: string | undefined): FilterTerm['scope'] {
  const name = prefix?.toLowerCase();
  return name === 'url' || name === 'text' ? name : 'any';
}

/** Whether a text passes. `lowerText` is in lower case already. */
export function passes(terms: readonly FilterTerm[], lowerText: string): boolean {
  return terms.every(({ text, isNegative }) => lowerText.includes(text) !== isNegative);
}

/** The terms that a connection has to satisfy. */
export function connectionTerms(terms: readonly FilterTerm[]): readonly FilterTerm[] {
  return terms.filter(({ scope }) => scope !== 'text');
}

/** The terms that the frames of a connection have to satisfy; `lowerName` is what the connection is tried by. */
export function frameTerms(terms: readonly FilterTerm[], lowerName: string): readonly FilterTerm[] {
  return terms.filter(
    ({ text, isNegative, scope }) => scope === 'text' || (scope === 'any' && (isNegative || !lowerName.includes(text))),
  );
}
