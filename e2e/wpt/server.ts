/** Starts the tree's own server on loopback and ends it. The tree stays untouched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryFolder, killProcess, onProcessEnd } from '../browsers/leftovers.ts';
import { waitUntil } from '../browsers/wait.ts';
import { OptionError } from './options.ts';
import { PYTHON, PYTHON_ENV, serverPorts, treeTool } from './tree.ts';

const HOST = '127.0.0.1';
/** A dozen Python processes are started one after the other. */
const START_TIMEOUT_MS = 120_000;
const LOG_LINES = 40;

export interface WptServer {
  close(): void;
}

/** Resolves when every port answers. Rejects when one is taken, or with the server's last words. */
export async function startServer(tree: string, portOffset: number): Promise<WptServer> {
  const ports = serverPorts(portOffset);
  const all = Object.values(ports).flat();
  for (const port of all) {
    if (await answers(port)) {
      throw new OptionError(`Port ${port} is taken. Another run? Use --port-offset 2000.`);
    }
  }
  const folder = createTemporaryFolder('wpt-server');
  const configPath = join(folder.path, 'config.json');
  writeFileSync(configPath, JSON.stringify(serverConfig(ports)));
  const server = spawn(PYTHON, [treeTool('serve.py'), tree, '--config', configPath], {
    cwd: tree,
    // A process group of its own, so that the server's processes can be ended together.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: PYTHON_ENV,
  });
  const lastLines = keepLastLines(server);
  const stopped = new AbortController();
  server.once('exit', () => stopped.abort(new Error(`The tree's server ended:\n${lastLines()}`)));
  server.once('error', (error) => stopped.abort(error));
  const end = onProcessEnd(() => (server.pid === undefined ? undefined : killProcess(server.pid)));
  const close = () => {
    end();
    folder.remove();
  };
  try {
    for (const port of all) {
      await waitUntil(`The tree's server at port ${port}`, () => answers(port), {
        timeoutMs: START_TIMEOUT_MS,
        signal: stopped.signal,
      });
    }
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

/** What differs from the tree's config.json. */
function serverConfig(ports: object): object {
  return {
    server_host: HOST,
    bind_address: true,
    // Names are resolved inside Chromium: /etc/hosts stays as it is.
    check_subdomains: false,
    ports,
    aliases: [
      {
        'url-path': '/resources/testharnessreport.js',
        'local-dir': fileURLToPath(new URL('served', import.meta.url)),
      },
    ],
  };
}

function keepLastLines(server: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [server.stdout, server.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''));
      lines.splice(0, lines.length - LOG_LINES);
    });
  }
  return () => lines.join('\n');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
