/** What is copied runs: each snippet is run as a user would, against real servers and clients. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { FRAME_OUT, FRAME_SIMULATED, FRAME_TRUNCATED } from '../../src/protocol/frame-columns.ts';
import { type Conversation, conversationOf } from '../../src/report/code/conversation.ts';
import { snippetOf } from '../../src/report/code/snippets.ts';
import { chunksOf, connectionFixture, type FrameFixture, START_MS } from '../../src/report/fixtures.ts';
import { framesOf } from '../../src/report/recording.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const HOSTILE = `</script>"'\`\${process.exit(3)}$(exit 4)\`exit 5\`\\ \u2028 \u202e 'quoted' %s %d !x`;

const FRAMES: readonly FrameFixture[] = [
  { text: '{"type":"hello"}' },
  { text: HOSTILE, flags: FRAME_OUT },
  { text: `answer ${HOSTILE}` },
  { bytes: [0, 1, 254, 255] },
  { text: 'second', flags: FRAME_OUT },
  { bytes: [9, 8], flags: FRAME_OUT },
  { text: 'last' },
  { text: 'made up', flags: FRAME_SIMULATED },
  { text: 'cut', flags: FRAME_TRUNCATED },
];

const recorded = (url: string, frames = FRAMES): Conversation => {
  const connection = connectionFixture({
    url,
    protocols: ['chat.v2'],
    close: { atMs: START_MS, code: 4001, reason: `bye ${HOSTILE}`.slice(0, 60), wasClean: true, simulated: false },
  });
  return conversationOf(
    connection,
    chunksOf('doc/0', frames).flatMap((chunk) => [...framesOf(chunk)]),
  );
};

describe('a copied conversation', () => {
  let folder: string;
  let server: WebSocketServer;
  let heard: (string | Buffer)[];
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'socketscope-code-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    heard = [];
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((listening) => server.once('listening', listening));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live?token=x`;
    server.on('connection', (socket) => {
      // It says what was recorded, each after what it hears.
      socket.send('{"type":"hello"}');
      socket.on('message', (data: Buffer, isBinary) => {
        heard.push(isBinary ? data : String(data));
        if (heard.length === 1) {
          socket.send(`answer ${HOSTILE}`);
          socket.send(Buffer.from([0, 1, 254, 255]));
        }
        if (heard.length === 3) socket.send('last');
      });
    });
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });

  it('leaves out what was not really said, and says how much could not be kept', () => {
    const { said, leftOut } = recorded(url);
    expect([said.length, leftOut]).toEqual([7, 1]);
  });

  it('runs as a Node script', async () => {
    await writeFile(join(folder, 'recorded.mjs'), snippetOf('ws', recorded(url)).text);
    const { stdout } = await run(process.execPath, ['recorded.mjs'], { cwd: folder, timeout: 20_000 });
    expect(heard).toEqual([HOSTILE, 'second', Buffer.from([9, 8])]);
    expect(stdout).toContain('< last');
    expect(stdout).toContain('closed 1000');
  });

  it('runs as an MSW handler', async () => {
    await writeFile(
      join(folder, 'recorded-handlers.js'),
      snippetOf('msw', recorded('wss://app.example/live?token=y')).text,
    );
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(folder, 'use-handlers.mjs'),
      `import { setupServer } from 'msw/node';
import { handlers } from './recorded-handlers.js';
const server = setupServer(...handlers);
server.listen();
const socket = new WebSocket('wss://app.example/live?other=1');
socket.binaryType = 'arraybuffer';
const heard = [];
socket.addEventListener('message', ({ data }) => {
  heard.push(typeof data === 'string' ? data : [...new Uint8Array(data)]);
  if (heard.length === 1) socket.send('anything');
  if (heard.length === 3) { socket.send('more'); socket.send('and more'); }
});
socket.addEventListener('close', ({ code, reason }) => { console.log(JSON.stringify({ heard, code, reason })); server.close(); });
`,
    );
    const { stdout } = await run(process.execPath, ['--experimental-websocket', 'use-handlers.mjs'], {
      cwd: folder,
      timeout: 20_000,
    });
    expect(JSON.parse(stdout)).toEqual({
      heard: ['{"type":"hello"}', `answer ${HOSTILE}`, [0, 1, 254, 255], 'last'],
      code: 4001,
      reason: `bye ${HOSTILE}`.slice(0, 60),
    });
  });

  it('runs as a wscat command', async () => {
    const command = `PATH="${join(ROOT, 'node_modules', '.bin')}:$PATH"; ${snippetOf('wscat', recorded(url)).text.replace('--wait 5', '--wait 1')}`;
    await run('bash', ['-c', command], { timeout: 20_000 });
    // Binary messages cannot be typed.
    expect(heard).toEqual(
      [HOSTILE.replace('\u202e', ''), 'second'].map((text) => expect.stringContaining(text.slice(0, 20))),
    );
  });

  it('is, as a websocat command, one that a shell reads as it is meant', async () => {
    const text = snippetOf('websocat', recorded(url)).text;
    const { stdout } = await run('bash', ['-c', `websocat() { printf '%s|' "$@"; cat; }\n${text}`]);
    expect(stdout).toContain(`--no-close|--protocol|chat.v2|${url}|`);
    expect(stdout).toContain('$(exit 4)');
    expect(stdout).toContain('\nsecond\n');
  });
});
