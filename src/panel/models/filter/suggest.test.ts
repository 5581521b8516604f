import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allKeys, suggestionsFor, taken } from './suggest.ts';

const KNOWN = { codes: [1006, 4001], hosts: ['api.example.test', 'chat.example.test'] };
const offered = (text: string, caret = text.length) => suggestionsFor(text, caret, KNOWN).map(({ insert }) => insert);

describe('suggestions', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['di', ['dir:']],
    ['order -s', ['size:']],
    ['order', []],
    ['dir:', ['in', 'out']],
    ['dir:o', ['out']],
    ['kind:text|b', ['binary', 'blob']],
    ['kind:text|', ['binary', 'blob']],
    ['code:4', ['4001']],
    ['url:chat', ['chat.example.test']],
    ['$.price >', ['>=']],
    ['$.price con', ['contains ']],
    ['$.price ', ['exists', '== ', '!= ', '<= ', '>= ', '< ', '> ', '=~ ', 'contains ']],
    ['nothing:', []],
  ])('for %j', (text, inserts) => {
    expect(offered(text)).toEqual(inserts.map((one) => (one === '>=' ? '>= ' : one)));
  });

  it('are not made in the middle of a word', () => {
    expect(offered('size', 2)).toEqual([]);
  });

  it('name all keys for an empty filter', () => {
    expect(allKeys().map(({ key }) => key)).toContain('event');
  });

  it('take the place of what was written, and leave the rest alone', () => {
    expect(taken('a di b', suggestionsFor('a di b', 4, KNOWN)[0] ?? allKeys()[0] ?? never())).toEqual({
      text: 'a dir: b',
      caret: 6,
    });
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (text, at) => {
        const caret = Math.min(at, text.length);
        for (const suggestion of suggestionsFor(text, caret, KNOWN)) {
          expect(taken(text, suggestion).text.endsWith(text.slice(caret))).toBe(true);
        }
      }),
    );
  });
});

function never(): never {
  throw new Error('No suggestion.');
}
