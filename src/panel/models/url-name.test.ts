import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortNameOf, splitUrl } from './url-name.ts';

it.each([
  ['wss://a.test/live?x=1', 'wss://a.test', '/live?x=1'],
  ['ws://127.0.0.1:8080/', '', 'ws://127.0.0.1:8080/'],
  ['ws://127.0.0.1:8080', 'ws://', '127.0.0.1:8080'],
  ['ws://a.test?x', 'ws://a.test', '?x'],
  ['nonsense', '', 'nonsense'],
])('%s is cut into "%s" and "%s"', (url, origin, rest) => {
  expect(splitUrl(url)).toEqual({ origin, rest });
});

it('is the host where the path says nothing', () => {
  expect(shortNameOf('ws://127.0.0.1:8080/')).toBe('127.0.0.1:8080');
});

it('loses nothing of any text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc
          .tuple(fc.constantFrom('ws://', 'wss://a.test', '/'), fc.string(), fc.string())
          .map((parts) => parts.join('/')),
      ),
      (url) => {
        const { origin, rest } = splitUrl(url);
        expect(origin + rest).toBe(url);
      },
    ),
  );
});
