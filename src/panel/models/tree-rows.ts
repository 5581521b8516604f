/**
 * A tree of values as the rows of a list, of which only those on the screen are ever made: each open container knows how many
 * rows are below it, so that row 500,000 of an array of a million is found without looking at the others.
 */
import { isContainer, type ValueContainer, type ValueNode } from '../../decoders/payloads/node.ts';

/** Indexes from the root down; [] is the root. */
export type TreePath = readonly number[];

export interface TreeRow {
  readonly path: TreePath;
  readonly depth: number;
  /** Its key, or its index in an array; null for the root. */
  readonly label: string | null;
  readonly isIndex: boolean;
  readonly node: ValueNode;
  readonly isExpanded: boolean;
  /** From 1, among its siblings. */
  readonly position: number;
  readonly siblings: number;
}

export interface TreeRows {
  rowCount(): number;
  /** Rows first … end, as far as there are any. */
  rows(first: number, end: number): readonly TreeRow[];
  isExpanded(path: TreePath): boolean;
  /** Opens or closes a container; what was open within it is open again later. */
  toggle(path: TreePath): void;
  /** Opens all containers above, and tells the row. */
  reveal(path: TreePath): number;
  /** The row of a value whose containers are open; of another, that of the closed container around it. */
  rowOf(path: TreePath): number;
  /** Closes everything, and opens again level by level while no more than `maxRows` rows come of it; the root in any case. */
  expandLevels(levels: number, maxRows: number): void;
  collapse(): void;
  /** The value there; null: there is none. */
  at(path: TreePath): ValueNode | null;
}

interface Open {
  readonly node: ValueContainer;
  /** Open or once opened containers in it, by index. */
  readonly children: Map<number, Open>;
  isOpen: boolean;
  /** Rows below it while it is open: its items and what is open in them. */
  below: number;
  /** Indexes of the open children, rising; null: to be made anew. */
  openIndexes: readonly number[] | null;
}

