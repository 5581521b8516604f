import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJson, isContainer, type JsonNode, parseJson } from './json-parse.ts';
import { firstExpanded, flattenJson, formatJson, previewJson } from './json-tree.ts';

/** What JSON.parse would give. */
function jsValueOf(node: JsonNode): unknown {
  if (isContainer(node)) {
    const values = node.items.map(jsValueOf);
    // defineProperty, as JSON.parse does: "__proto__" is a key like any other.
    if (node.kind === 'array') return values;
    const object = {};
    node.keys.forEach((key, i) => {
      Object.defineProperty(object, key, { value: values[i], enumerable: true, configurable: true, writable: true });
    });
    return object;
  }
  return node.kind === 'string' ? node.text : JSON.parse(node.text);
}

function parsed(text: string): JsonNode {
  const node = parseJson(text);
  if (!node) throw new Error(`not JSON: ${text}`);
  return node;
}

describe('reading JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const value = JSON.parse(text);
        expect(jsValueOf(parsed(JSON.stringify(value, null, indent)))).toEqual(value);
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const almost = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:\\ 0e-.+tn\u0001'), fc.boolean())
      .map(([text, at, char, replace]) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + char + text.slice(replace ? i + 1 : i);
      });
    fc.assert(
      fc.property(fc.oneof(almost, fc.string()), (text) => {
        let expected: unknown;
        try {
          expected = { value: JSON.parse(text) };
        } catch {
          expected = null;
        }
        const node = parseJson(text);
        expect(node && { value: jsValueOf(node) }).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '01',
    '+1',
    '.5',
    '1.',
    '"\\x"',
    '"\n"',
    "{'a':1}",
    'nul',
    '[1]2',
    '{"a"}',
  ])('refuses %j', (text) => {
    expect(parseJson(text)).toBeNull();
  });

  it('keeps what JSON.parse loses: digits, the order of keys, duplicates', () => {
    const text = '{"2":12345678901234567890,"1":1.50,"1":-0}';
    expect(previewJson(parsed(text), 99)).toBe('{2: 12345678901234567890, 1: 1.50, 1: -0}');
    expect(formatJson(parsed(text))).toBe('{\n  "2": 12345678901234567890,\n  "1": 1.50,\n  "1": -0\n}');
  });

  it('reads a million brackets', () => {
    const depth = 500_000;
    const node = parsed('['.repeat(depth) + ']'.repeat(depth));
    expect(flattenJson(node, firstExpanded(node, 50)).length).toBeLessThanOrEqual(50);
    expect(formatJson(parsed('[[[]]]'))).toBe('[\n  [\n    []\n  ]\n]');
  });

  it.each([
    ['42["news",{"a":1}]', '42', 'array'],
    [' {"a":1}\n', '', 'object'],
    ['{"type":6}\u001e', '', 'object'],
    ['451-/admin,["x"]', '451-/admin,', 'array'],
  ])('finds it in %j', (text, prefix, kind) => {
    expect(findJson(text)).toMatchObject({ prefix, root: { kind } });
  });

  it.each(['5', '"text"', 'true', 'hello [1]', 'ping', '42["news"', '', `${'x'.repeat(65)}[1]`])(
    'finds no tree in %j',
    (text) => {
      expect(findJson(text)).toBeNull();
    },
  );
});

describe('the tree as rows', () => {
  /** With recursion. */
  function naiveRows(node: JsonNode, id: string, expanded: ReadonlySet<string>): readonly string[] {
    const below =
      isContainer(node) && expanded.has(id)
        ? node.items.flatMap((child, i) => naiveRows(child, `${id}/${i}`, expanded))
        : [];
    return [id, ...below];
  }

  it('has a row for each node whose ancestors are expanded', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.func(fc.boolean()), (text, isExpanded) => {
        const root = parsed(text);
        const everything = new Set(naiveRows(root, '', { has: () => true } as unknown as ReadonlySet<string>));
        const expanded = new Set([...everything].filter((id) => isExpanded(id)));
        const rows = flattenJson(root, expanded);
        expect(rows.map(({ id }) => id)).toEqual(naiveRows(root, '', expanded));
        for (const { id, depth } of rows) expect(depth).toBe(id.split('/').length - 1);
      }),
    );
  });

  it('opens as much at first as there is room for, and the root always', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 1, max: 30 }), (text, maxRows) => {
        const root = parsed(text);
        const rows = flattenJson(root, firstExpanded(root, maxRows));
        const atLeast = isContainer(root) ? 1 + root.items.length : 1;
        expect(rows.length).toBeLessThanOrEqual(Math.max(maxRows, atLeast));
        expect(rows.length).toBeGreaterThanOrEqual(atLeast);
      }),
    );
  });

  it('says what is inside of a collapsed node', () => {
    const root = parsed(`{"type":"tick","list":[1,{}],"none":{},"long":"${'x'.repeat(50)}"}`);
    expect(previewJson(root, 200)).toBe(`{type: "tick", list: […], none: {}, long: "${'x'.repeat(40)}…"}`);
    expect(previewJson(root, 10)).toBe('{type: "tick", …}');
  });

  it('is copied as text that means the same', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(formatJson(parsed(text))).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
    );
  });
});
