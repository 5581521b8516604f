/**
 * What two frames have in common, as lines: of JSON its structure, whatever the order of keys and the spaces; of other text
 * its lines; of bytes their dumps. Loaded when frames are compared. Pure.
 */
import { diffArrays, diffLines } from 'diff';
import { findJson } from '../../decoders/payloads/json.ts';
import { isContainer, type ValueContainer, type ValueNode } from '../../decoders/payloads/node.ts';
import type { FramePayload } from '../models/copy-forms.ts';
import { hexDump } from '../models/hex-rows.ts';

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly depth: number;
  readonly text: string;
}

export interface Difference {
  readonly by: 'json' | 'text' | 'bytes';
  readonly lines: readonly DiffLine[];
  /** Neighbouring lines that changed are one. */
  readonly changes: number;
  /** There would be more. */
  readonly isCut: boolean;
}

/** What is longer is compared as far as that. */
const MAX_CHARS = 200_000;
const MAX_BYTES = 16_384;
const MAX_LINES = 4_000;
/** Longer arrays are compared place by place. */
const MAX_ALIGNED_ITEMS = 2_000;

export function differenceOf(before: FramePayload, after: FramePayload): Difference {
  const [a, b] = [textIn(before), textIn(after)];
  if (a === null || b === null) return ofBytes(before, after);
  const [left, right] = [jsonIn(a), jsonIn(b)];
  if (left && right) {
    const lines: DiffLine[] = [];
    if (left.prefix !== right.prefix) addBoth(lines, 0, left.prefix, right.prefix);
    else if (left.prefix !== '') lines.push({ kind: 'same', depth: 0, text: left.prefix });
    compareNodes(lines, 0, '', left.root, right.root, '');
    return finished('json', lines, false);
  }
  return finished(
    'text',
    linesOf(a.slice(0, MAX_CHARS), b.slice(0, MAX_CHARS)),
    Math.max(a.length, b.length) > MAX_CHARS,
  );
}

function ofBytes(before: FramePayload, after: FramePayload): Difference {
  const [a, b] = [bytesIn(before), bytesIn(after)];
  const lines = linesOf(hexDump(a.subarray(0, MAX_BYTES)), hexDump(b.subarray(0, MAX_BYTES)));
  return finished('bytes', lines, Math.max(a.length, b.length) > MAX_BYTES);
}

function finished(by: Difference['by'], lines: readonly DiffLine[], isCut: boolean): Difference {
  const changes = lines.filter(({ kind }, i) => kind !== 'same' && (lines[i - 1]?.kind ?? 'same') === 'same').length;
  return { by, lines: lines.slice(0, MAX_LINES), changes, isCut: isCut || lines.length > MAX_LINES };
}

function textIn(payload: FramePayload): string | null {
  return payload.kind === 'text' ? payload.text : null;
}

function bytesIn(payload: FramePayload): Uint8Array {
  return payload.kind === 'text' ? new TextEncoder().encode(payload.text) : payload.bytes;
}

function jsonIn(text: string): ReturnType<typeof findJson> {
  return text.length <= MAX_CHARS ? findJson(text) : null;
}

function linesOf(a: string, b: string): readonly DiffLine[] {
  return diffLines(a, b).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', depth: 0, text })),
  );
}

function addBoth(lines: DiffLine[], depth: number, before: string, after: string): void {
  lines.push({ kind: 'removed', depth, text: before }, { kind: 'added', depth, text: after });
}

/** `name`: `"key": ` or nothing; `end`: a comma or nothing. */
function compareNodes(lines: DiffLine[], depth: number, name: string, a: ValueNode, b: ValueNode, end: string): void {
  if (isContainer(a) && isContainer(b) && a.kind === b.kind) {
    const [open, close] = brackets(a);
    lines.push({ kind: 'same', depth, text: name + open });
    if (a.kind === 'object') compareObjects(lines, depth + 1, a, b);
    else compareArrays(lines, depth + 1, a, b);
    lines.push({ kind: 'same', depth, text: close + end });
    return;
  }
  if (textOf(a) === textOf(b)) addNode(lines, 'same', depth, name, a, end);
  else {
    addNode(lines, 'removed', depth, name, a, end);
    addNode(lines, 'added', depth, name, b, end);
  }
}

