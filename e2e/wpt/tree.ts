/** A checkout of the web-platform-tests: is there one, which tests does it hold, under which address is each served. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OptionError } from './options.ts';
import { type SetName, TEST_SETS } from './test-sets.ts';

export interface WptTest {
  /** Path and query below the server's root; also the test's name in reports. */
  readonly url: string;
  /** File in the tree that it was made from. */
  readonly file: string;
  /** How long testharness.js allows: 10 s, or 60 s. */
  readonly timeout: 'normal' | 'long';
}

export interface TestList {
  readonly tests: readonly WptTest[];
  /** Paths of the sets that this tree does not have. */
  readonly missing: readonly string[];
}

export const PYTHON = 'python3';
/** Leaves no __pycache__ in a tree that is not ours. */
export const PYTHON_ENV = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

export function treeTool(name: string): string {
  return fileURLToPath(new URL(`tree-tools/${name}`, import.meta.url));
}

/** Is there a tree with its tools and tests in `dir`? */
export function isTree(dir: string): boolean {
  return ['tools/localpaths.py', 'resources/testharness.js', 'websockets'].every((path) => existsSync(join(dir, path)));
}

/** The window variants of the tests in `sets` whose URL matches `filter`. Throws when there is none. */
export function listTests(tree: string, sets: readonly SetName[], filter: RegExp | null): TestList {
  const wanted = sets.flatMap((name) => TEST_SETS[name]);
  const present = wanted.filter(({ path }) => existsSync(join(tree, path)));
  const listed = spawnSync(PYTHON, [treeTool('list_tests.py'), tree], {
    input: JSON.stringify(present.map(({ path }) => path)),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: PYTHON_ENV,
  });
  if (listed.error !== undefined) {
    throw new OptionError(`${PYTHON} is needed to list the tests and could not be run: ${listed.error.message}`);
  }
  if (listed.status !== 0) {
    throw new Error(`The tree's tests could not be listed:\n${listed.stderr}`);
  }
  const all = JSON.parse(listed.stdout) as readonly WptTest[];
  const tests = all.filter(
    ({ file, url }) =>
      runsInWindow(url) &&
      present.some(({ path, only }) => isBelow(file, path) && (only?.test(url) ?? true)) &&
      (filter?.test(url) ?? true),
  );
  if (tests.length === 0) {
    throw new OptionError(`No test of ${sets.join(', ')}${filter === null ? '' : ` matches ${filter}`}.`);
  }
  return { tests, missing: wanted.filter((entry) => !present.includes(entry)).map(({ path }) => path) };
}

function isBelow(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`);
}

/** Content scripts never run in workers, so their variants of a test would prove nothing. */
export function runsInWindow(url: string): boolean {
  return !/\.(?:any\.(?:shared|service)?worker(?:-module)?|worker|any\.shadowrealm[^.]*)\.html$/.test(pathOf(url));
}

const PORTS = {
  http: [8000, 8001],
  'http-private': [8002],
  'http-public': [8003],
  https: [8443, 8444],
  'https-private': [8445],
  'https-public': [8446],
  ws: [8666],
  wss: [8667],
  h2: [9000],
} as const;
type Scheme = keyof typeof PORTS;

/** Ports on which the tree's server listens. `offset` is added to each, for a second run on the same machine. */
export function serverPorts(offset: number): Readonly<Record<Scheme, readonly number[]>> {
  const shifted = Object.entries(PORTS).map(([scheme, ports]) => [scheme, ports.map((port) => port + offset)]);
  return Object.fromEntries(shifted) as Record<Scheme, number[]>;
}

/**
 * Where the test is served. Flags in a file's name choose protocol and host:
 * https://web-platform-tests.org/writing-tests/file-names.html
 */
export function addressOf(test: WptTest, portOffset: number): string {
  const ports = serverPorts(portOffset);
  const path = pathOf(test.url);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const host = name.includes('.www.') ? 'www.web-platform.test' : 'web-platform.test';
  if (name.includes('.h2.') || /[?&]wpt_flags=h2\b/.test(test.url)) {
    return `https://${host}:${ports.h2[0]}${test.url}`;
  }
  if (name.includes('.https.') || name.includes('.serviceworker') || /[?&]wpt_flags=https\b/.test(test.url)) {
    return `https://${host}:${ports.https[0]}${test.url}`;
  }
  return `http://${host}:${ports.http[0]}${test.url}`;
}

function pathOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}
