/**
 * For property tests: text and URLs of any kind. fast-check's own (`unit: 'binary'`, `webUrl`) first build a table of all
 * code points, which takes longer than the tests that ask for them; and it hardly ever gives half a pair of surrogates.
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

const escaped = fc
  .string({ unit: anyCharacter, maxLength: 8 })
  .map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')));

/** Well-formed, with a path and now and then a query. */
export const anyUrl: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('ws', 'wss', 'http', 'https'),
    fc.domain(),
    fc.array(escaped, { maxLength: 4 }),
    fc.option(fc.array(fc.tuple(escaped, escaped), { maxLength: 3 })),
  )
  .map(([scheme, host, path, query]) => {
    const asked = query ? `?${query.map((pair) => pair.join('=')).join('&')}` : '';
    return `${scheme}://${host}/${path.join('/')}${asked}`;
  });
