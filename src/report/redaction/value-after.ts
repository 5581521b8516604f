/**
 * The value that belongs to a name, wherever it stands: JSON (also inside a string of JSON, with its backslashes), query,
 * header, cookie, form, XML, lists of pairs. Works on text that is broken off. Pure, linear.
 */

export interface FoundValue {
  /** Of the value without its quotes. */
  readonly start: number;
  readonly end: number;
  readonly form: 'text' | 'number' | 'whole';
  /** Backslashes before each quote: the depth of strings within strings. */
  readonly backslashes: number;
  /** What a string in its place begins and ends with: a quote as that of the name, with its backslashes; '' for a bare name. */
  readonly quote: string;
}

const NAME_CHAR = /[\w.$-]/;
const SPACE = /[ \t]/;
const UNQUOTED_END = /[\s&;,"'`<>()[\]{}|\\\0]/;
const LITERAL = /(?:null|true|false|undefined|none|nil)(?![\w.-])/iy;
const NUMBER = /-?\d[\d.]*(?![\w.-])/y;
const SCHEME = /^(?:bearer|basic|digest|token|negotiate|apikey|hmac|aws4-hmac-sha256)$/i;
const MAX_NAME_CHARS = 128;

/** The whole name around a place inside of it. */
export function nameAround(text: string, from: number, to: number): { readonly start: number; readonly end: number } {
  let start = from;
  while (start > 0 && from - start < MAX_NAME_CHARS && NAME_CHAR.test(text[start - 1] ?? '')) start--;
  let end = to;
  while (end < text.length && end - to < MAX_NAME_CHARS && NAME_CHAR.test(text[end] ?? '')) end++;
  return { start, end };
}

/** Null: no value follows. `isLine`: a header, whose value ends with its line. */
export function valueAfter(text: string, nameStart: number, nameEnd: number): FoundValue | null {
  let at = nameEnd;
  const closing = quoteAt(text, at);
  if (closing) {
    at = closing.next;
    // Form data: name="password", an empty line, the value.
    if (/^\r?\n\r?\n/.test(text.slice(at, at + 4))) {
      const start = at + (/^\r?\n\r?\n/.exec(text.slice(at, at + 4))?.[0].length ?? 0);
      return { start, end: lineEnd(text, start), form: 'text', backslashes: 0, quote: '' };
    }
  }
  if (text[at] === ']') at++; // user[password]=…
  at = skipSpace(text, at);
  if (!closing && text[at] === '>' && /[</]/.test(text[nameStart - 1] ?? '')) return elementContent(text, at + 1);
  if (closing && text[at] === ',') return pairedValue(text, at + 1);
  const separator = /^(?:=>|:=|==?|::?)/.exec(text.slice(at, at + 2))?.[0];
  if (separator === undefined) return null;
  at = skipSpace(text, at + separator.length, closing !== null);
  const value = valueAt(text, at, isLineStart(text, nameStart) && separator === ':');
  return value && closing ? { ...value, quote: text.slice(nameEnd, closing.next) } : value;
}

function valueAt(text: string, at: number, isLine: boolean): FoundValue | null {
  const opening = quoteAt(text, at);
  if (opening) {
    const { next, quote, backslashes } = opening;
    return { start: next, end: quotedEnd(text, next, quote, backslashes), form: 'text', backslashes, quote: '' };
  }
  if (text[at] === '{' || text[at] === '[') return bracketed(text, at);
  LITERAL.lastIndex = at;
  if (LITERAL.test(text)) return null;
  if (isLine) {
    const end = lineEnd(text, at);
    return end > at ? { start: at, end, form: 'text', backslashes: 0, quote: '' } : null;
  }
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) return { start: at, end: at + number.length, form: 'number', backslashes: 0, quote: '' };
  let end = unquotedEnd(text, at);
  if (SCHEME.test(text.slice(at, end)) && SPACE.test(text[end] ?? '')) end = unquotedEnd(text, skipSpace(text, end));
  return end > at ? { start: at, end, form: 'text', backslashes: 0, quote: '' } : null;
}

/** `["password","x"]`, and `{"name":"password","value":"x"}`. */
function pairedValue(text: string, from: number): FoundValue | null {
  const at = skipSpace(text, from, true);
  const label = /^\\*["']?(?:value|val|content|data)\\*["']?\s*:\s*/i.exec(text.slice(at, at + 40))?.[0];
  if (label !== undefined) return valueAt(text, at + label.length, false);
  const opening = quoteAt(text, at);
  if (!opening) return null;
  const value = valueAt(text, at, false);
  if (!value) return null;
  // What is followed by a colon is the next name.
  const after = quoteAt(text, value.end);
  return after && text[skipSpace(text, after.next, true)] === ':' ? null : value;
}

function elementContent(text: string, start: number): FoundValue | null {
  const end = text.indexOf('<', start);
  return end === start ? null : { start, end: end < 0 ? text.length : end, form: 'text', backslashes: 0, quote: '' };
}

function bracketed(text: string, start: number): FoundValue | null {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const quote = quoteAt(text, at);
    if (quote) {
      const end = quotedEnd(text, quote.next, quote.quote, quote.backslashes);
      at = quoteAt(text, end)?.next ?? text.length;
      continue;
    }
    const char = text[at];
    if (char === '{' || char === '[') depth++;
    if (char === '}' || char === ']') depth--;
    at++;
    if (depth === 0) break;
  }
  return at - start <= 2 ? null : { start, end: at, form: 'whole', backslashes: 0, quote: '' };
}

interface QuoteAt {
  readonly quote: string;
  readonly backslashes: number;
  readonly next: number;
}

function quoteAt(text: string, at: number): QuoteAt | null {
  let next = at;
  while (text[next] === '\\') next++;
  const quote = text[next];
  if (quote !== '"' && quote !== "'" && quote !== '`') return null;
  return { quote, backslashes: next - at, next: next + 1 };
}

/** Where the closing quote begins, with its backslashes. A quote inside has more of them: 2n+1 for each level. */
function quotedEnd(text: string, from: number, quote: string, backslashes: number): number {
  const period = 2 * (backslashes + 1);
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    let run = 0;
    while (at - run - 1 >= from && text[at - run - 1] === '\\') run++;
    if (run % period === backslashes) return at - backslashes;
  }
  return text.length;
}

function unquotedEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !UNQUOTED_END.test(text[at] ?? '')) at++;
  return at;
}

function skipSpace(text: string, from: number, overLines = false): number {
  const space = overLines ? /\s/ : SPACE;
  let at = from;
  while (at < text.length && space.test(text[at] ?? '')) at++;
  return at;
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !/[\r\n\0]/.test(text[at] ?? '')) at++;
  return at;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || /[\r\n]/.test(text[at - 1] ?? '');
}
