import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../e2e/arbitraries.ts';
import { COPY_FORMS, copyFormOf } from './copy-forms.ts';

const text = (words: string) => ({ kind: 'text', text: words }) as const;

describe('a frame that is copied', () => {
  it('is text, JSON, Base64 or a literal', () => {
    const forms = COPY_FORMS.map((form) => copyFormOf(text('42["a",{"n":10000000000000000001}]'), form));
    expect(forms).toEqual([
      '42["a",{"n":10000000000000000001}]',
      '42[\n  "a",\n  {\n    "n": 10000000000000000001\n  }\n]',
      'NDJbImEiLHsibiI6MTAwMDAwMDAwMDAwMDAwMDAwMDF9XQ==',
      '"42[\\"a\\",{\\"n\\":10000000000000000001}]"',
    ]);
  });

  it('has no text where it is none, and bytes as numbers', () => {
    const bytes = { kind: 'binary', bytes: Uint8Array.of(0xff, 0x00) } as const;
    expect(COPY_FORMS.map((form) => copyFormOf(bytes, form))).toEqual([null, null, '/wA=', 'new Uint8Array([255, 0])']);
  });

  it('is, as a literal, the same text again, and ends no script', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (words) => {
        const literal = copyFormOf(text(words), 'literal') ?? '';
        expect(new Function(`return ${literal}`)()).toBe(words);
      }),
    );
    expect(copyFormOf(text('</script><!--'), 'literal')).toBe('"\\x3c/script>\\x3c!--"');
  });
});
