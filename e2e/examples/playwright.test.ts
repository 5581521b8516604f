/**
 * The package as somebody else has it: packed, installed beside the example in an empty folder, and used there, by Playwright
 * Test and on the command line.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../browsers/find.ts';
import { buildNode } from '../cli/node-build.ts';
import { ROOT } from '../cli/run.ts';

const chromium = findBrowser('chromium');

interface Ran {
  readonly code: number;
  readonly output: string;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd,
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, output }));
  });
}

describe.skipIf(chromium === null)('the package in another project', () => {
  let folder = '';
  let recording = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'socketscope-example-'));
    cpSync(join(ROOT, 'examples', 'playwright'), folder, {
      recursive: true,
      filter: (path) => !/node_modules/.test(path),
    });
    await buildNode();
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT);
    expect(packed, packed.output).toMatchObject({ code: 0 });
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    manifest.devDependencies.socketscope = `file:./${archive}`;
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder, {
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    });
    expect(installed, installed.output).toMatchObject({ code: 0 });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('plays scenarios in its tests, judges how the page came back, and attaches the report', async () => {
    const { code, output } = await run('npx', ['playwright', 'test', '--reporter=json'], folder, {
      CHROMIUM: chromium ?? '',
      CI: '1',
    });
    expect(code, output).toBe(0);
    const { suites } = JSON.parse(output.slice(output.indexOf('{'))) as { readonly suites: readonly unknown[] };
    const attachments = JSON.stringify(suites).match(/"name":"socketscope\.(html|ndjson)"/g) ?? [];
    expect(attachments).toHaveLength(4);
    recording = pathOf(JSON.stringify(suites));
  });

  it('reports on a recording, and fails when a budget does', async () => {
    const file = join(folder, 'recording.ndjson');
    writeFileSync(file, recording);
    const passed = await run(
      'npx',
      ['socketscope', 'report', file, '--html', 'report.html', '--markdown', '-'],
      folder,
    );
    expect(passed, passed.output).toMatchObject({ code: 0 });
    expect(passed.output).toContain('the chat comes back when its server crashes');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain("default-src 'none'");
    const failed = await run(
      'npx',
      ['socketscope', 'report', file, '--budget', 'reopenMs=1', '--json', 'out.json'],
      folder,
    );
    expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('FAILED  verdict on ') });
  });

  it('refuses what is no recording with what to do', async () => {
    const { code, output } = await run('npx', ['socketscope', 'report', 'package.json'], folder);
    expect({ code, output }).toMatchObject({
      code: 2,
      output: expect.stringContaining('This is no recording of Socketscope'),
    });
  });
});

/** Attachments with a body are in Playwright's JSON as base64. */
function pathOf(json: string): string {
  const body = /"name":"socketscope\.ndjson","contentType":"[^"]*","body":"([^"]+)"/.exec(json)?.[1] ?? '';
  return Buffer.from(body, 'base64').toString();
}
