/** What to offer while a filter is typed: keys, their values, and what is there to be found. Pure. */
import { KEYS } from './keys.ts';
import { PATH_OPERATORS } from './terms.ts';

export interface Suggestion {
  /** Takes the place of `from` … `to` in the text. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  /** What it belongs to: a key, or the value or operator of one. */
  readonly kind: 'key' | 'value' | 'operator';
  /** For a key, which; for a value, of which key. */
  readonly key: string;
}

/** What the recording has, most useful first. */
export interface Known {
  readonly codes: readonly number[];
  readonly hosts: readonly string[];
}

const MAX_SUGGESTIONS = 9;

/** For the term that the caret is at the end of; none for what is a text. */
export function suggestionsFor(text: string, caret: number, known: Known): readonly Suggestion[] {
  const before = text.slice(0, caret);
  if (/\S/.test(text.charAt(caret))) return [];
  const operator = /(?:^|\s)-?(\$[.[]\S*[^\s.[])\s+([=!<>~a-z]*)$/.exec(before);
  if (operator) return operatorsFor(operator[2] ?? '', caret);
  const start = Math.max(before.lastIndexOf(' '), before.lastIndexOf('\t')) + 1;
  const term = before.slice(start);
  const minus = term.startsWith('-') ? 1 : 0;
  const from = start + minus;
  const word = term.slice(minus).toLowerCase();
  const colon = word.indexOf(':');
  if (colon < 0) return word === '' && minus === 0 ? [] : keysFor(word, from, caret);
  return valuesFor(word.slice(0, colon), word.slice(colon + 1), caret, known);
}

/** All keys, for a filter that is empty. */
export function allKeys(): readonly Suggestion[] {
  return keysFor('', 0, 0);
}

function keysFor(word: string, from: number, to: number): readonly Suggestion[] {
  return [...KEYS.keys()]
    .filter((key) => key.startsWith(word))
    .map((key) => ({ insert: `${key}:`, from, to, kind: 'key', key }));
}

function valuesFor(key: string, written: string, caret: number, known: Known): readonly Suggestion[] {
  const values = valuesOf(key, known);
  const last = written.slice(written.lastIndexOf('|') + 1);
  const from = caret - last.length;
  const taken = new Set(written.split('|').slice(0, -1));
  return values
    .filter((value) => value.toLowerCase().startsWith(last) && value.toLowerCase() !== last && !taken.has(value))
    .slice(0, MAX_SUGGESTIONS)
    .map((insert) => ({ insert, from, to: caret, kind: 'value', key }));
}

function valuesOf(key: string, known: Known): readonly string[] {
  if (key === 'url') return known.hosts;
  const fixed = KEYS.get(key)?.values ?? [];
  return key === 'code' ? [...new Set([...known.codes.map(String), ...fixed])] : fixed;
}

function operatorsFor(written: string, caret: number): readonly Suggestion[] {
  return PATH_OPERATORS.filter((operator) => operator.startsWith(written) && operator !== written)
    .slice(0, MAX_SUGGESTIONS)
    .map((operator) => ({
      insert: operator === 'exists' ? operator : `${operator} `,
      from: caret - written.length,
      to: caret,
      kind: 'operator',
      key: operator,
    }));
}

/** The text and the caret after a suggestion was taken. */
export function taken(
  text: string,
  { insert, from, to }: Suggestion,
): { readonly text: string; readonly caret: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), caret: from + insert.length };
}
