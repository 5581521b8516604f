/**
 * A text as it reads without its escapes: `\u0026`, `\/`, `%3D`. Secrets are looked for in every view of a text, and hidden
 * where they stand in the text itself; that needs no encoding back, and harms nothing around them. Pure.
 */

export interface View {
  readonly text: string;
  /** Where the character at `index` of the view begins in the text; the view's length gives the text's. */
  at(index: number): number;
}

/** `%25253D` is `=` after three of them; nobody encodes more often. */
const MAX_DECODINGS = 3;
const JSON_ESCAPE = /\\+(?:u00([2-7][0-9a-f])|(\/))/gi;
const PERCENT = /%([2-7][0-9a-f])/gi;
const WIDE = /([\x20-\x7e])\0/g;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** The text itself first. `isBytes`: each character is a byte; UTF-16 has zeros between those of its letters. */
export function viewsOf(text: string, isBytes = false): readonly View[] {
  const plain: View = { text, at: (index) => index };
  const views = [plain];
  if (isBytes && text.includes('\0')) {
    const narrow = replaced(plain, WIDE, ([, char = '']) => char);
    if (narrow) views.push(narrow);
  }
  if (text.includes('\\')) {
    // With quotes as they are and with quotes from escapes: a password may contain one, a nested object begins with one.
    for (const freesQuotes of [false, true]) {
      const view = replaced(plain, JSON_ESCAPE, (match) => unescaped(match, freesQuotes));
      if (view) views.push(view);
    }
  }
  if (text.includes('%')) {
    for (const view of [...views]) {
      let decoded: View | null = view;
      for (let i = 0; i < MAX_DECODINGS && decoded; i++) {
        decoded = replaced(decoded, PERCENT, ([, hex = '']) => String.fromCharCode(Number.parseInt(hex, 16)));
        if (decoded) views.push(decoded);
      }
    }
  }
  return views;
}

function unescaped([, hex, slash]: RegExpExecArray, freesQuotes: boolean): string | null {
  if (slash !== undefined) return slash;
  const code = Number.parseInt(hex ?? '', 16);
  if (code === BACKSLASH || (code === QUOTE && !freesQuotes)) return null;
  return String.fromCharCode(code);
}

/** Null: nothing to replace. Each match becomes one character. */
function replaced(view: View, pattern: RegExp, by: (match: RegExpExecArray) => string | null): View | null {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let from = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(view.text); match; match = pattern.exec(view.text)) {
    const char = by(match);
    if (char === null) continue;
    text += view.text.slice(from, match.index) + char;
    from = match.index + match[0].length;
    starts.push(text.length);
    ends.push(from);
  }
  if (starts.length === 0) return null;
  text += view.text.slice(from);
  return {
    text,
    at: (index) => {
      // The last replacement that is over at `index`.
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((starts[middle] ?? 0) <= index) low = middle + 1;
        else high = middle;
      }
      const before = low - 1;
      return view.at(before < 0 ? index : (ends[before] ?? 0) + index - (starts[before] ?? 0));
    },
  };
}
