import { describe, expect, it } from 'vitest';
import { OptionError, parseOptions, USAGE } from './options.ts';

describe('parseOptions', () => {
  it('has the defaults that the help names', () => {
    expect(parseOptions([])).toEqual({
      help: false,
      wpt: null,
      get: null,
      sets: ['websockets', 'related'],
      panels: ['closed', 'recording'],
      filter: null,
      jobs: 3,
      repeat: 5,
      extension: null,
      native: null,
      out: null,
      portOffset: 0,
    });
  });

  it('reads every option', () => {
    const text =
      '--wpt T --only related --panel closed --filter a|b --jobs 2 --repeat 10 --extension E --native N --out O';
    expect(parseOptions([...text.split(' '), '--port-offset', '1000'])).toMatchObject({
      wpt: 'T',
      sets: ['related'],
      panels: ['closed'],
      filter: /a|b/,
      jobs: 2,
      repeat: 10,
      extension: 'E',
      native: 'N',
      out: 'O',
      portOffset: 1000,
    });
  });

  it.each([
    ['--only', 'events'],
    ['--panel', 'open'],
    ['--jobs', '0'],
    ['--jobs', '1.5'],
    ['--jobs', 'many'],
    ['--repeat', '0'],
    ['--filter', '('],
    ['--port-offset', '99999'],
    ['--unheard-of', 'x'],
    ['--wpt'],
    ['websockets'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseOptions(args)).toThrow(OptionError);
  });

  it('documents every option', () => {
    for (const name of [
      'wpt',
      'get',
      'only',
      'panel',
      'filter',
      'jobs',
      'repeat',
      'extension',
      'native',
      'out',
      'port-offset',
    ]) {
      expect(USAGE).toContain(`--${name}`);
    }
  });
});