/** `insides` gives what a value was unfolded into: JSON in a string, a structure in bytes. */
export function createTreeRows(root: ValueNode, insides: (node: ValueNode) => ValueNode | null): TreeRows {
  const containerOf = (node: ValueNode): ValueContainer | null => {
    const inside = insides(node) ?? node;
    return isContainer(inside) && inside.items.length > 0 ? inside : null;
  };
  const openOf = (node: ValueContainer): Open => ({
    node,
    children: new Map(),
    isOpen: true,
    below: node.items.length,
    openIndexes: [],
  });

  let top: Open | null = null;

  const rowCount = () => 1 + (top?.isOpen ? top.below : 0);

  function openIndexesOf(open: Open): readonly number[] {
    open.openIndexes ??= [...open.children]
      .filter(([, child]) => child.isOpen)
      .map(([i]) => i)
      .sort((a, b) => a - b);
    return open.openIndexes;
  }

  /** The open containers on the way to `path`, outermost first; shorter where one is closed. */
  function wayTo(path: TreePath): readonly Open[] {
    const way: Open[] = [];
    let open = top;
    for (let i = 0; i < path.length; i++) {
      if (!open?.isOpen) break;
      way.push(open);
      open = open.children.get(path[i] ?? -1) ?? null;
    }
    return way;
  }

  function grow(path: TreePath, rows: number): void {
    for (const open of wayTo(path)) open.below += rows;
  }

  function openAt(path: TreePath): Open | null {
    let open = top;
    for (const i of path) open = open?.children.get(i) ?? null;
    return open;
  }

  function nodeAt(path: TreePath): ValueNode | null {
    let node: ValueNode | undefined = root;
    for (const i of path) {
      const container: ValueContainer | null = node ? containerOf(node) : null;
      node = container?.items[i];
      if (!node) return null;
    }
    return node;
  }

  function setOpen(path: TreePath, isOpen: boolean): void {
    const node = nodeAt(path);
    const container = node && containerOf(node);
    if (!container) return;
    let open = openAt(path);
    if (open && open.node !== container) open = null; // unfolded since
    if ((open?.isOpen ?? false) === isOpen) return;
    if (!open) {
      open = openOf(container);
      const parent = openAt(path.slice(0, -1));
      if (path.length === 0) top = open;
      else parent?.children.set(path.at(-1) ?? 0, open);
    }
    open.isOpen = isOpen;
    const parent = path.length === 0 ? null : openAt(path.slice(0, -1));
    if (parent) parent.openIndexes = null;
    grow(path, isOpen ? open.below : -open.below);
  }

  function rowOf(path: TreePath): number {
    let row = 0;
    let open = top;
    for (const i of path) {
      if (!open?.isOpen) break;
      row += 1 + i;
      for (const sibling of openIndexesOf(open)) {
        if (sibling >= i) break;
        row += open.children.get(sibling)?.below ?? 0;
      }
      open = open.children.get(i) ?? null;
    }
    return row;
  }

  function rowFor(path: TreePath, node: ValueNode, parent: ValueContainer | null): TreeRow {
    const i = path.at(-1) ?? 0;
    const isIndex = parent?.kind === 'array';
    return {
      path,
      depth: path.length,
      label: parent === null ? null : isIndex ? String(i) : (parent.keys[i] ?? ''),
      isIndex,
      node,
      isExpanded: openAt(path)?.isOpen === true && containerOf(node) !== null,
      position: i + 1,
      siblings: parent?.items.length ?? 1,
    };
  }

  /** Adds the rows of what is below `open`; `skip` rows are left out first. Gives what is still to skip. */
  function collect(open: Open, path: TreePath, skip: number, wanted: number, rows: TreeRow[]): number {
    let left = skip;
    let at = 0;
    const add = (until: number) => {
      // Items without anything open between them: they can be skipped at once.
      const jump = Math.min(left, until - at);
      at += jump;
      left -= jump;
      for (; at < until && rows.length < wanted; at++) {
        const node = open.node.items[at];
        if (node) rows.push(rowFor([...path, at], node, open.node));
      }
    };
    for (const i of openIndexesOf(open)) {
      if (rows.length >= wanted) return 0;
      add(i + 1);
      if (rows.length >= wanted) return 0;
      const child = open.children.get(i);
      if (!child) continue;
      if (left >= child.below) left -= child.below;
      else left = collect(child, [...path, i], left, wanted, rows);
      at = i + 1;
    }
    add(open.node.items.length);
    return left;
  }

  function expandLevels(levels: number, maxRows: number): void {
    top = null;
    let level: readonly TreePath[] = [[]];
    for (let depth = 0; depth < levels && level.length > 0; depth++) {
      const next: TreePath[] = [];
      for (const path of level) {
        const node = nodeAt(path);
        const container = node && containerOf(node);
        if (!container) continue;
        if (depth > 0 && rowCount() + container.items.length > maxRows) return;
        setOpen(path, true);
        for (let i = 0; i < container.items.length && next.length < maxRows; i++) {
          const item = container.items[i];
          if (item && containerOf(item)) next.push([...path, i]);
        }
      }
      level = next;
    }
  }

  return {
    rowCount,
    rows: (first, end) => {
      const rows: TreeRow[] = [];
      const wanted = Math.max(0, Math.min(end, rowCount()) - Math.max(0, first));
      if (wanted === 0) return rows;
      if (first <= 0) rows.push(rowFor([], root, null));
      if (top?.isOpen) collect(top, [], Math.max(0, first - 1), wanted, rows);
      return rows;
    },
    isExpanded: (path) => openAt(path)?.isOpen === true,
    toggle: (path) => setOpen(path, !(openAt(path)?.isOpen === true)),
    reveal: (path) => {
      for (let length = 0; length < path.length; length++) setOpen(path.slice(0, length), true);
      return rowOf(path);
    },
    rowOf,
    expandLevels,
    collapse: () => {
      top = null;
    },
    at: nodeAt,
  };
}
