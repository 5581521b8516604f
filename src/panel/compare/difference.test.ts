import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from './difference.ts';

const text = (words: string) => ({ kind: 'text', text: words }) as const;
const SIGNS = { same: ' ', removed: '-', added: '+' } as const;

function drawn(a: string, b: string): readonly string[] {
  return differenceOf(text(a), text(b)).lines.map(
    ({ kind, depth, text: line }) => SIGNS[kind] + ' '.repeat(depth) + line,
  );
}

describe('the difference of two frames', () => {
  it('of JSON is that of their structure, not of their spaces and the order of keys', () => {
    expect(drawn('{"a":1,"b":[1,2],"c":"x"}', '{ "c":"x", "b":[1,3,2],"a":1, "d":null}')).toEqual([
      ' {',
      '  "a": 1,',
      '  "b": [',
      '   1,',
      '+  3,',
      '   2,',
      '  ],',
      '  "c": "x",',
      '+ "d": null,',
      ' }',
    ]);
  });

  it('goes into what changed within an item, and keeps all digits', () => {
    expect(drawn('42["e",{"id":10000000000000000001}]', '42["e",{"id":10000000000000000002}]')).toEqual([
      ' 42',
      ' [',
      '  "e",',
      '  {',
      '-  "id": 10000000000000000001,',
      '+  "id": 10000000000000000002,',
      '  },',
      ' ]',
    ]);
  });

  it('of other text is by lines, of bytes by their dump', () => {
    expect(drawn('a\nb', 'a\nc')).toEqual([' a', '-b', '+c']);
    const bytes = { kind: 'binary', bytes: Uint8Array.of(1, 2) } as const;
    const difference = differenceOf(bytes, text('x'));
    expect(difference.by).toBe('bytes');
    expect(difference.lines.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });

  it('is none where they are the same, and holds either side whole, whatever they are', () => {
    const json = fc.json({ maxDepth: 3 }).filter((words) => /^[[{]/.test(words) && !/,[\]}]/.test(words));
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(differenceOf(text(a), text(a)).changes).toBe(0);
        const { lines } = differenceOf(text(a), text(b));
        for (const [source, other] of [
          [a, 'added'],
          [b, 'removed'],
        ] as const) {
          const side = lines
            .filter(({ kind }) => kind !== other)
            .map(({ text: line }) => line)
            .join('');
          // All items have a comma behind them, also the last.
          expect(JSON.parse(side.replace(/,(?=[\]}])/g, ''))).toEqual(JSON.parse(source));
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
