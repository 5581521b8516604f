import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../decoders/payloads/json.ts';
import { isContainer, type ValueNode } from '../../decoders/payloads/node.ts';
import { createTreeRows, type TreePath } from './tree-rows.ts';

function parsed(text: string): ValueNode {
  const { root } = readJson(text);
  if (!root) throw new Error(`not JSON: ${text}`);
  return root;
}

const nothing = () => null;

/** With recursion, and every row made. */
function naiveRows(node: ValueNode, path: TreePath, open: ReadonlySet<string>): readonly string[] {
  const below =
    isContainer(node) && open.has(path.join('/'))
      ? node.items.flatMap((child, i) => naiveRows(child, [...path, i], open))
      : [];
  return [path.join('/'), ...below];
}

function allPaths(node: ValueNode, path: TreePath = []): readonly TreePath[] {
  return [path, ...(isContainer(node) ? node.items.flatMap((child, i) => allPaths(child, [...path, i])) : [])];
}

describe('the rows of a tree', () => {
  it('are those whose ancestors are open, whatever was toggled before, and every window of them is right', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.nat(),
        fc.nat({ max: 20 }),
        (text, picks, from, length) => {
          const root = parsed(text);
          const paths = allPaths(root);
          const tree = createTreeRows(root, nothing);
          const open = new Set<string>();
          for (const pick of picks) {
            const path = paths[pick % paths.length] ?? [];
            const node = tree.at(path);
            // Only what is seen can be toggled.
            if (!naiveRows(root, [], open).includes(path.join('/'))) continue;
            tree.toggle(path);
            if (!node || !isContainer(node) || node.items.length === 0) continue;
            const key = path.join('/');
            if (!open.delete(key)) open.add(key);
          }
          const expected = naiveRows(root, [], open);
          expect(tree.rowCount()).toBe(expected.length);
          const first = from % (expected.length + 1);
          expect(tree.rows(first, first + length).map(({ path }) => path.join('/'))).toEqual(
            expected.slice(first, first + length),
          );
          tree.rows(0, expected.length).forEach(({ path }, row) => {
            expect(tree.rowOf(path)).toBe(row);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('bring a value into the open', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(), (text, pick) => {
        const root = parsed(text);
        const paths = allPaths(root);
        const path = paths[pick % paths.length] ?? [];
        const tree = createTreeRows(root, nothing);
        const row = tree.reveal(path);
        expect(tree.rows(row, row + 1)[0]?.path).toEqual(path);
      }),
    );
  });

  it('say what they are in their parent', () => {
    const tree = createTreeRows(parsed('{"a":[true,{}],"":1}'), nothing);
    tree.expandLevels(9, 100);
    expect(
      tree
        .rows(0, 9)
        .map(({ label, isIndex, depth, position, siblings }) => [label, isIndex, depth, position, siblings]),
    ).toEqual([
      [null, false, 0, 1, 1],
      ['a', false, 1, 1, 2],
      ['0', true, 2, 1, 2],
      ['1', true, 2, 2, 2],
      ['', false, 1, 2, 2],
    ]);
  });

  it('open level by level, as long as there is room', () => {
    const tree = createTreeRows(parsed('[[1,2,[3]],[4,5],{"a":{"b":1}}]'), nothing);
    tree.expandLevels(1, 100);
    expect(tree.rowCount()).toBe(4);
    tree.expandLevels(2, 100);
    expect(tree.rowCount()).toBe(10);
    tree.expandLevels(9, 7);
    expect(tree.rowCount()).toBeLessThanOrEqual(7);
    tree.collapse();
    expect(tree.rowCount()).toBe(1);
  });

  it('show what a value was unfolded into', () => {
    const root = parsed('["{\\"x\\":[1]}"]');
    const inner = parsed('{"x":[1]}');
    let isUnfolded = false;
    const tree = createTreeRows(root, (node) => (isUnfolded && node.kind === 'string' ? inner : null));
    tree.toggle([]);
    tree.toggle([0]);
    expect(tree.rowCount()).toBe(2);
    isUnfolded = true;
    tree.toggle([0]);
    expect(tree.rows(0, 9).map(({ label }) => label)).toEqual([null, '0', 'x']);
    expect(tree.reveal([0, 0, 0])).toBe(3);
  });

  it('of a million values are found without looking at all of them', () => {
    const item = { kind: 'number' as const, text: '0', bytes: null, from: -1, to: -1, type: '', isCut: false };
    let reads = 0;
    const items = new Proxy(new Array<ValueNode>(1_000_000).fill(item), {
      get: (target, key) => {
        reads++;
        return Reflect.get(target, key);
      },
    });
    const root: ValueNode = { kind: 'array', keys: [], items, from: -1, to: -1, type: '', isCut: false };
    const tree = createTreeRows(root, nothing);
    tree.toggle([]);
    reads = 0;
    for (let i = 0; i < 100; i++) tree.rows(9_999 * i, 9_999 * i + 50);
    expect(reads).toBeLessThan(100 * 500);
    expect(tree.rows(500_000, 500_001)[0]?.label).toBe('499999');
  });
});
