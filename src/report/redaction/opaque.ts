/** Parts of a URL that nobody types: tickets and keys whose names say nothing. Pure. */
import type { Span } from './span.ts';

const MIN_QUERY_CHARS = 20;
const MIN_PATH_CHARS = 32;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Times at which something ends are no secrets, and findings need them. */
const TIME = /^\d{4}-?\d\d-?\d\dT/;
const PART = /([/?&=;]|^)([\w.~+%:-]+=*)(?=[/?&#;]|$)/g;

/** Long runs of letters and digits in path and query, but for UUIDs, which name things. */
export function opaqueIn(url: string): readonly Span[] {
  const spans: Span[] = [];
  const pathStart = (/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? '').length;
  const rest = url.slice(pathStart);
  const queryAt = rest.indexOf('?');
  for (const match of rest.matchAll(PART)) {
    const [whole, , part = ''] = match;
    const isQuery = queryAt >= 0 && match.index >= queryAt;
    if (!isOpaque(part, isQuery ? MIN_QUERY_CHARS : MIN_PATH_CHARS)) continue;
    const end = pathStart + match.index + whole.length;
    spans.push({ start: end - part.length, end, kind: 'opaque', secret: part });
  }
  return spans;
}

export function isOpaque(part: string, minChars: number): boolean {
  return (
    part.length >= minChars &&
    /\d/.test(part) &&
    /[a-z]/i.test(part) &&
    !UUID.test(part) &&
    !TIME.test(part) &&
    !part.startsWith('REDACTED-')
  );
}
