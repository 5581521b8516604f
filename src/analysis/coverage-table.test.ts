/** docs/coverage.md names only what exists, names every rule, and has no empty cell. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandsFor } from './commands.ts';
import { RULES } from './findings/rules.ts';
import { connectionOf } from './fixtures.ts';
import { statisticsOf } from './statistics/statistics.ts';
import { LINES } from './verdict/lines.ts';

const ROOT = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/coverage.md', ROOT), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\|[\s|-]+\|$/.test(line) && !/^\| what\b/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

function namedAfter(word: string): ReadonlySet<string> {
  return new Set([...text.matchAll(new RegExp(`${word} \`([^\`]+)\``, 'g'))].map(([, name]) => name ?? ''));
}

describe('the table of what is covered', () => {
  it('has three full cells in every row', () => {
    expect(rows.length).toBeGreaterThan(80);
    for (const row of rows) {
      expect(row, row.join(' | ')).toHaveLength(3);
      for (const cell of row) expect(cell, row.join(' | ')).not.toBe('');
    }
  });

  it('names every rule, and none that is not', () => {
    expect([...namedAfter('rule')].sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  it('names every line of the verdict, and none that is not', () => {
    expect([...namedAfter('verdict')].sort()).toEqual(LINES.map(({ id }) => id).sort());
  });

  it('names every command, and none that is not', () => {
    const commands = commandsFor(connectionOf({ url: 'wss://h/x' })).map(({ id }) => id);
    expect([...namedAfter('command')].sort()).toEqual([...commands].sort());
  });

  it('names no figure that is not', () => {
    const figures = Object.keys(statisticsOf([]));
    for (const name of namedAfter('statistics')) expect(figures).toContain(name);
  });

  it('names only test files that exist', () => {
    for (const [what, , test] of rows) {
      const path = /^`([^`]+\.test\.ts)`$/.exec(test ?? '')?.[1];
      expect(path, what).toBeDefined();
      expect(existsSync(new URL(path ?? '', ROOT)), `${what}: ${path}`).toBe(true);
    }
  });
});

describe('the table of rules', () => {
  it('has each name once, and says what each looks for', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const { says } of RULES) expect(says.length).toBeGreaterThan(10);
  });
});