/** In the order of the first; what only the second has comes last. */
function compareObjects(lines: DiffLine[], depth: number, a: ValueContainer, b: ValueContainer): void {
  const inB = new Map(b.keys.map((key, i) => [key, b.items[i]]));
  const inA = new Set(a.keys);
  a.keys.forEach((key, i) => {
    const [mine, other] = [a.items[i], inB.get(key)];
    const name = `${JSON.stringify(key)}: `;
    if (mine && other) compareNodes(lines, depth, name, mine, other, ',');
    else if (mine) addNode(lines, 'removed', depth, name, mine, ',');
  });
  b.keys.forEach((key, i) => {
    const item = b.items[i];
    if (item && !inA.has(key)) addNode(lines, 'added', depth, `${JSON.stringify(key)}: `, item, ',');
  });
}

/** Items that are the same are put beside each other; between them, place by place. */
function compareArrays(lines: DiffLine[], depth: number, a: ValueContainer, b: ValueContainer): void {
  const isShort = Math.max(a.items.length, b.items.length) <= MAX_ALIGNED_ITEMS;
  const parts = isShort ? diffArrays(a.items.map(textOf), b.items.map(textOf)) : [];
  if (!isShort) {
    compareRun(lines, depth, a.items, b.items);
    return;
  }
  let [atA, atB] = [0, 0];
  let removed: readonly ValueNode[] = [];
  const flush = (added: readonly ValueNode[]) => {
    compareRun(lines, depth, removed, added);
    removed = [];
  };
  for (const part of parts) {
    const count = part.value.length;
    if (part.removed) {
      removed = a.items.slice(atA, atA + count);
      atA += count;
    } else if (part.added) {
      flush(b.items.slice(atB, atB + count));
      atB += count;
    } else {
      flush([]);
      for (const item of a.items.slice(atA, atA + count)) addNode(lines, 'same', depth, '', item, ',');
      atA += count;
      atB += count;
    }
  }
  flush([]);
}

function compareRun(lines: DiffLine[], depth: number, a: readonly ValueNode[], b: readonly ValueNode[]): void {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [mine, other] = [a[i], b[i]];
    if (mine && other) compareNodes(lines, depth, '', mine, other, ',');
    else if (mine) addNode(lines, 'removed', depth, '', mine, ',');
    else if (other) addNode(lines, 'added', depth, '', other, ',');
  }
}

function addNode(
  lines: DiffLine[],
  kind: DiffLine['kind'],
  depth: number,
  name: string,
  node: ValueNode,
  end: string,
): void {
  if (!isContainer(node) || node.items.length === 0) {
    lines.push({ kind, depth, text: name + textOf(node) + end });
    return;
  }
  const [open, close] = brackets(node);
  lines.push({ kind, depth, text: name + open });
  node.items.forEach((item, i) => {
    const own = node.kind === 'object' ? `${JSON.stringify(node.keys[i] ?? '')}: ` : '';
    addNode(lines, kind, depth + 1, own, item, ',');
  });
  lines.push({ kind, depth, text: close + end });
}

function brackets({ kind }: ValueContainer): readonly [string, string] {
  return kind === 'object' ? ['{', '}'] : ['[', ']'];
}

/** In one line, keys in their order: equal nodes, equal texts. */
function textOf(node: ValueNode): string {
  if (!isContainer(node)) return node.kind === 'string' ? JSON.stringify(node.text) : node.text;
  const [open, close] = brackets(node);
  const items = node.items.map((item, i) =>
    node.kind === 'object' ? `${JSON.stringify(node.keys[i] ?? '')}: ${textOf(item)}` : textOf(item),
  );
  return open + items.join(', ') + close;
}
