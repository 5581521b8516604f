/**
 * Builds the tree of a binary format whose containers say beforehand how many values they hold, or end with a mark
 * (MessagePack, CBOR). Without recursion: a few bytes can open a container within a container a million times.
 */
import { isContainer, MAX_NODES, type OpenContainer, openContainer, type ValueNode } from './node.ts';

export interface TreeBuilder {
  /** A value that ends at `to`. True: the tree is complete. */
  value(node: ValueNode, to: number): boolean;
  /** A container with so many items (an object: pairs); -1: until `endOpen`. True: it is empty, and with it the tree complete. */
  begin(kind: 'object' | 'array', count: number, from: number, to: number, type?: string): boolean;
  /** The mark that ends a container without a count. True: the tree is complete; null: no such container is open. */
  endOpen(to: number): boolean | null;
  /** More than MAX_NODES. */
  isFull(): boolean;
  /** What is there, when no more comes. */
  cut(to: number): ValueNode | null;
  root(): ValueNode | null;
}

interface Open {
  readonly container: OpenContainer;
  /** Items that are still due; -1: nobody knows. */
  due: number;
  key: string | null;
}

const MAX_KEY_CHARS = 1_000;

export function createTreeBuilder(): TreeBuilder {
  const open: Open[] = [];
  let root: ValueNode | null = null;
  let nodes = 0;

  function close(top: Open, to: number): boolean {
    open.pop();
    top.container.to = to;
    return value(top.container, to);
  }

  function value(node: ValueNode, to: number): boolean {
    nodes++;
    let done: ValueNode = node;
    for (;;) {
      const top = open.at(-1);
      if (!top) {
        root = done;
        return true;
      }
      const { container } = top;
      if (container.kind === 'object' && top.key === null) {
        top.key = keyTextOf(done);
        return false;
      }
      if (top.key !== null) container.keys.push(top.key);
      top.key = null;
      container.items.push(done);
      if (top.due < 0 || --top.due > 0) return false;
      open.pop();
      container.to = to;
      done = container;
    }
  }

  return {
    value,
    begin: (kind, count, from, to, type = '') => {
      const container = openContainer(kind, from, type);
      if (count === 0) {
        container.to = to;
        return value(container, to);
      }
      nodes++;
      open.push({ container, due: count, key: null });
      return false;
    },
    endOpen: (to) => {
      const top = open.at(-1);
      if (!top || top.due >= 0 || top.key !== null) return null;
      return close(top, to);
    },
    isFull: () => nodes > MAX_NODES,
    cut: (to) => {
      let part: ValueNode | null = null;
      for (let top = open.pop(); top; top = open.pop()) {
        const { container } = top;
        if (part && (container.kind === 'array' || top.key !== null)) {
          if (top.key !== null) container.keys.push(top.key);
          container.items.push(part);
        }
        container.isCut = true;
        container.to = to;
        part = container;
      }
      return part;
    },
    root: () => root,
  };
}

/** Keys can be of any kind; in a tree they are words. */
function keyTextOf(node: ValueNode): string {
  if (isContainer(node)) return node.kind === 'object' ? `{${node.items.length}}` : `[${node.items.length}]`;
  if (node.kind !== 'bytes') return node.text.slice(0, MAX_KEY_CHARS);
  return `0x${Array.from((node.bytes ?? new Uint8Array()).subarray(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
