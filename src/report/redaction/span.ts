/** What a detector found: a stretch of a text that is to be hidden. Pure data, and how overlapping ones become one. */

const SECRET_KINDS = [
  'token',
  'jwt',
  'password',
  'cookie',
  'key',
  'email',
  'user',
  'secret',
  'opaque',
  'pattern',
] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: SecretKind;
  /** The secret itself, freed of its escapes: one secret has one name, however it is written. */
  readonly secret: string;
  /** Around the name, so that what is left stays well-formed: quotes in place of a JSON object. */
  readonly around?: string;
  /** In place of a name: an encoding of what is left when its inside has been redacted. */
  readonly instead?: string;
}

/** What says more about the same stretch comes first. */
function rankOf({ kind }: Span): number {
  return kind === 'jwt' ? 0 : kind === 'opaque' || kind === 'secret' ? 2 : 1;
}

/** In order and apart from each other. Of those that overlap, the longest names the whole stretch. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const sorted = spans
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || b.end - a.end || rankOf(a) - rankOf(b));
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (!last || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const longest = span.end - span.start > last.end - last.start ? span : last;
    merged[merged.length - 1] = { ...longest, start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}
