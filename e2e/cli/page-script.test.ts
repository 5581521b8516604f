/** What is shortened is the page script's own, and is shortened. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OWN_FIELDS, shrinkPageScript } from './page-script.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Source text of the files of a folder, tests and comments left out. */
function sourceOf(folder: string, isWanted: (name: string) => boolean): string {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && isWanted(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''))
    .join('\n');
}

it('none is a field of a message', () => {
  const source = sourceOf('src/protocol', (name) => !['panel-link.ts', 'records.ts', 'fixtures.ts'].includes(name));
  const fields = new Set([...source.matchAll(/\b(\w+)\??:/g)].map(([, name]) => name));
  expect(OWN_FIELDS.filter((name) => fields.has(name))).toEqual([]);
  expect(fields).toContain('connection');
});

it('none is a built-in, or a name by which one is reached', () => {
  const source = sourceOf('src/page', (name) => ['platform.ts', 'primordials.ts', 'mask.ts'].includes(name));
  const names = new Set([...source.matchAll(/[.'](\w+)/g)].map(([, name]) => name));
  expect(OWN_FIELDS.filter((name) => names.has(name))).toEqual([]);
  expect(names).toContain('readyState');
});

it('each is a field of the page script', () => {
  const source = sourceOf('src/page', () => true) + sourceOf('src/page/faults', () => true);
  expect(OWN_FIELDS.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
});

it('is shortened alike wherever it stands, and nothing else is', () => {
  const code = shrinkPageScript('window.x=({holds:a,kind:b})=>({held:a.holds,connection:b})');
  expect(code).toContain('kind');
  expect(code).toContain('connection');
  expect(code).not.toMatch(/holds|held/);
});
