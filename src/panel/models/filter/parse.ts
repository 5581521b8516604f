/**
 * Reads a filter as it is typed. Terms are separated by spaces, and all have to hold; `-` before one turns it round. The
 * language is described in `src/panel/README.md`. Never throws and never refuses a whole filter: what cannot be understood
 * is left out and told with its place, because most filters are seen half-typed.
 */
import { KEYS, nearestKey } from './keys.ts';
import { parsePathTerm } from './path-term.ts';
import { readQuoted, readRegex } from './scan.ts';
import type { Condition, Filter, FilterProblem, FilterProblemCode, FilterTerm, Pattern } from './terms.ts';
import type { FilterClock } from './values.ts';

/** What was read of one term. */
export interface ReadTerm {
  /** Null: nothing (yet), or nothing that makes sense. */
  readonly condition: Condition | null;
  readonly to: number;
  readonly problem?: { readonly code: FilterProblemCode; readonly detail: string; readonly from?: number };
}

const KEY = /([a-z]+):/iy;
const SPACE = /\s/;

export function parseFilter(input: string, clock: FilterClock): Filter {
  const terms: FilterTerm[] = [];
  const problems: FilterProblem[] = [];
  let at = 0;
  for (;;) {
    while (at < input.length && SPACE.test(input.charAt(at))) at++;
    if (at >= input.length) return { terms, problems };
    const isNegative = input[at] === '-' && at + 1 < input.length && !SPACE.test(input.charAt(at + 1));
    const from = isNegative ? at + 1 : at;
    const { condition, to, problem } = readTerm(input, from, clock);
    if (problem) problems.push({ from: problem.from ?? from, to, code: problem.code, detail: problem.detail });
    if (condition && !(condition.kind === 'text' && !isNegative && input.slice(from, to) === '-')) {
      terms.push({ ...condition, isNegative });
    }
    at = Math.max(to, from + 1);
  }
}

function readTerm(input: string, from: number, clock: FilterClock): ReadTerm {
  const path = parsePathTerm(input, from);
  if (path) return path;
  const regex = readRegex(input, from, false);
  if (regex) return textTerm(regex, 'any');
  KEY.lastIndex = from;
  const key = KEY.exec(input)?.[1];
  if (key !== undefined) {
    const read = KEYS.get(key.toLowerCase());
    const valueAt = from + key.length + 1;
    if (read) return readKeyed(input, valueAt, (values) => read.conditionOf(values, clock));
    const nearest = nearestKey(key);
    const word = readWord(input, from);
    return nearest === null || word.to <= valueAt
      ? word
      : { ...word, problem: { code: 'unknownKey', detail: nearest, from } };
  }
  return readWord(input, from);
}

/** Quoted, or up to the next space. */
function readWord(input: string, from: number): ReadTerm {
  const quoted = readQuoted(input, from, false);
  if (quoted) return textTerm({ pattern: wordsOf(quoted.text), to: quoted.to, problem: null }, 'any');
  let to = from;
  while (to < input.length && !SPACE.test(input.charAt(to))) to++;
  return textTerm({ pattern: wordsOf(input.slice(from, to)), to, problem: null }, 'any');
}

function textTerm(
  { pattern, to, problem }: { readonly pattern: Pattern | null; readonly to: number; readonly problem: string | null },
  scope: 'any',
): ReadTerm {
  if (problem !== null) return { condition: null, to, problem: { code: 'badRegex', detail: problem } };
  const isEmpty = pattern === null || (pattern.kind === 'words' && pattern.text === '');
  return { condition: isEmpty ? null : { kind: 'text', scope, patterns: [pattern] }, to };
}

function wordsOf(text: string): Pattern {
  return { kind: 'words', text: text.toLowerCase() };
}

/** One of the values behind a key, as written. */
export interface KeyedValue {
  readonly text: string;
  /** Set where it is a regular expression. */
  readonly regex: Pattern | null;
  readonly from: number;
}

/** `a|"b c"|/d/i`, up to the next space. Nothing at all is a term that is still being typed. */
function readKeyed(
  input: string,
  valueAt: number,
  conditionOf: (values: readonly KeyedValue[]) => Pick<ReadTerm, 'condition' | 'problem'>,
): ReadTerm {
  const values: KeyedValue[] = [];
  let at = valueAt;
  for (;;) {
    const from = at;
    const regex = readRegex(input, at, true);
    const quoted = regex ? null : readQuoted(input, at, true);
    if (regex) {
      if (regex.problem !== null) {
        return { condition: null, to: regex.to, problem: { code: 'badRegex', detail: regex.problem, from } };
      }
      values.push({ text: '', regex: regex.pattern, from });
      at = regex.to;
    } else if (quoted) {
      if (quoted.text !== '') values.push({ text: quoted.text, regex: null, from });
      at = quoted.to;
    } else {
      while (at < input.length && !/[\s|]/.test(input.charAt(at))) at++;
      if (at > from) values.push({ text: input.slice(from, at), regex: null, from });
    }
    if (input[at] !== '|') break;
    at++;
  }
  return values.length === 0 ? { condition: null, to: at } : { ...conditionOf(values), to: at };
}
