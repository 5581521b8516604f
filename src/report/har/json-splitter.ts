/**
 * Takes a large JSON text apart while it comes: the items of chosen arrays one by one, and the rest without them. So a file
 * of a gigabyte is read with the memory of its largest item. Checks no more than it must: each part is parsed by whoever
 * gets it. Pure.
 */

export interface JsonPart {
  /** Names of the members that lead to it, `*` for an item: `log.entries.*`; '' for the rest of the whole. */
  readonly path: string;
  /** null: it is longer than allowed. */
  readonly text: string | null;
}

/** `isComplete`: what was begun was ended. */
export interface JsonSplitter {
  take(piece: string): readonly JsonPart[];
  end(): { readonly parts: readonly JsonPart[]; readonly isComplete: boolean };
}

interface Level {
  readonly isArray: boolean;
  readonly path: string;
  /** Its items are parts of their own. */
  readonly isSplit: boolean;
  key: string;
}

interface Capture {
  readonly path: string;
  pieces: string[];
  chars: number;
}

const MAX_DEPTH = 256;
const MAX_KEY_CHARS = 64;
const STRUCTURE = /["{}[\],:]/g;
const STRING_END = /["\\]/g;

/** `splits`: paths of arrays, as `log.entries` and `log.entries.*._webSocketMessages`. */
export function createJsonSplitter(splits: ReadonlySet<string>, maxChars: number): JsonSplitter {
  const levels: Level[] = [];
  const captures: Capture[] = [{ path: '', pieces: [], chars: 0 }];
  let parts: JsonPart[] = [];
  let isInString = false;
  let isEscaped = false;
  let isBroken = false;
  /** The string that was read last: a key, when a colon follows. */
  let lastString = '';

  function keep(text: string): void {
    const capture = captures.at(-1);
    if (!capture || text === '') return;
    capture.chars += text.length;
    if (capture.chars <= maxChars) capture.pieces.push(text);
    else capture.pieces = [];
  }

  function begin(path: string): void {
    captures.push({ path, pieces: [], chars: 0 });
  }

  function finish(): void {
    const capture = captures.pop();
    if (!capture) return;
    const text = capture.chars > maxChars ? null : capture.pieces.join('');
    if (text?.trim() !== '') parts.push({ path: capture.path, text });
  }

  function open(isArray: boolean, char: string): void {
    const parent = levels.at(-1);
    const name = parent?.isArray ? '*' : (parent?.key ?? '');
    const path = parent ? [parent.path, name].filter((part) => part !== '').join('.') : '';
    const isSplit = isArray && splits.has(path);
    if (levels.length >= MAX_DEPTH) isBroken = true;
    levels.push({ isArray, path, isSplit, key: '' });
    keep(char);
    if (isSplit) begin(`${path}.*`);
  }

  function close(isArray: boolean, char: string): void {
    const level = levels.pop();
    if (!level || level.isArray !== isArray) isBroken = true;
    if (level?.isSplit) finish();
    keep(char);
  }

  function structure(char: string): void {
    const level = levels.at(-1);
    if (char === '{' || char === '[') open(char === '[', char);
    else if (char === '}' || char === ']') close(char === ']', char);
    else if (char === ',' && level?.isSplit) {
      finish();
      begin(`${level.path}.*`);
    } else {
      if (char === ':' && level && !level.isArray) level.key = lastString;
      keep(char);
    }
  }

  /** Where reading goes on. */
  function readString(piece: string, from: number): number {
    let at = from;
    if (isEscaped) {
      isEscaped = false;
      at++;
    }
    for (;;) {
      STRING_END.lastIndex = at;
      const match = STRING_END.exec(piece);
      const end = match ? match.index : piece.length;
      if (!match) {
        noteString(piece.slice(from, end));
        keep(piece.slice(from, end));
        return end;
      }
      if (match[0] === '"') {
        noteString(piece.slice(from, end));
        keep(piece.slice(from, end + 1));
        isInString = false;
        return end + 1;
      }
      at = end + 2;
      if (at > piece.length) {
        isEscaped = true;
        noteString(piece.slice(from));
        keep(piece.slice(from));
        return piece.length;
      }
    }
  }

  function noteString(text: string): void {
    if (lastString.length <= MAX_KEY_CHARS) lastString += text.slice(0, MAX_KEY_CHARS + 1);
  }

  return {
    take(piece) {
      parts = [];
      let at = 0;
      while (at < piece.length && !isBroken) {
        if (isInString) {
          at = readString(piece, at);
          continue;
        }
        STRUCTURE.lastIndex = at;
        const match = STRUCTURE.exec(piece);
        if (!match) {
          keep(piece.slice(at));
          break;
        }
        keep(piece.slice(at, match.index));
        at = match.index + 1;
        if (match[0] === '"') {
          isInString = true;
          lastString = '';
          keep('"');
        } else structure(match[0]);
      }
      return parts;
    },
    end() {
      parts = [];
      const isComplete = levels.length === 0 && !isInString && !isBroken;
      if (isComplete) finish();
      return { parts, isComplete };
    },
  };
}
