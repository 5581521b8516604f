/** The lab does on the wire what it says: pages, endpoints, every misbehaviour, and the controls over HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Endpoint } from './endpoint.ts';
import { bareEndpoints, roster } from './roster.ts';
import { type Lab, startLab } from './server.ts';
import { issueToken } from './servers/token.ts';
import { closeOf, echo, nextMessages, openSocket, refusalOf } from './test-sockets.ts';
import type { FrameLog } from './wire/frame-log.ts';

let lab: Lab;
let endpoint: Endpoint;

beforeAll(async () => {
  lab = await startLab();
  endpoint = lab.endpoint('echo');
});

afterEach(async () => {
  endpoint.allow();
  endpoint.destroyAll();
  await endpoint.waitFor(({ open }) => open === 0);
});

afterAll(() => lab.close());

function post(path: string, body: unknown, contentType = 'application/json'): Promise<Response> {
  return fetch(`${lab.origin}/control/${path}`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('closing with a code', () => {
  test.each([1000, 1001, 1011, 1012, 1013, 3000, 4401, 4999])('%i arrives with its reason', async (code) => {
    const close = closeOf(await openSocket(endpoint.url));
    endpoint.closeAll(code, 'grüße');
    expect(await close).toEqual({ code, reason: 'grüße' });
  });

  test('1005 is a Close frame without a code', async () => {
    const close = closeOf(await openSocket(endpoint.url));
    endpoint.closeAll(1005);
    expect(await close).toEqual({ code: 1005, reason: '' });
    expect(endpoint.sent.entries().at(-1)).toMatchObject({ kind: 'close', payloadBytes: 0, closeCode: 1005 });
  });

  test.each([0, 999, 1004, 1006, 1015, 2999, 5000, 65_535])('%i, which must not be sent, is sent', async (code) => {
    const socket = await openSocket(endpoint.url);
    const close = closeOf(socket);
    endpoint.closeAll(code, 'illegal');
    await close;
    await endpoint.waitFor(({ open }) => open === 0);
    const connection = endpoint.state().accepted;
    const closesIn = (log: FrameLog) => log.entries().filter((frame) => frame.connection === connection);
    expect(closesIn(endpoint.sent)[0]).toMatchObject({ kind: 'close', closeCode: code, head: 'illegal' });
    // The client took it for a protocol error, and said so.
    expect(closesIn(endpoint.received)).toMatchObject([{ kind: 'close', closeCode: 1002 }]);
  });

  test('what is no code, and what does not fit into a Close frame, is refused here', () => {
    expect(() => endpoint.closeAll(-1)).toThrow(RangeError);
    expect(() => endpoint.closeAll(65_536)).toThrow(RangeError);
    expect(() => endpoint.closeAll(1000.5)).toThrow(RangeError);
    expect(() => endpoint.closeAll(1000, 'ü'.repeat(62))).toThrow('124 bytes');
    expect(() => endpoint.closeAll(1000, 'ü'.repeat(61))).not.toThrow();
  });
});

describe('destroying the TCP connection', () => {
  test.each(['fin', 'reset'] as const)('by %s is 1006 for every client', async (how) => {
    const sockets = await Promise.all([openSocket(endpoint.url), openSocket(endpoint.url)]);
    const closes = Promise.all(sockets.map(closeOf));
    const controlFramesBefore = endpoint.sent.counts().control;
    endpoint.destroyAll(how);
    expect(await closes).toEqual([
      { code: 1006, reason: '' },
      { code: 1006, reason: '' },
    ]);
    expect(endpoint.sent.counts().control).toBe(controlFramesBefore);
  });
});

describe('refusing handshakes', () => {
  test.each([401, 403, 404, 500, 502, 503])('with HTTP %i', async (status) => {
    endpoint.refuse({ status });
    expect(await refusalOf(endpoint.url)).toBe(status);
  });

  test('without an answer', async () => {
    endpoint.refuse({ status: 'drop' });
    expect(await refusalOf(endpoint.url)).toBe('ECONNRESET');
  });

  test('until allowed, open connections untouched', async () => {
    const before = await openSocket(endpoint.url);
    endpoint.refuse();
    expect(await refusalOf(endpoint.url)).toBe(502);
    expect(await refusalOf(endpoint.url)).toBe(502);
    expect(await echo(before, 'still here')).toBe('still here');
    endpoint.allow();
    expect(await echo(await openSocket(endpoint.url), 'back')).toBe('back');
  });

  test('as many times as asked', async () => {
    endpoint.refuse({ status: 401, times: 2 });
    expect(endpoint.state().refusing).toEqual({ status: 401, timesLeft: 2 });
    expect(await refusalOf(endpoint.url)).toBe(401);
    expect(endpoint.state().refusing).toEqual({ status: 401, timesLeft: 1 });
    expect(await refusalOf(endpoint.url)).toBe(401);
    expect(await echo(await openSocket(endpoint.url), 'third')).toBe('third');
  });

  test('with nonsense is refused here', () => {
    expect(() => endpoint.refuse({ status: 200 })).toThrow(RangeError);
    expect(() => endpoint.refuse({ status: 502, times: 0 })).toThrow(RangeError);
    expect(endpoint.state().refusing).toBeNull();
  });
});

describe('silence', () => {
  test("'open' makes the connections of now half-open; new ones work, and nothing said is lost on the server", async () => {
    const old = await openSocket(endpoint.url);
    const heard: string[] = [];
    old.on('message', (data) => heard.push(String(data)));
    endpoint.silence(true, 'open');
    old.send('said into silence');
    // A whole round trip of another client later, the first has still heard nothing.
    const fresh = await openSocket(endpoint.url);
    expect(await echo(fresh, 'fresh')).toBe('fresh');
    expect(heard).toEqual([]);
    expect(old.readyState).toBe(WebSocket.OPEN);
    expect(endpoint.state()).toMatchObject({ open: 2, muted: 1, silence: 'open' });

    const answer = nextMessages(old, 1);
    endpoint.silence(false);
    expect(await answer).toEqual(['said into silence']);
  });

  test("'all' answers the handshake of a new connection and then says nothing", async () => {
    endpoint.silence(true);
    const socket = await openSocket(endpoint.url);
    expect(endpoint.state()).toMatchObject({ open: 1, muted: 1, silence: 'all' });
    const answer = nextMessages(socket, 1);
    socket.send('anybody?');
    endpoint.silence(false);
    expect(await answer).toEqual(['anybody?']);
  });

  test("'handshakes' leaves them unanswered until it is over", async () => {
    endpoint.silence(true, 'handshakes');
    const opening = openSocket(endpoint.url);
    await endpoint.waitFor(({ held }) => held === 1);
    endpoint.silence(false);
    expect(await echo(await opening, 'at last')).toBe('at last');
    expect(endpoint.state()).toMatchObject({ held: 0, muted: 0, silence: null });
  });

  test('swallows even a Close frame; destroying still ends the connection', async () => {
    const socket = await openSocket(endpoint.url);
    const close = closeOf(socket);
    const control = endpoint.sent.counts().control;
    endpoint.silence(true, 'open');
    endpoint.closeAll(1011, 'nobody hears this');
    expect(await echo(await openSocket(endpoint.url), 'fresh')).toBe('fresh');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(endpoint.sent.counts().control).toBe(control);
    endpoint.destroyAll();
    expect(await close).toEqual({ code: 1006, reason: '' });
  });
});

describe('restarting', () => {
  test('one endpoint: 1012, then 502 until it serves again', async () => {
    const close = closeOf(await openSocket(endpoint.url));
    const restarted = endpoint.restart({ downMs: 200 });
    expect(await close).toEqual({ code: 1012, reason: 'service restart' });
    expect(endpoint.state().restarting).toBe(true);
    expect(await refusalOf(endpoint.url)).toBe(502);
    await restarted;
    expect(endpoint.state().restarting).toBe(false);
    expect(await echo(await openSocket(endpoint.url), 'back')).toBe('back');
  });

  test('is cut short by allowing', async () => {
    const restarted = endpoint.restart({ downMs: 600_000 });
    endpoint.allow();
    await restarted;
    expect(await echo(await openSocket(endpoint.url), 'back')).toBe('back');
  });

  test('the whole lab: 1012, then connection refused, then the same port', async () => {
    const close = closeOf(await openSocket(endpoint.url));
    const restarted = lab.restart({ downMs: 200 });
    expect(await close).toEqual({ code: 1012, reason: 'service restart' });
    expect(await refusalOf(endpoint.url)).toBe('ECONNREFUSED');
    await restarted;
    expect(await echo(await openSocket(endpoint.url), 'back')).toBe('back');
  });
});

describe('logs', () => {
  test('hold what went over the wire: kinds, sizes, fragments, connections', async () => {
    endpoint.sent.clear();
    endpoint.received.clear();
    const before = endpoint.received.counts();
    const socket = await openSocket(endpoint.url);
    const answers = nextMessages(socket, 3);
    socket.send('grüße');
    socket.send(Buffer.alloc(70_000, 7));
    socket.send('in ', { fin: false });
    socket.send('parts', { fin: true });
    await answers;
    const connection = endpoint.state().accepted;
    const common = { connection, closeCode: null };
    expect(endpoint.received.entries()).toMatchObject([
      { ...common, kind: 'text', payloadBytes: 7, fragments: 1, head: 'grüße' },
      { ...common, kind: 'binary', payloadBytes: 70_000, fragments: 1, head: '07'.repeat(96) },
      { ...common, kind: 'text', payloadBytes: 8, fragments: 2, head: 'in parts' },
    ]);
    expect(endpoint.sent.entries().map(({ payloadBytes }) => payloadBytes)).toEqual([7, 70_000, 8]);
    const after = endpoint.received.counts();
    expect(after.frames - before.frames).toBe(3);
    expect(after.bytes - before.bytes).toBe(70_015);
    expect(endpoint.received.dropped()).toBe(0);
  });

  test('see the Close frame of the client', async () => {
    const socket = await openSocket(endpoint.url);
    const close = closeOf(socket);
    socket.close(3001, 'had enough');
    await close;
    expect(endpoint.received.entries().at(-1)).toMatchObject({ kind: 'close', closeCode: 3001, head: 'had enough' });
  });
});

describe('tokens', () => {
  test.each([
    ['none', () => '', 'token invalid'],
    ['a forged one', () => `${issueToken().slice(0, -4)}AAAA`, 'token invalid'],
    ['an expired one', () => issueToken(-1), 'token expired'],
  ])('%s closes 3000', async (_name, makeToken, reason) => {
    const close = closeOf(await openSocket(`${lab.endpoint('queueing').url}?token=${makeToken()}`));
    expect(await close).toEqual({ code: 3000, reason });
  });
});

describe('controls over HTTP', () => {
  test('do what the Node API does', async () => {
    const close = closeOf(await openSocket(endpoint.url));
    expect((await post('echo/close', { code: 4001, reason: 'by post' })).status).toBe(200);
    expect(await close).toEqual({ code: 4001, reason: 'by post' });

    await post('echo/refuse', { status: 503, times: 1 });
    expect(await refusalOf(endpoint.url)).toBe(503);

    await post('echo/silence', { on: true, reach: 'open' });
    expect(endpoint.state().silence).toBe('open');
    await post('echo/allow', {});
    expect(endpoint.state().silence).toBeNull();

    const destroyed = closeOf(await openSocket(endpoint.url));
    await post('echo/destroy', { reset: true });
    expect((await destroyed).code).toBe(1006);
  });

  test("'all' is every client's endpoint, and no other", async () => {
    await post('all/refuse', { status: 502 });
    const refusing = lab.endpoints.filter((each) => each.state().refusing !== null).map(({ id }) => id);
    expect(refusing).toEqual(roster.map(({ id }) => id));
    await post('all/allow', {});
    expect(lab.endpoints.every((each) => each.state().refusing === null)).toBe(true);
  });

  test.each([
    ['an unknown endpoint', 'nowhere/close', {}, 404, 'no endpoint "nowhere"'],
    ['an unknown verb', 'echo/explode', {}, 404, 'no verb "explode"'],
    ['an inherited name', 'echo/constructor', {}, 404, 'no verb "constructor"'],
    ['a bad code', 'echo/close', { code: 70_000 }, 400, 'close code 70000'],
    ['a code of the wrong type', 'echo/close', { code: '1000' }, 400, 'code must be a number'],
    ['a bad reach', 'echo/silence', { reach: 'far' }, 400, 'reach must be one of'],
    ['no JSON', 'echo/close', '{', 400, 'body must be a JSON object'],
    ['an array', 'echo/close', [], 400, 'body must be a JSON object'],
  ])('%s is an error in words', async (_name, path, body, status, message) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(message);
  });

  test('take nothing that another site could send', async () => {
    expect((await post('echo/close', '{}', 'text/plain')).status).toBe(400);
  });

  test('tell the state at once and each change as events', async () => {
    const abort = new AbortController();
    const response = await fetch(`${lab.origin}/control/events`, { signal: abort.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    if (response.body === null) throw new Error('no events');
    const events = response.body.pipeThrough(new TextDecoderStream());
    let text = '';
    for await (const part of events) {
      if (text === '') endpoint.refuse({ status: 418 });
      text += part;
      if (text.includes('"status":418')) break;
    }
    abort.abort();
    expect(text).toMatch(/^retry: 500\ndata: \{"versions":/);
  });
});

describe('pages', () => {
  test.each([
    '/blank.html',
    '/first-inline.html',
    '/frames.html',
    '/frame-child.html',
    '/worker.html',
    '/worker.js',
    '/plain.html',
    '/reconnecting.html',
    '/vendor/reconnecting-websocket.js',
  ])('%s is there', async (path) => {
    const response = await fetch(lab.origin + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/(html|javascript)/);
  });

  test('the lab page loads nothing but what the lab serves', async () => {
    const html = await (await fetch(`${lab.origin}/`)).text();
    const urls = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, url]) => url ?? '')
      .filter((u) => !u.startsWith('data:'));
    expect(urls.length).toBeGreaterThanOrEqual(2);
    for (const url of urls) {
      expect(url).toMatch(/^\/assets\//);
      expect((await fetch(lab.origin + url)).status).toBe(200);
    }
  });

  test.each(['/nothing', '/../package.json', '/%2e%2e/package.json', '/pages/blank.html'])(
    '%s is 404',
    async (path) => {
      expect((await fetch(lab.origin + path)).status).toBe(404);
    },
  );

  test('a handshake elsewhere is 404', async () => {
    expect(await refusalOf(`${lab.wsOrigin}/nowhere`)).toBe(404);
  });
});

describe('a lab', () => {
  test('listens on loopback alone, and on a port of its own', async () => {
    const other = await startLab();
    expect(other.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(other.origin).not.toBe(lab.origin);
    await other.close();
  });

  test('closes with sockets open, and its port is free again', async () => {
    const first = await startLab();
    const sockets = await Promise.all(bareEndpoints.map(({ id }) => openSocket(first.endpoint(id).url)));
    const closes = Promise.all(sockets.map(closeOf));
    await first.close();
    expect((await closes).map(({ code }) => code)).toEqual([1006, 1006]);
    const second = await startLab({ port: Number(new URL(first.origin).port) });
    expect(second.origin).toBe(first.origin);
    await second.close();
  });

  test('closes in the middle of a restart', async () => {
    const short = await startLab();
    const restarted = short.restart({ downMs: 600_000 });
    await short.close();
    await restarted;
    expect(await refusalOf(short.endpoint('echo').url)).toBe('ECONNREFUSED');
  });

  test.each([-1, 65_536, 1.5, Number.NaN])('does not start on port %d', async (port) => {
    await expect(startLab({ port })).rejects.toThrow(RangeError);
  });

  test('says so when the port is taken', async () => {
    await expect(startLab({ port: Number(new URL(lab.origin).port) })).rejects.toThrow('EADDRINUSE');
  });
});
