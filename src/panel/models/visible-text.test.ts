import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it.each([
  ['a\u0000b\u001b[0m', 'a␀b␛[0m'],
  ['line\n\ttab', 'line\n\ttab'],
  ['del\u007f', 'del␡'],
  ['user\u202etxt.exe', 'user⟨U+202E⟩txt.exe'],
  ['zero\u200bwidth', 'zero⟨U+200B⟩width'],
  ['مرحبا עולם', 'مرحبا עולם'],
  ['👩‍👩‍👧 ❤️ 🇹🇷', '👩‍👩‍👧 ❤️ 🇹🇷'],
])('%j is shown as %j', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});
