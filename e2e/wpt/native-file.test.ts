import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNativeFile, writeNativeFile } from './native-file.ts';
import { OptionError } from './options.ts';
import type { TestResult } from './results.ts';

const origin = { browserVersion: 'Chrome/1.2.3.4', tree: '/tree' };
const good: TestResult = { url: '/a', harness: 'OK', message: null, durationMs: 1, subtests: [] };

describe('the file of native results', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'socketscope-wpt-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was written, in a folder that was not there', () => {
    const path = join(folder, 'new/native.json');
    writeNativeFile(path, origin, [good]);
    expect(readNativeFile(path, origin)).toEqual([good]);
  });

  it.each([
    ['browser', { ...origin, browserVersion: 'Chrome/9.9.9.9' }],
    ['tree', { ...origin, tree: '/other' }],
  ])('is of no use with another %s', (_, other) => {
    const path = join(folder, 'native.json');
    writeNativeFile(path, origin, [good]);
    expect(readNativeFile(path, other)).toEqual([]);
  });

  it('does not keep what could not be run', () => {
    const path = join(folder, 'native.json');
    writeNativeFile(path, origin, [{ ...good, harness: 'RUNNER-ERROR' }]);
    expect(readNativeFile(path, origin)).toEqual([]);
  });

  it('has nothing where there is no file', () => {
    expect(readNativeFile(join(folder, 'none.json'), origin)).toEqual([]);
  });

  it.each(['no JSON', '{}', 'null', '{"results":3}'])('refuses a file with %j', (text) => {
    const path = join(folder, 'other.json');
    writeFileSync(path, text);
    expect(() => readNativeFile(path, origin)).toThrow(OptionError);
  });
});
