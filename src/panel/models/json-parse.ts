/**
 * Reads JSON as it is written (RFC 8259), where JSON.parse would change it: numbers keep every digit, keys their order
 * and their duplicates. Without recursion, for a hostile page may nest brackets a million deep.
 */

export type JsonNode = JsonContainer | JsonScalar;

export interface JsonContainer {
  readonly kind: 'object' | 'array';
  /** Parallel to `items`; empty for an array. */
  readonly keys: readonly string[];
  readonly items: readonly JsonNode[];
}

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'literal';
  /** The value of a string; otherwise the text as it stands. */
  readonly text: string;
}

export interface FoundJson {
  /** What stands before it, as in Socket.IO's `42["event"]`. */
  readonly prefix: string;
  readonly root: JsonContainer;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
/** Packet types, ids and namespaces of protocols that put JSON behind a few characters of their own. */
const PREFIX = /^[^\s[{"]{0,64}/;
/** Whitespace, and the record separators that SignalR and STOMP close a message with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these control characters are what is looked for.
const TRAILER = /[\s\u001e\u0000]*$/;

/** The object or array that a text is, behind a short prefix if need be; null when it is none. */
export function findJson(text: string): FoundJson | null {
  const trimmed = text.trimStart();
  const prefix = PREFIX.exec(trimmed)?.[0] ?? '';
  const first = trimmed[prefix.length];
  if (first !== '{' && first !== '[') return null;
  const root = parseJson(trimmed.slice(prefix.length).replace(TRAILER, ''));
  return root && isContainer(root) ? { prefix, root } : null;
}

export function isContainer(node: JsonNode): node is JsonContainer {
  return node.kind === 'object' || node.kind === 'array';
}

interface OpenContainer {
  readonly kind: 'object' | 'array';
  readonly keys: string[];
  readonly items: JsonNode[];
}

/** A JSON text as a tree, or null when it is not one. */
export function parseJson(text: string): JsonNode | null {
  const open: OpenContainer[] = [];
  let at = skipSpace(text, 0);
  for (;;) {
    // A value is due here.
    let node: JsonNode;
    const first = text[at];
    if (first === '{' || first === '[') {
      const container: OpenContainer = { kind: first === '{' ? 'object' : 'array', keys: [], items: [] };
      at = skipSpace(text, at + 1);
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(container);
        if (first === '{') {
          const behindKey = readKey(text, at, container.keys);
          if (behindKey < 0) return null;
          at = behindKey;
        }
        continue;
      }
      at++;
      node = container;
    } else {
      const end = endOfScalar(text, at);
      if (end < 0) return null;
      const source = text.slice(at, end);
      const scalar = scalarOf(source);
      if (!scalar) return null;
      node = scalar;
      at = end;
    }
    // A value has ended here, and perhaps containers with it.
    for (;;) {
      at = skipSpace(text, at);
      const parent = open.at(-1);
      if (!parent) return at === text.length ? node : null;
      parent.items.push(node);
      if (text[at] === ',') {
        at = skipSpace(text, at + 1);
        if (parent.kind === 'object') {
          const behindKey = readKey(text, at, parent.keys);
          if (behindKey < 0) return null;
          at = behindKey;
        }
        break;
      }
      if (text[at] !== (parent.kind === 'object' ? '}' : ']')) return null;
      at++;
      open.pop();
      node = parent;
    }
  }
}

/** Reads `"key" :` and gives where the value begins, or -1. */
function readKey(text: string, at: number, keys: string[]): number {
  if (text[at] !== '"') return -1;
  const end = endOfScalar(text, at);
  if (end < 0) return -1;
  const key = scalarOf(text.slice(at, end));
  const colon = skipSpace(text, end);
  if (!key || text[colon] !== ':') return -1;
  keys.push(key.text);
  return skipSpace(text, colon + 1);
}

function endOfScalar(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 0x22) return endOfString(text, at);
  const literal = LITERALS[text.charAt(at)];
  if (literal !== undefined) return text.startsWith(literal, at) ? at + literal.length : -1;
  NUMBER.lastIndex = at;
  return NUMBER.test(text) ? NUMBER.lastIndex : -1;
}

function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) return i + 1;
    if (unit === 0x5c) i++;
    else if (unit < 0x20) return -1;
  }
  return -1;
}

function scalarOf(source: string): JsonScalar | null {
  const first = source.charAt(0);
  if (first !== '"') return { kind: first in LITERALS ? 'literal' : 'number', text: source };
  if (!source.includes('\\')) return { kind: 'string', text: source.slice(1, -1) };
  try {
    return { kind: 'string', text: JSON.parse(source) as string };
  } catch {
    return null; // an escape that is none
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at++;
  }
}
