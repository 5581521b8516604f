import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputError, replaceFile } from './output.ts';

describe('a file that is replaced', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'socketscope-output-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has all of the new text, and nothing lies beside it', async () => {
    const path = join(folder, 'report.html');
    writeFileSync(path, 'old');
    await replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  it('says where it cannot be written', async () => {
    const path = join(folder, 'missing', 'report.html');
    await expect(replaceFile(path, 'new')).rejects.toThrow(`${path} cannot be written: `);
  });

  it.skipIf(process.platform !== 'linux')('may be a device, which stays one', async () => {
    await replaceFile('/dev/null', 'new');
    await expect(replaceFile('/dev/full', 'new')).rejects.toThrow(OutputError);
  });
});
