/** The commands run what they say, on what they say, and nothing that a page wrote into a URL. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { anyCharacter } from '../../e2e/arbitraries.ts';
import { commandsFor, REDACTED, redactUrl, shellQuote } from './commands.ts';
import { connectionOf } from './fixtures.ts';

const RUNS = { numRuns: 200, seed: 1006, endOnFailure: true };

/** The words of one line as a POSIX shell reads them; null when anything but plain words is in it. */
function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? '';
    if (char === ' ') {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) return null;
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (char === '\\') {
      i++;
      word = (word ?? '') + (line[i] ?? '');
    } else if (/[\w/:=.,@%+-]/.test(char)) {
      word = (word ?? '') + char;
    } else {
      return null;
    }
  }
  return word === null ? words : [...words, word];
}

const visible = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is left out
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd');

const nasty = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom("'; rm -rf ~ #", '$(touch x)', '`id`', '!!', '\\', '"', "a'b'c", '-rf', '\u001b]0;x\u0007', '\n'),
);

describe('quoting', () => {
  it('gives one word that a shell reads back', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(shellWords(shellQuote(text))).toEqual([visible(text)]);
      }),
      RUNS,
    );
  });

  it('says the same as a real shell', () => {
    const words = ["it's", '$HOME', '`id`', 'a b', '-n', '', '\\', '"', '*', '~', '&& echo x', 'é😀'];
    const line = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
    expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(words);
  });
});

describe('redaction', () => {
  it.each([
    ['wss://h/x?token=abc&room=5', `wss://h/x?token=${REDACTED}&room=5`],
    ['wss://user:secret@h/x', 'wss://h/x'],
    ['wss://h/x?access_token=a%20b#frag', `wss://h/x?access_token=${REDACTED}`],
    ['wss://h/x?q=eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln', `wss://h/x?q=${REDACTED}`],
    ['wss://h/eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln/ws', `wss://h/${REDACTED}/ws`],
    ['wss://h/socket.io/?EIO=4&transport=websocket', 'wss://h/socket.io/?EIO=4&transport=websocket'],
  ])('of %s gives %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});

describe('commands', () => {
  const record = connectionOf({
    url: 'wss://example.test:8443/live?token=s3cret&room=5',
    protocols: ['v1', 'bearer-s3cret'],
  });
  const pageUrl = 'https://app.example.test/page?x=1';

  it('hide secrets unless asked', () => {
    for (const { text } of commandsFor(record, { pageUrl })) expect(text).not.toContain('s3cret');
    const [curl] = commandsFor(record, { pageUrl, withSecrets: true });
    expect(curl?.text).toContain("'https://example.test:8443/live?token=s3cret&room=5'");
  });

  it('ask the endpoint as a browser would', () => {
    const [curl] = commandsFor(record, { pageUrl, withSecrets: true });
    const words = shellWords((curl?.text ?? '').replaceAll(' \\\n  ', ' '));
    expect(words).toEqual(
      expect.arrayContaining([
        'Upgrade: websocket',
        'Sec-WebSocket-Protocol: v1, bearer-s3cret',
        'Origin: https://app.example.test',
      ]),
    );
  });

  it.skipIf(spawnSync('curl', ['--version']).error)('work: curl gets 101 from a real server', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.terminate());
    await once(server, 'listening');
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live?room='5'`;
    const [curl] = commandsFor(connectionOf({ url, protocols: ['v1'] }), { pageUrl });
    // What ends the connection is no matter of this test, and curl minds it.
    const stdout = await new Promise<string>((resolve) => {
      execFile('/bin/sh', ['-c', curl?.text ?? ''], { encoding: 'latin1' }, (_error, text) => resolve(text));
    });
    server.close();
    expect(stdout).toContain('101 Switching Protocols');
    expect(stdout).toMatch(/sec-websocket-protocol: v1/i);
  });

  it('are for each tool', () => {
    const texts = Object.fromEntries(
      commandsFor(record, { pageUrl }).map(({ id, text }) => [id, text.replaceAll(' \\\n  ', ' ')]),
    );
    expect(texts.wscat).toBe(
      `wscat --connect 'wss://example.test:8443/live?token=${REDACTED}&room=5' --subprotocol=v1 --subprotocol=${REDACTED} --origin=https://app.example.test`,
    );
    expect(texts.websocat).toContain(`'--protocol=v1, ${REDACTED}'`);
    expect(texts.openssl).toBe(
      'openssl s_client -connect example.test:8443 -servername example.test -alpn http/1.1 -showcerts </dev/null',
    );
    expect(texts.tshark).toContain("'tcp port 8443 and host example.test'");
    expect(texts.tcpdump).toContain('tcp-rst');
  });

  it('know no certificate of a connection without TLS, and read its frames', () => {
    const commands = commandsFor(connectionOf({ url: 'ws://127.0.0.1:8080/live' }));
    expect(commands.map(({ id }) => id)).not.toContain('openssl');
    expect(commands.find(({ id }) => id === 'tshark')?.text).toContain('websocket ||');
  });

  it('are none of what is no URL, and never more than words of one command', () => {
    expect(commandsFor(connectionOf({ url: 'nonsense' }))).toEqual([]);
    fc.assert(
      fc.property(
        nasty,
        nasty,
        fc.array(nasty, { maxLength: 2 }),
        fc.boolean(),
        (path, host, protocols, withSecrets) => {
          const url = `ws://h${host.replace(/[/?#:@]/g, '')}/${path}`;
          for (const { id, text } of commandsFor(connectionOf({ url, protocols }), {
            pageUrl: `http://${host}`,
            withSecrets,
          })) {
            const line = text.replaceAll(' \\\n  ', ' ').replace(/ <\/dev\/null$/, '');
            expect(shellWords(line)?.[0], line).toBe(id);
          }
        },
      ),
      RUNS,
    );
  });
});
