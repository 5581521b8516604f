/** The line over a real TCP connection: what passes, what is swallowed while muted, and how it ends. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WireFrame } from './frame-decoder.ts';
import { createLine, type Line } from './line.ts';

const ANSWER = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const textFrame = (text: string) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);

let client: Socket;
let line: Line;
let sent: WireFrame[];
let received: WireFrame[];
let lineGone: Promise<void>;
let heard: Buffer;

beforeEach(async () => {
  sent = [];
  received = [];
  heard = Buffer.alloc(0);
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('data', (chunk) => {
    heard = Buffer.concat([heard, chunk]);
  });
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  lineGone = new Promise((resolve) => {
    line = createLine(socket, Buffer.alloc(0), {
      sent: (frame) => sent.push(frame),
      received: (frame) => received.push(frame),
      gone: resolve,
    });
  });
});

afterEach(async () => {
  line.cut('fin');
  client.destroy();
  await lineGone;
});

/** Waits until the client has heard bytes that end with `tail`. */
async function hear(tail: Buffer): Promise<void> {
  while (!heard.subarray(-tail.length).equals(tail)) await once(client, 'data');
}

test('passes the answer of the handshake and the frames, and counts only frames', async () => {
  line.stream.write(ANSWER);
  line.stream.write(textFrame('one'));
  await hear(textFrame('one'));
  expect(heard).toEqual(Buffer.concat([Buffer.from(ANSWER), textFrame('one')]));
  expect(sent.map(({ head }) => head.toString())).toEqual(['one']);
});

test('finds the end of the answer when it is cut into single bytes and when a frame follows in one chunk', async () => {
  const wire = Buffer.concat([Buffer.from(ANSWER), textFrame('one')]);
  for (const byte of wire) line.stream.write(Buffer.from([byte]));
  await hear(textFrame('one'));
  expect(heard).toEqual(wire);
  expect(sent.map(({ head }) => head.toString())).toEqual(['one']);
});

test('muted from the start it lets the answer through, and not the frame in the same chunk', async () => {
  line.mute(true);
  line.stream.write(Buffer.concat([Buffer.from(ANSWER), textFrame('lost')]));
  await hear(Buffer.from('\r\n\r\n'));
  line.mute(false);
  line.stream.write(textFrame('kept'));
  await hear(textFrame('kept'));
  expect(heard).toEqual(Buffer.concat([Buffer.from(ANSWER), textFrame('kept')]));
  expect(sent.map(({ head }) => head.toString())).toEqual(['kept']);
});

test('hears what came while it was muted once that is over', async () => {
  line.mute(true);
  client.write(textFrame('later'));
  expect(received).toEqual([]);
  line.mute(false);
  const [chunk] = (await once(line.stream, 'data')) as [Buffer];
  expect(chunk).toEqual(textFrame('later'));
  expect(received.map(({ head }) => head.toString())).toEqual(['later']);
});

test('owes the client the end that the library made while muted', async () => {
  line.stream.write(ANSWER);
  await hear(Buffer.from('\r\n\r\n'));
  line.mute(true);
  line.stream.destroy();
  await once(line.stream, 'close');
  expect(client.readableEnded).toBe(false);
  const ended = once(client, 'end');
  line.mute(false);
  await ended;
});

test('cut by FIN is an orderly end at the client', async () => {
  const ended = once(client, 'end');
  line.cut('fin');
  await ended;
});

test('cut by RST is ECONNRESET at the client', async () => {
  const failed = once(client, 'error');
  line.cut('reset');
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
});

test('ends its stream when the client goes', async () => {
  const closed = once(line.stream, 'close');
  client.resetAndDestroy();
  await closed;
  await lineGone;
});
