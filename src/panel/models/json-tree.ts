/** A JSON tree as the rows of a list: what is expanded, in order, with what a row has to say. */
import { isContainer, type JsonContainer, type JsonNode } from './json-parse.ts';

export interface JsonRow {
  /** Where it is: the indexes of its ancestors and its own, "/0/3". The root's is "". */
  readonly id: string;
  readonly depth: number;
  /** Its key or index in its parent; null for the root. */
  readonly label: string | null;
  readonly node: JsonNode;
  readonly isExpanded: boolean;
  /** From 1, among its siblings. */
  readonly position: number;
  readonly siblings: number;
}

/** The rows of a tree in which just the nodes with these ids are expanded. */
export function flattenJson(root: JsonNode, expanded: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const pending: JsonRow[] = [rowOf('', 0, null, root, expanded, 1, 1)];
  for (let row = pending.pop(); row; row = pending.pop()) {
    rows.push(row);
    if (!row.isExpanded || !isContainer(row.node)) continue;
    for (let i = row.node.items.length - 1; i >= 0; i--) pending.push(childRow(row, row.node, i, expanded));
  }
  return rows;
}

function childRow(parent: JsonRow, { kind, keys, items }: JsonContainer, i: number, expanded: ReadonlySet<string>) {
  const label = kind === 'object' ? (keys[i] ?? '') : String(i);
  return rowOf(`${parent.id}/${i}`, parent.depth + 1, label, items[i] as JsonNode, expanded, i + 1, items.length);
}

function rowOf(
  id: string,
  depth: number,
  label: string | null,
  node: JsonNode,
  expanded: ReadonlySet<string>,
  position: number,
  siblings: number,
): JsonRow {
  return { id, depth, label, node, isExpanded: isExpandable(node) && expanded.has(id), position, siblings };
}

export function isExpandable(node: JsonNode): boolean {
  return isContainer(node) && node.items.length > 0;
}

/** What to expand at first: level by level, as long as no more than `maxRows` rows come of it; the root in any case. */
export function firstExpanded(root: JsonNode, maxRows: number): ReadonlySet<string> {
  const expanded = new Set<string>();
  let level: { readonly id: string; readonly node: JsonContainer }[] = isContainer(root)
    ? [{ id: '', node: root }]
    : [];
  let rowCount = 1;
  while (level.length > 0) {
    rowCount += level.reduce((sum, { node }) => sum + node.items.length, 0);
    if (rowCount > maxRows && expanded.size > 0) break;
    const next: typeof level = [];
    for (const { id, node } of level) {
      expanded.add(id);
      node.items.forEach((child, i) => {
        if (isContainer(child) && child.items.length > 0) next.push({ id: `${id}/${i}`, node: child });
      });
    }
    level = next;
  }
  return expanded;
}

/** One line for a node: `{type: "tick", price: 1.50, …}`, `[1, 2, 3]`, `"text"`. About `maxChars` long. */
export function previewJson(node: JsonNode, maxChars: number): string {
  if (!isContainer(node)) return scalarText(node, maxChars);
  const [opening, closing] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
  let text = opening;
  for (let i = 0; i < node.items.length; i++) {
    if (i > 0) text += ', ';
    if (text.length >= maxChars) return `${text}…${closing}`;
    const child = node.items[i] as JsonNode;
    if (node.kind === 'object') text += `${node.keys[i]}: `;
    text += isContainer(child) ? emptyOrDots(child) : scalarText(child, 40);
  }
  return text + closing;
}

function emptyOrDots({ kind, items }: JsonContainer): string {
  const inside = items.length > 0 ? '…' : '';
  return kind === 'object' ? `{${inside}}` : `[${inside}]`;
}

function scalarText(node: JsonNode, maxChars: number): string {
  if (isContainer(node)) return '';
  if (node.kind !== 'string') return node.text;
  return JSON.stringify(node.text.length > maxChars ? `${node.text.slice(0, maxChars)}…` : node.text);
}

/** The tree as indented text, numbers and keys as they were written. */
export function formatJson(root: JsonNode): string {
  let text = '';
  const open: { readonly node: JsonContainer; next: number }[] = [];
  const write = (node: JsonNode): void => {
    if (!isContainer(node)) text += node.kind === 'string' ? JSON.stringify(node.text) : node.text;
    else if (node.items.length === 0) text += node.kind === 'object' ? '{}' : '[]';
    else {
      text += node.kind === 'object' ? '{' : '[';
      open.push({ node, next: 0 });
    }
  };
  write(root);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { node, next } = top;
    if (next === node.items.length) {
      open.pop();
      text += `\n${'  '.repeat(open.length)}${node.kind === 'object' ? '}' : ']'}`;
      continue;
    }
    top.next++;
    text += `${next > 0 ? ',' : ''}\n${'  '.repeat(open.length)}`;
    if (node.kind === 'object') text += `${JSON.stringify(node.keys[next])}: `;
    write(node.items[next] as JsonNode);
  }
  return text;
}
