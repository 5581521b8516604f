import { expect, it } from 'vitest';
import { OptionError } from '../values.ts';
import { parseSoakOptions } from './options.ts';

it('has sensible defaults', () => {
  expect(parseSoakOptions([])).toMatchObject({
    browser: 'chromium',
    durationMs: 600_000,
    framesPerSecond: 2000,
    headless: true,
  });
});

it('takes fractions of a minute', () => {
  expect(parseSoakOptions(['--minutes', '0.25', '--browser', 'firefox'])).toMatchObject({
    durationMs: 15_000,
    browser: 'firefox',
  });
});

it.each([
  [['--minutes', '0']],
  [['--minutes', 'long']],
  [['--rate', '-1']],
  [['--browser', 'lynx']],
  [['--hours', '1']],
])('refuses %j', (args) => {
  expect(() => parseSoakOptions(args)).toThrow(OptionError);
});
