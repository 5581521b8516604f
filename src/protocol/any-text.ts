/**
 * For property tests: characters of any kind. fast-check's own `unit: 'binary'` first builds a table of all code points,
 * which takes longer than the tests that ask for it, and hardly ever gives half a pair of surrogates.
 */
import fc from 'fast-check';

/** The unit of `fc.string({ unit: anyCharacter })`: one code point, now and then a lone surrogate. */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0x80, max: 0x7ff }),
    fc.integer({ min: 0xd800, max: 0xdfff }),
    fc.integer({ min: 0, max: 0x10ffff }),
  )
  .map((codePoint) => String.fromCodePoint(codePoint));
