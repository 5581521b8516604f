/** Real proxies from the system's packages, each with a configuration and a folder of its own, in the foreground. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { killProcess, onProcessEnd } from '../../browsers/leftovers.ts';
import { waitUntil } from '../../browsers/wait.ts';

/** What a proxy needs of a stage. */
export interface ProgramStage {
  readonly host: string;
  readonly folder: string;
  onEnd(undo: () => Promise<unknown> | unknown): void;
}

export interface Program {
  readonly port: number;
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  /** The folder with its configuration and its log. */
  readonly folder: string;
  readonly ended: Promise<unknown>;
}

interface ProgramOptions {
  readonly name: string;
  readonly port: number;
  readonly config: string;
  readonly args: (folder: string, config: string) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const isRoot = process.getuid?.() === 0;

export function isProgramThere(name: string): boolean {
  // Daemons live in /usr/sbin, which is not in everybody's PATH.
  return spawnSync('sh', ['-c', `command -v ${name}`], { env: environment() }).status === 0;
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...more };
}

/** Runs to its end; rejects unless it succeeds. */
export async function runProgram(name: string, args: readonly string[], env = {}): Promise<void> {
  const child = spawn(name, [...args], { env: environment(env), stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: ${said}`);
}

async function startProgram(stage: ProgramStage, options: ProgramOptions): Promise<Program> {
  const { name, port, args, env } = options;
  const folder = join(stage.folder, `${name}-${port}`);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, `${name}.conf`);
  writeFileSync(config, options.config.replaceAll('FOLDER', folder));
  const child = spawn(name, [...args(folder, config)], {
    env: environment(env?.HOME === undefined ? env : { ...env, HOME: folder }),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: its workers end with it.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} was not started`);
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-2_000);
  });
  const forget = onProcessEnd(() => killProcess(pid));
  const ended = once(child, 'exit');
  stage.onEnd(async () => {
    forget();
    await ended;
  });
  const early = new AbortController();
  // Not `exit`: what it said last may come after that.
  child.once('close', () => early.abort(new Error(`${name} ended: ${said}`)));
  await waitUntil(`${name} listens`, () => accepts(stage.host, port), { signal: early.signal });
  return {
    port,
    folder,
    url: `ws://${stage.host}:${port}/socket`,
    signal: (wanted) => void process.kill(pid, wanted),
    ended,
  };
}

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  const isOpen = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]);
  socket.destroy();
  return isOpen;
}

/** Between which two ports a proxy stands. */
export interface Hop {
  readonly port: number;
  /** Of the server behind it. */
  readonly upstream: number;
}

export interface NginxOptions extends Hop {
  /** Of its location, e.g. `proxy_read_timeout 7s;`. */
  readonly directives?: string;
  /** Of its main context. */
  readonly main?: string;
  /** Default true. Without it, it is the mistake that everybody makes once. */
  readonly passesUpgrade?: boolean;
}

export function startNginx(stage: ProgramStage, options: NginxOptions): Promise<Program> {
  const { port, upstream, directives = '', main = '', passesUpgrade = true } = options;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path FOLDER/${kind};`,
  );
  const upgrade = `proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";`;
  const config = `
${isRoot ? 'user root;' : ''}
worker_processes 1;
pid FOLDER/nginx.pid;
error_log FOLDER/error.log info;
${main}
events {}
http {
  access_log off;
  ${temporary.join(' ')}
  server {
    listen ${stage.host}:${port};
    location / {
      proxy_pass http://${stage.host}:${upstream};
      proxy_set_header Host $host;
      ${passesUpgrade ? upgrade : ''}
      ${directives}
    }
  }
}
`;
  const args = (folder: string, file: string) => [
    '-p',
    folder,
    '-c',
    file,
    '-e',
    `${folder}/error.log`,
    '-g',
    'daemon off;',
  ];
  return startProgram(stage, { name: 'nginx', port, config, args });
}

export interface HaproxyOptions extends Hop {
  /** Of its defaults, e.g. `timeout tunnel 7s`. */
  readonly timeouts: readonly string[];
}

export function startHaproxy(stage: ProgramStage, { port, upstream, timeouts }: HaproxyOptions): Promise<Program> {
  const config = `
defaults
  mode http
  timeout connect 2s
  retries 0
  ${timeouts.join('\n  ')}
frontend front
  bind ${stage.host}:${port}
  default_backend back
backend back
  server one ${stage.host}:${upstream}
`;
  return startProgram(stage, { name: 'haproxy', port, config, args: (_, file) => ['-f', file, '-db'] });
}

const APACHE_MODULES = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel'];

export function startApache(
  stage: ProgramStage,
  { port, upstream, timeoutS }: Hop & { timeoutS: number },
): Promise<Program> {
  const config = `
ServerRoot FOLDER
ServerName ${stage.host}
DefaultRuntimeDir FOLDER
PidFile FOLDER/apache.pid
ErrorLog FOLDER/error.log
${APACHE_MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${isRoot ? 'User www-data\nGroup www-data' : ''}
Listen ${stage.host}:${port}
Timeout ${timeoutS}
ProxyTimeout ${timeoutS}
ProxyPass / ws://${stage.host}:${upstream}/
`;
  const args = (folder: string, file: string) => ['-d', folder, '-f', file, '-DFOREGROUND'];
  return startProgram(stage, { name: 'apache2', port, config, args });
}

/** `adminPort`: where `reloadCaddy` asks it. */
export function startCaddy(stage: ProgramStage, options: Hop & { adminPort: number }): Promise<Program> {
  return startProgram(stage, {
    name: 'caddy',
    port: options.port,
    config: caddyfile(stage, options, 'first'),
    args: (_, file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    env: { HOME: 'FOLDER' },
  });
}

function caddyfile(
  { host }: ProgramStage,
  { port, upstream, adminPort }: Hop & { adminPort: number },
  name: string,
): string {
  return `{
  admin ${host}:${adminPort}
  auto_https off
}
http://${host}:${port} {
  header x-config ${name}
  reverse_proxy ${host}:${upstream}
}
`;
}

export async function reloadCaddy(
  stage: ProgramStage,
  options: Hop & { adminPort: number },
  { folder }: Program,
): Promise<void> {
  const config = join(folder, 'second.conf');
  writeFileSync(config, caddyfile(stage, options, 'second'));
  const address = `${stage.host}:${options.adminPort}`;
  await runProgram('caddy', ['reload', '--config', config, '--adapter', 'caddyfile', '--address', address], {
    HOME: folder,
  });
}
