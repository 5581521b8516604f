/**
 * Fetches a tree of the web-platform-tests, with its server and tools, from Debian's packages alone: the source of
 * firefox-esr carries one. Leaves apt's own configuration as it is. Nothing of the tree belongs into this repository.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createTemporaryFolder } from '../browsers/leftovers.ts';
import { OptionError } from './options.ts';

/** Which tree the known differences were found with. A mirror that has it no more gives the newest it has. */
const VERSION = '140.12.0esr-1~deb12u1';
const IN_THE_SOURCE = 'testing/web-platform/tests';
/** Large, and without a WebSocket. */
const LEFT_OUT = ['css', 'conformance-checkers', 'svg', 'webvtt'];

export const HOW_TO_GET_A_TREE = `A tree of the web-platform-tests, with the version that the known differences belong to, is in Debian's source
package of firefox-esr (683 MB to download, 1 GB on disk, about two minutes). On Debian and Ubuntu:

    npm run wpt -- --get DIR

fetches it into DIR and runs the tests. By hand, with a deb-src entry in apt's sources:

    apt-get source --download-only --tar-only firefox-esr=${VERSION}
    mkdir -p DIR && tar -xJf firefox-esr_*.orig.tar.xz -C DIR --strip-components=4 --wildcards 'firefox-*/${IN_THE_SOURCE}/*'
    npm run wpt -- --wpt DIR

Any other checkout of the web-platform-tests works too; it may have other tests. DIR must be outside of this repository.`;

/** Puts the tree into `dir`. Throws an OptionError where something is there already, without apt, or when a step fails. */
export function fetchTree(dir: string, log: (line: string) => void): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new OptionError(`--get ${dir}: this folder has other things in it.`);
  }
  if (!existsSync('/usr/bin/apt-get')) {
    throw new OptionError(`--get needs apt-get, which this machine does not have.\n\n${HOW_TO_GET_A_TREE}`);
  }
  const cache = createTemporaryFolder('wpt-download');
  const apt = aptOptions(cache.path);
  log('apt-get update, with the source packages');
  run('apt-get', [...apt, '-qq', 'update']);
  const tarball = findTarball(apt, log);
  const file = join(cache.path, tarball.name);
  run('/usr/lib/apt/apt-helper', [...apt, 'download-file', tarball.uri, file, tarball.hash]);
  log(`unpacking into ${dir}`);
  // Under another name until it is whole.
  const partial = `${dir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  run('tar', [
    '-xJf',
    file,
    '-C',
    partial,
    '--strip-components=4',
    '--wildcards',
    ...LEFT_OUT.map((folder) => `--exclude=*/${IN_THE_SOURCE}/${folder}/*`),
    `firefox-*/${IN_THE_SOURCE}/*`,
  ]);
  renameSync(partial, dir);
  cache.remove();
}

/** Options that give apt lists and a cache of its own, with this machine's sources turned into those of source packages. */
function aptOptions(cache: string): readonly string[] {
  const sources = join(cache, 'sources');
  for (const folder of [sources, join(cache, 'lists/partial'), join(cache, 'archives/partial')]) {
    mkdirSync(folder, { recursive: true });
  }
  for (const path of sourceFiles()) {
    writeFileSync(join(sources, basename(path)), asSourcePackages(path, readFileSync(path, 'utf8')));
  }
  return [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${sources}`,
    `Dir::State::lists=${join(cache, 'lists')}`,
    `Dir::Cache=${cache}`,
    // apt's own user may not write into the temporary folder.
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
}

function sourceFiles(): readonly string[] {
  const parts = '/etc/apt/sources.list.d';
  const names = existsSync(parts) ? readdirSync(parts) : [];
  return ['/etc/apt/sources.list', ...names.map((name) => join(parts, name))].filter(
    (path) => /\.(?:list|sources)$/.test(path) && existsSync(path),
  );
}

/** The two formats of apt's sources (`man sources.list`): one line each, or paragraphs. */
export function asSourcePackages(path: string, text: string): string {
  if (path.endsWith('.sources')) {
    return text.replace(/^Types:.*$/gm, 'Types: deb-src');
  }
  const lines = text.split('\n').filter((line) => line.startsWith('deb '));
  return `${lines.map((line) => line.replace(/^deb /, 'deb-src ')).join('\n')}\n`;
}

interface Tarball {
  readonly uri: string;
  readonly name: string;
  readonly hash: string;
}

function findTarball(apt: readonly string[], log: (line: string) => void): Tarball {
  for (const wanted of [`firefox-esr=${VERSION}`, 'firefox-esr']) {
    const listed = spawnSync('apt-get', [...apt, 'source', '--print-uris', '--tar-only', wanted], { encoding: 'utf8' });
    const tarball = parseTarball(listed.stdout);
    if (tarball !== null) {
      log(`${tarball.uri}`);
      return tarball;
    }
    log(`apt has no source of ${wanted}`);
  }
  throw new OptionError(`apt's sources offer no source package of firefox-esr.\n\n${HOW_TO_GET_A_TREE}`);
}

/** Each line is `'URI' NAME SIZE HASH`. The hundred tarballs of languages are not wanted. */
export function parseTarball(printedUris: string): Tarball | null {
  const match = /^'([^']+)' (firefox-esr_[\d.]+esr\.orig\.tar\.xz) \d+ (\S+)$/m.exec(printedUris);
  const [, uri, name, hash] = match ?? [];
  return uri === undefined || name === undefined || hash === undefined ? null : { uri, name, hash };
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) {
    throw new OptionError(`${command} failed${error === undefined ? '' : `: ${error.message}`}.`);
  }
}
