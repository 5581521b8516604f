/** The reader of JSON against JSON.parse, and where it keeps what JSON.parse loses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJson, readJson } from './json.ts';
import { isContainer, type ValueNode } from './node.ts';

const parseJson = (text: string) => readJson(text).root;

/** What JSON.parse would give. */
function jsValueOf(node: ValueNode): unknown {
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

function parsed(text: string): ValueNode {
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

  it('reads a hundred thousand brackets', () => {
    const depth = 50_000;
    expect(parseJson('['.repeat(depth) + ']'.repeat(depth))).toMatchObject({ kind: 'array' });
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
