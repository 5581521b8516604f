/**
 * What users want hidden besides, as regular expressions. They are read before they are used: a pattern that matches
 * nothing-at-all, or that can take longer than anybody waits, is refused with a sentence that says so. Pure.
 */

export const MAX_PATTERNS = 64;
const MAX_PATTERN_CHARS = 1_024;

export type PatternReading =
  | { readonly pattern: RegExp; readonly problem: null }
  | { readonly pattern: null; readonly problem: string };

/**
 * A regular expression of JavaScript as text, without slashes and flags; all matches are looked for. Where it has a group
 * `(?<secret>…)`, only that is hidden.
 */
export function readPattern(source: string): PatternReading {
  if (source === '') return wrong('The pattern is empty.');
  if (source.length > MAX_PATTERN_CHARS) return wrong(`The pattern is longer than ${MAX_PATTERN_CHARS} characters.`);
  if (repeatsRepetition(source)) {
    return wrong('A repetition within a repetition, as in (a+)+, can take forever; write it without the outer one.');
  }
  try {
    const pattern = new RegExp(source, 'dgu');
    if (pattern.test('')) return wrong('The pattern also matches nothing at all, so it would hide nothing.');
    return { pattern: new RegExp(source, 'dgu'), problem: null };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function wrong(problem: string): PatternReading {
  return { pattern: null, problem };
}

/** A group with an unbounded repetition inside that is itself repeated without bound. Classes and escapes are skipped. */
function repeatsRepetition(source: string): boolean {
  const plain = source.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');
  const repeats: boolean[] = [false];
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i];
    if (char === '(') repeats.push(false);
    else if (char === ')') {
      const inner = repeats.pop() ?? false;
      const isRepeated = isUnbounded(plain, i + 1);
      if (inner && isRepeated) return true;
      if (inner || isRepeated) repeats[repeats.length - 1] = true;
      if (repeats.length === 0) repeats.push(false);
    } else if (isUnbounded(plain, i)) repeats[repeats.length - 1] = true;
  }
  return false;
}

function isUnbounded(plain: string, at: number): boolean {
  return plain[at] === '*' || plain[at] === '+' || /^\{\d+,\}/.test(plain.slice(at, at + 8)) || isLarge(plain, at);
}

/** `{1,9999}` is as good as unbounded. */
function isLarge(plain: string, at: number): boolean {
  const most = /^\{\d+,(\d+)\}/.exec(plain.slice(at, at + 16))?.[1];
  return most !== undefined && Number(most) > 100;
}
