/**
 * Reads JSON as it is written (RFC 8259), where JSON.parse would change it: numbers keep every digit, keys their order
 * and their duplicates. Without recursion, for a hostile page may nest brackets a million deep. Of a text that was cut it
 * reads what is there.
 */
import {
  isContainer,
  MAX_NODES,
  NOTHING_READ,
  type OpenContainer,
  openContainer,
  type Problem,
  type Reading,
  scalar,
  type ValueContainer,
  type ValueNode,
  type ValueScalar,
} from './node.ts';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NUMBER_PART = /^-?[0-9]+(?:\.?|(?:\.[0-9]+)?[eE][+-]?)$/;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

export interface JsonOptions {
  /** The text may end anywhere: what stands before that is wanted. */
  readonly isCut?: boolean;
  /** In UTF-16 units; the whole text by default. */
  readonly from?: number;
  readonly to?: number;
}

/** The one value that a text is. Its root is null when it is none. */
export function readJson(text: string, { isCut = false, from = 0, to = text.length }: JsonOptions = {}): Reading {
  const open: OpenContainer[] = [];
  let at = skipSpace(text, from);
  let nodes = 0;

  function stop(problem: Problem): Reading {
    let root: ValueNode | null = null;
    for (let top = open.pop(); top; top = open.pop()) {
      if (root) top.items.push(root);
      // A key whose value did not come.
      if (top.kind === 'object' && top.keys.length > top.items.length) top.keys.length = top.items.length;
      top.isCut = true;
      top.to = to;
      root = top;
    }
    return { root, end: to, problem };
  }
  /** Nothing but the end can be forgiven. */
  const fail = (where: number): Reading => (isCut && where >= to && open.length > 0 ? stop('cut') : NOTHING_READ);

  for (;;) {
    // A value is due here.
    if (++nodes > MAX_NODES) return stop('tooMuch');
    let node: ValueNode;
    const first = at < to ? text[at] : undefined;
    if (first === '{' || first === '[') {
      const container = openContainer(first === '{' ? 'object' : 'array', at);
      at = skipSpace(text, at + 1);
      if (at >= to) {
        open.push(container);
        return fail(at);
      }
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(container);
        if (first === '{') {
          at = readKey(text, at, to, container.keys);
          if (at < 0) return fail(~at);
        }
        continue;
      }
      at++;
      container.to = at;
      node = container;
    } else {
      const end = endOfScalar(text, at, to);
      if (end < 0) {
        const part = isCut && first === '"' ? cutString(text, at, to) : null;
        const parent = open.at(-1);
        if (part && parent && endOfString(text, at, to) === ~to) parent.items.push(part);
        return fail(~end);
      }
      const value = scalarOf(text, at, end);
      if (!value) return NOTHING_READ;
      node = value;
      at = end;
    }
    // A value has ended here, and perhaps containers with it.
    for (;;) {
      at = skipSpace(text, at);
      const parent = open.at(-1);
      if (!parent) return at >= to ? { root: node, end: at, problem: null } : NOTHING_READ;
      parent.items.push(node);
      if (at >= to) return fail(at);
      if (text[at] === ',') {
        at = skipSpace(text, at + 1);
        if (parent.kind === 'object') {
          at = readKey(text, at, to, parent.keys);
          if (at < 0) return fail(~at);
        }
        break;
      }
      if (text[at] !== (parent.kind === 'object' ? '}' : ']')) {
        // `2.` or `1e+` at the end: a number that goes on.
        return node.kind === 'number' && NUMBER_PART.test(text.slice(node.from, to)) ? fail(to) : NOTHING_READ;
      }
      at++;
      open.pop();
      parent.to = at;
      node = parent;
    }
  }
}

