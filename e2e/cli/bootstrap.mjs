/**
 * What every `npm` command starts with, on a machine that may have nothing but Node and git: checks Node, installs the
 * dependencies when they are missing or older than the lock file, then runs e2e/cli/<command>.ts. Plain JavaScript
 * without dependencies, because before it has run there are none.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
/** Holds the hash of the lock file that node_modules was installed from. */
const STAMP = join(ROOT, 'node_modules', '.socketscope-lock');
/** The first 20.x that vite supports. */
const NODE_AT_LEAST = [20, 19];

const [command = '', ...args] = process.argv.slice(2);

requireNode();
const script = join(ROOT, 'e2e', 'cli', `${command}.ts`);
if (!/^[a-z]+$/.test(command) || !existsSync(script))
  fail(`There is no command '${command}'. See "scripts" in package.json.`);
installDependencies();
runCommand();

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = NODE_AT_LEAST;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  fail(`This is Node ${process.versions.node}; Socketscope needs ${NODE_AT_LEAST.join('.')} or later.`);
}

function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  process.stdout.write('Installing dependencies (npm ci) …\n');
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'inherit',
    // npm is a script on Windows
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) fail(`npm ci failed${error ? `: ${error.message}` : ''}. Its output above says why.`);
  writeFileSync(STAMP, lock);
}

/** In a process of its own, which tsx teaches TypeScript; signals go to it, its exit code comes back. */
function runCommand() {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: ROOT, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // A terminal sends Ctrl+C to the child as well; this process only waits for it.
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
