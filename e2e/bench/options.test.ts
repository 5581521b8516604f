import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';
import { ROWS } from './rows.ts';
import { OptionError } from './values.ts';

describe('the command line', () => {
  it('has sensible defaults', () => {
    const { browser, rounds, size, rows, setUps, parts, json } = parseOptions([]);
    expect({ browser, rounds, size, parts, json }).toEqual({
      browser: 'chromium',
      rounds: 9,
      size: 'full',
      parts: ['rows', 'installation', 'memory'],
      json: null,
    });
    expect(rows).toEqual(ROWS);
    expect(setUps.map(({ id }) => id)).toEqual(['none', 'again', 'closed', 'port', 'panel', 'devtools']);
  });

  it("has no column for Chrome's DevTools in Firefox", () => {
    expect(parseOptions(['--browser', 'firefox']).setUps.map(({ id }) => id)).not.toContain('devtools');
  });

  it('always compares with no extension', () => {
    expect(parseOptions(['--setups', 'panel']).setUps.map(({ id }) => id)).toEqual(['none', 'panel']);
  });

  it('selects rows by how their names begin', () => {
    const rows = parseOptions(['--rows', 'receive-150B,latency']).rows.map(({ id }) => id);
    expect(rows).toEqual(['receive-150B-text-1', 'receive-150B-text-200', 'latency']);
  });

  it('is quick on request, and the number of rounds still counts', () => {
    expect(parseOptions(['--quick'])).toMatchObject({ size: 'quick', rounds: 3 });
    expect(parseOptions(['--quick', '--rounds', '5'])).toMatchObject({ size: 'quick', rounds: 5 });
  });

  it.each([
    [['--rounds', '0']],
    [['--rounds', 'many']],
    [['--rows', 'nothing']],
    [['--setups', 'panle']],
    [['--browser', 'opera']],
    [['--browser', 'firefox', '--setups', 'devtools']],
    [['--fast']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow(OptionError);
  });
});
