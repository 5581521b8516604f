/** JSON paths in a filter: `$.type == "tick"`, `$.items[0].price > 3`, `$..id exists`. Finds their parts; the path itself is read by the search worker. Pure. */
import type { ReadTerm } from './parse.ts';
import { readQuoted, readRegex } from './scan.ts';
import type { PathOperator, PathValue } from './terms.ts';

const OPERATOR = /(==|=~|!=|<=|>=|=|<|>|contains(?=\s|$)|exists(?=\s|$))/y;
const OPENING = '[(';
const CLOSING = '])';

/** Null where no path begins: `$50` is a word. */
export function parsePathTerm(input: string, from: number): ReadTerm | null {
  if (input[from] !== '$' || !/[.[]/.test(input.charAt(from + 1))) return null;
  const end = endOfPath(input, from);
  const path = input.slice(from, end);
  if (/[.[]$/.test(path)) return { condition: null, to: end }; // being typed
  OPERATOR.lastIndex = skipSpaces(input, end);
  const written = OPERATOR.exec(input)?.[1];
  if (written === undefined) return { condition: { kind: 'path', path, operator: 'exists', value: null }, to: end };
  const behind = OPERATOR.lastIndex;
  if (written === 'exists') return { condition: { kind: 'path', path, operator: 'exists', value: null }, to: behind };
  const operator = written === '=' ? '==' : (written as PathOperator);
  const value = readValue(input, skipSpaces(input, behind), operator);
  if (value.problem !== null) {
    return { condition: null, to: value.to, problem: { code: value.problem, detail: value.detail, from } };
  }
  return { condition: { kind: 'path', path, operator, value: value.value }, to: value.to };
}

interface ReadValue {
  readonly value: PathValue;
  readonly to: number;
  readonly problem: 'noValue' | 'badRegex' | null;
  readonly detail: string;
}

function readValue(input: string, from: number, operator: PathOperator): ReadValue {
  if (from >= input.length) return { value: null, to: from, problem: 'noValue', detail: operator };
  if (operator === '=~') {
    const regex = readRegex(input, from, false);
    if (regex?.pattern) return { value: regex.pattern, to: regex.to, problem: null, detail: '' };
    if (regex) return { value: null, to: regex.to, problem: 'badRegex', detail: regex.problem ?? '' };
  }
  const quote = input.charAt(from);
  const quoted = quote === '"' || quote === "'" ? readQuoted(input, from, false, quote) : null;
  let to = quoted?.to ?? from;
  if (!quoted) while (to < input.length && !/\s/.test(input.charAt(to))) to++;
  const text = quoted?.text ?? input.slice(from, to);
  if (operator === '=~' || operator === 'contains') {
    return { value: { kind: 'words', text: text.toLowerCase() }, to, problem: null, detail: '' };
  }
  return { value: quoted ? text : literalOf(text), to, problem: null, detail: '' };
}

/** A number, true, false or null; anything else is a string without its quotes. */
function literalOf(text: string): PathValue {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** Up to a space or an operator outside of brackets and quotes. */
function endOfPath(input: string, from: number): number {
  let depth = 0;
  let quote = '';
  let at = from;
  for (; at < input.length; at++) {
    const char = input.charAt(at);
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (depth > 0 && (char === '"' || char === "'")) quote = char;
    else if (OPENING.includes(char)) depth++;
    else if (CLOSING.includes(char)) depth--;
    else if (depth <= 0 && /[\s=!<>]/.test(char)) break;
  }
  return Math.min(at, input.length);
}

function skipSpaces(input: string, from: number): number {
  let at = from;
  while (at < input.length && /\s/.test(input.charAt(at))) at++;
  return at;
}
