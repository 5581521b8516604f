/** Decoded values as text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../decoders/payloads/json.ts';
import { bytesNode, object, scalar, text, type ValueNode } from '../../decoders/payloads/node.ts';
import { copiedValue, formatValue, pathStep, previewValue } from './value-text.ts';

function parsed(json: string): ValueNode {
  const { root } = readJson(json);
  if (!root) throw new Error(`not JSON: ${json}`);
  return root;
}

describe('a value as text', () => {
  it('says what is inside of a collapsed node', () => {
    const root = parsed(`{"type":"tick","list":[1,{}],"none":{},"long":"${'x'.repeat(50)}"}`);
    expect(previewValue(root, 200)).toBe(`{type: "tick", list: […], none: {}, long: "${'x'.repeat(40)}…"}`);
    expect(previewValue(root, 10)).toBe('{type: "tick", …}');
  });

  it('keeps what JSON.parse loses: digits, the order of keys, duplicates', () => {
    const root = parsed('{"2":12345678901234567890,"1":1.50,"1":-0}');
    expect(previewValue(root, 99)).toBe('{2: 12345678901234567890, 1: 1.50, 1: -0}');
    expect(formatValue(root)).toBe('{\n  "2": 12345678901234567890,\n  "1": 1.50,\n  "1": -0\n}');
  });

  it('is copied as text that means the same', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(formatValue(parsed(json))).toBe(JSON.stringify(JSON.parse(json), null, 2));
      }),
    );
  });

  it('has bytes in hex, and a copied string without quotes', () => {
    const bytes = bytesNode(Uint8Array.of(0xde, 0xad));
    expect(
      formatValue(
        object([
          ['raw', bytes],
          ['at', scalar('time', '2026-11-21T10:00:00.000Z')],
        ]),
      ),
    ).toBe('{\n  "raw": "dead",\n  "at": "2026-11-21T10:00:00.000Z"\n}');
    expect([copiedValue(bytes), copiedValue(text('a"b'))]).toEqual(['dead', 'a"b']);
    expect(previewValue(bytesNode(new Uint8Array(100)), 9)).toBe('00 00 00 …');
  });
});

it.each([
  ['name', false, '.name'],
  ['3', true, '[3]'],
  ['two words', false, "['two words']"],
  ["it's", false, "['it\\'s']"],
  ['a"b', false, "['a\"b']"],
  ['9lives', false, "['9lives']"],
  ['çay', false, '.çay'],
])('the step of a path to %j is %3$s', (label, isIndex, step) => {
  expect(pathStep(label, isIndex)).toBe(step);
});