/** Whitespace, and the record separators that SignalR and STOMP close a message with. */
const isTrailer = (unit: number) => unit === 0x1e || unit === 0 || isSpace(unit);
/** Packet types, ids and namespaces of protocols that put JSON behind a few characters of their own. */
const PREFIX = /[^\s[{"]{0,64}/y;

export interface FoundJson {
  /** What stands before it, as in Socket.IO's `42["event"]`. */
  readonly prefix: string;
  readonly root: ValueContainer;
  readonly problem: Problem | null;
}

/** The object or array that a text is, behind a short prefix if need be; null when it is none. */
export function findJson(text: string, isCut = false): FoundJson | null {
  const start = skipSpace(text, 0);
  PREFIX.lastIndex = start;
  const prefix = PREFIX.exec(text)?.[0] ?? '';
  const from = start + prefix.length;
  if (text[from] !== '{' && text[from] !== '[') return null;
  let to = text.length;
  while (to > from && isTrailer(text.charCodeAt(to - 1))) to--;
  const { root, problem } = readJson(text, { from, to, isCut });
  return root && isContainer(root) ? { prefix, root, problem } : null;
}

/**
 * The values of a text that has one JSON object or array a line (NDJSON), at least two; null when it is no such text. Of one
 * that was cut, the last line may be unfinished.
 */
export function readJsonLines(text: string, isCut: boolean): readonly ValueNode[] | null {
  const values: ValueNode[] = [];
  for (let from = 0; from < text.length; ) {
    const lineEnd = text.indexOf('\n', from);
    const to = lineEnd < 0 ? text.length : lineEnd;
    if (skipSpace(text, from) < to) {
      const { root } = readJson(text, { from, to, isCut: isCut && lineEnd < 0 });
      if (!root || !isContainer(root)) return null;
      values.push(root);
    }
    from = to + 1;
  }
  return values.length > 1 ? values : null;
}

/** Reads `"key" :` and gives where the value begins; `~` of where it stopped, when it is none. */
function readKey(text: string, at: number, to: number, keys: string[]): number {
  if (at >= to) return ~to;
  if (text[at] !== '"') return ~at;
  const end = endOfString(text, at, to);
  if (end < 0) return end;
  const key = scalarOf(text, at, end);
  const colon = skipSpace(text, end);
  if (!key || colon >= to) return key ? ~to : ~at;
  if (text[colon] !== ':') return ~colon;
  keys.push(key.text);
  const value = skipSpace(text, colon + 1);
  return value >= to ? ~to : value;
}

/** Where it ends; `~` of where it stopped, when it does not. */
function endOfScalar(text: string, at: number, to: number): number {
  if (at >= to) return ~to;
  const first = text.charCodeAt(at);
  if (first === 0x22) return endOfString(text, at, to);
  const literal = LITERALS[text.charAt(at)];
  if (literal !== undefined) {
    if (text.startsWith(literal, at) && at + literal.length <= to) return at + literal.length;
    return literal.startsWith(text.slice(at, to)) ? ~to : ~at;
  }
  NUMBER.lastIndex = at;
  if (NUMBER.test(text) && NUMBER.lastIndex <= to) return NUMBER.lastIndex;
  return text.slice(at, to) === '-' ? ~to : ~at;
}

function endOfString(text: string, at: number, to: number): number {
  for (let i = at + 1; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) return i + 1;
    if (unit === 0x5c) i++;
    else if (unit < 0x20) return ~i;
  }
  return ~to;
}

function scalarOf(text: string, from: number, to: number): ValueScalar | null {
  const source = text.slice(from, to);
  const first = source.charAt(0);
  if (first !== '"') return scalar(first in LITERALS ? 'literal' : 'number', source, from, to);
  if (!source.includes('\\')) return scalar('string', source.slice(1, -1), from, to);
  try {
    return scalar('string', JSON.parse(source) as string, from, to);
  } catch {
    return null; // an escape that is none
  }
}

/** A string without its end, escapes as they stand. */
function cutString(text: string, from: number, to: number): ValueScalar {
  return { ...scalar('string', text.slice(from + 1, to), from, to), isCut: true };
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}
