/**
 * Which headers of an answer are kept: those that name a hop in the way, or say why it refused. Never cookies, never
 * credentials. Pure.
 */

/** Lower-case name and value. */
export type KeptHeader = readonly [name: string, value: string];

interface BrowserHeader {
  readonly name: string;
  readonly value?: string | undefined;
}

/** What becomes of a value; null: it is left out. */
type Keeper = (value: string) => string | null;

const asItIs: Keeper = (value) => value;
/** The scheme of RFC 9110 section 11.6.1 alone: what follows may be a challenge that is of use to somebody. */
const schemeOnly: Keeper = (value) => value.trim().split(/[\s,]/, 1)[0] ?? null;
/** A redirection may carry a token in its query. */
const withoutQuery: Keeper = (value) => value.replace(/[?#].*$/s, '?…');

const KEPT: ReadonlyMap<string, Keeper> = new Map([
  ...['server', 'via', 'cf-ray', 'cf-mitigated', 'x-cache', 'x-served-by', 'x-powered-by', 'x-azure-ref'].map(
    (name) => [name, asItIs] as const,
  ),
  ...['connection', 'upgrade', 'retry-after', 'content-type'].map((name) => [name, asItIs] as const),
  ['location', withoutQuery],
  ['www-authenticate', schemeOnly],
]);
const KEPT_PREFIXES: readonly string[] = ['x-amz-', 'x-amzn-', 'x-envoy-', 'sec-websocket-'];

const MAX_HEADERS = 32;
const MAX_VALUE_CHARS = 512;

/** The headers that are kept, in the order in which they came, values cut. */
export function keptHeaders(headers: readonly BrowserHeader[] | undefined): readonly KeptHeader[] {
  return (headers ?? [])
    .flatMap(({ name, value }): readonly KeptHeader[] => {
      const lower = name.toLowerCase();
      const keep = KEPT.get(lower) ?? (KEPT_PREFIXES.some((prefix) => lower.startsWith(prefix)) ? asItIs : null);
      const kept = keep?.(value ?? '') ?? null;
      return kept === null ? [] : [[lower, kept.slice(0, MAX_VALUE_CHARS)]];
    })
    .slice(0, MAX_HEADERS);
}
