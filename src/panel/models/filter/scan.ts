/** Finds where quoted texts and regular expressions end in a filter. Pure. */
import type { Pattern } from './terms.ts';

export interface Quoted {
  readonly text: string;
  readonly to: number;
}

/** Flags that say how to compare; g, y and d say how to go on, which is not asked. */
const COMPARING = /[imsuv]/g;
const FLAGS = /[dgimsuvy]*/y;

/**
 * A text in double quotes, with \" and \\ in it. One without an end goes to the end of the filter: it is being typed. Null
 * where none begins, or where something follows it directly, as in a piece of JSON: `"type":"tick"` is looked for as it is.
 */
export function readQuoted(input: string, from: number, isListed: boolean, quote = '"'): Quoted | null {
  if (input[from] !== quote) return null;
  let text = '';
  let at = from + 1;
  while (at < input.length && input[at] !== quote) {
    if (input[at] === '\\' && (input[at + 1] === quote || input[at + 1] === '\\')) at++;
    text += input.charAt(at);
    at++;
  }
  if (at >= input.length) return { text, to: at };
  return endsTerm(input, at + 1, isListed) ? { text, to: at + 1 } : null;
}

export interface ReadRegex {
  /** Null: the engine refuses it, and `problem` says why. */
  readonly pattern: Extract<Pattern, { kind: 'regex' }> | null;
  readonly to: number;
  readonly problem: string | null;
}

/** `/source/flags`; null where there is none: a path of a URL begins with a slash, too. */
export function readRegex(input: string, from: number, isListed: boolean): ReadRegex | null {
  if (input[from] !== '/') return null;
  const close = closingSlash(input, from + 1);
  if (close < 0 || close === from + 1) return null;
  FLAGS.lastIndex = close + 1;
  const written = FLAGS.exec(input)?.[0] ?? '';
  const to = close + 1 + written.length;
  if (!endsTerm(input, to, isListed)) return null;
  const source = input.slice(from + 1, close);
  const flags = [...new Set(written.match(COMPARING) ?? [])].join('');
  try {
    new RegExp(source, flags);
    return { pattern: { kind: 'regex', source, flags }, to, problem: null };
  } catch (error) {
    return { pattern: null, to, problem: reasonOf(error) };
  }
}

function closingSlash(input: string, from: number): number {
  let isInClass = false;
  for (let at = from; at < input.length; at++) {
    const char = input[at];
    if (char === '\\') at++;
    else if (char === '[') isInClass = true;
    else if (char === ']') isInClass = false;
    else if (char === '/' && !isInClass) return at;
  }
  return -1;
}

function endsTerm(input: string, at: number, isListed: boolean): boolean {
  return at >= input.length || /\s/.test(input.charAt(at)) || (isListed && input[at] === '|');
}

/** V8 repeats the whole expression before it says what is wrong. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Invalid regular expression: .*: /s, '');
}
