/** The rules over recordings of real failures: what they say of each, without a browser. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CASES } from './cases/table.ts';
import { fromRecording, type Recording, toRecording } from './recording.ts';
import { missedOf, surprisesIn } from './report.ts';
import { keptResults } from './results.ts';

const FOLDER = fileURLToPath(new URL('recordings/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recording;

describe('recordings', () => {
  it('are of cases that there are, in each browser that can do them', () => {
    const names = CASES.flatMap(({ name, notIn }) =>
      (['chromium', 'firefox'] as const).filter((kind) => !notIn?.[kind]).map((kind) => `${name}.${kind}.json`),
    );
    expect([...files].sort()).toEqual(names.sort());
  });

  it('are small', () => {
    for (const name of files) expect(readFileSync(join(FOLDER, name)).length, name).toBeLessThan(40_000);
  });

  it('come back as the rows that they were', () => {
    const [name] = files;
    const recording = read(name ?? '');
    const { chunks, payloads, ...rows } = fromRecording(recording);
    const plain = chunks.map((chunk, i) => ({ ...chunk, ...payloads[i] }));
    const again = JSON.parse(JSON.stringify(plain), (_key, value) => (isColumn(value) ? Object.values(value) : value));
    expect(toRecording({ ...rows, chunks: again })).toEqual(recording);
  });
});

/** A typed array as JSON. */
function isColumn(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('connectionId' in value);
}

describe('what the rules say of them', () => {
  const results = keptResults(FOLDER);

  it('meets the goals of the cause lab', () => {
    expect(missedOf(results)).toEqual([]);
  });

  it('is never wrong', () => {
    expect(surprisesIn(results)).toEqual([]);
  });
});
