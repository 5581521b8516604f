/**
 * The decoders against true frames: real clients of npm, in Node, talk to real servers (or to so much of a server as its
 * client needs), through a tap. What the tap wrote down is read as the extension reads a recording.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Client as StompClient } from '@stomp/stompjs';
import { Centrifuge } from 'centrifuge';
import { createClient } from 'graphql-ws';
import mqtt from 'mqtt';
import { Server as SocketIoServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import type { Digest } from '../../src/analysis/digest/digest.ts';
import { digestOf } from '../../src/analysis/digest/digester.ts';
import { connectionOf } from '../../src/analysis/fixtures.ts';
import { columnsOf } from '../../src/protocol/fixtures.ts';
import { FRAME_OUT } from '../../src/protocol/frame-columns.ts';
import { WAIT_TIMEOUT_MS } from '../browsers/wait.ts';
import { dialects } from '../verdicts/servers/dialects.ts';
import { startTarget } from '../verdicts/target.ts';
import { startGraphqlServer } from './servers/graphql.ts';
import { startMqttServer } from './servers/mqtt.ts';
import type { StartServer } from './servers/server.ts';
import { createPlainServer, parseObject, startTicks } from './servers/server.ts';
import { startTap, type Tap, type TappedConnection } from './wire/tap.ts';

/** Fast beats, so that a few are seen at once. */
const BEAT_MS = 150;
const WAIT = { timeout: WAIT_TIMEOUT_MS, interval: 20 };

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function later(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** A tap before a server of the lab's kind. */
async function tapped(start: StartServer, path = '/'): Promise<Tap> {
  const server = await start({ path });
  const target = await startTarget('127.0.0.1', path, server);
  later(() => target.stop());
  return tappedAt(new URL(target.url).origin);
}

async function tappedAt(origin: string): Promise<Tap> {
  const tap = await startTap(origin);
  later(() => tap.close());
  return tap;
}

function digest({ url, protocols, protocol, frames }: TappedConnection): Digest {
  const record = connectionOf({
    url,
    protocols,
    protocol,
    createdAtMs: frames[0]?.atMs ?? 0,
    openedAtMs: frames[0]?.atMs ?? 0,
  });
  const columns = columnsOf(
    frames.map(({ atMs, isOut, data }) => ({
      atMs,
      flags: isOut ? FRAME_OUT : 0,
      data: typeof data === 'string' ? data : [...data],
    })),
  );
  const row = { connectionId: record.connectionId, firstSeq: 0, ...columns };
  return digestOf(record, [row], [row], frames.at(-1)?.atMs ?? 0);
}

/** The digest of the first connection, once it satisfies the test. */
async function digestWhen(tap: Tap, isEnough: (digest: Digest) => boolean): Promise<Digest> {
  return vi.waitFor(() => {
    const [connection] = tap.connections;
    if (!connection || connection.frames.length === 0) throw new Error('nothing was said yet');
    const found = digest(connection);
    if (!isEnough(found)) throw new Error(`not yet: ${JSON.stringify(connection.frames.slice(0, 8))}`);
    return found;
  }, WAIT);
}

const hasBeats = ({ heartbeat }: Digest) => (heartbeat?.beats ?? 0) >= 3;
const hasAnswers = (found: Digest) => hasBeats(found) && (found.heartbeat?.answers ?? 0) >= 2;

/** As in a browser, an 'error' to which nobody listens is nothing. */
class BrowserLikeWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.on('error', () => undefined);
  }
}

describe('true conversations are recognised', () => {
  it('Socket.IO 4: the server beats, the page answers; acknowledgements are timed', async () => {
    const http = createServer();
    const server = new SocketIoServer(http, { pingInterval: BEAT_MS, pingTimeout: 5_000, transports: ['websocket'] });
    server.on('connection', (socket) =>
      socket.on('say', (_, acknowledge: (value: object) => void) => acknowledge({ ok: true })),
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    later(() => server.close());
    const tap = await tappedAt(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const client = io(tap.origin, { transports: ['websocket'], reconnection: false });
    later(() => client.disconnect());
    client.on('connect', () => client.emit('say', { text: 'hello' }, () => undefined));
    const found = await digestWhen(tap, (each) => hasAnswers(each) && each.latency !== null);
    expect(found.protocol).toMatchObject({ id: 'socket.io-4', signs: ['url', 'first frame'] });
    expect(found.heartbeat).toMatchObject({
      by: 'server',
      known: 'protocol',
      isAnswered: true,
      announced: { periodMs: BEAT_MS, timeoutMs: 5_000 },
    });
    expect(found.latency?.count).toBe(1);
    client.disconnect();
    await digestWhen(tap, ({ farewell }) => farewell?.label === 'DISCONNECT');
  });

  it('graphql-transport-ws: the page pings, the server answers; a query is timed', async () => {
    const tap = await tapped(startGraphqlServer);
    const client = createClient({
      url: tap.origin,
      webSocketImpl: BrowserLikeWebSocket,
      keepAlive: BEAT_MS,
      lazy: false,
    });
    later(() => client.dispose());
    client.subscribe(
      { query: '{ say(text: "hi") }' },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
    const found = await digestWhen(tap, (each) => hasAnswers(each) && each.latency !== null);
    expect(found.protocol).toMatchObject({ id: 'graphql-transport-ws', signs: ['subprotocol'] });
    expect(found.heartbeat).toMatchObject({ by: 'page', known: 'protocol', isAnswered: true });
    expect(found.latency?.count).toBe(1);
  });

  it('MQTT: the page pings as announced, the broker answers', async () => {
    const tap = await tapped(startMqttServer);
    // In browsers MQTT.js sends a packet as one frame; in Node it does so when it is told how.
    const open = () => {
      const socket = new BrowserLikeWebSocket(tap.origin, 'mqtt');
      return createWebSocketStream(socket, {
        writev(chunks, callback) {
          const packet = Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer));
          if (socket.readyState === WebSocket.CONNECTING) socket.once('open', () => socket.send(packet, callback));
          else socket.send(packet, callback);
        },
      });
    };
    const client = new mqtt.MqttClient(open, { keepalive: 1, reconnectPeriod: 0 });
    later(() => client.end(true));
    client.on('error', () => undefined);
    client.on('connect', () => client.subscribe('nobody/publishes/here'));
    const found = await digestWhen(tap, (each) => (each.heartbeat?.answers ?? 0) >= 1 && each.latency !== null);
    expect(found.protocol).toMatchObject({ id: 'mqtt', signs: ['subprotocol'] });
    expect(found.heartbeat).toMatchObject({
      by: 'page',
      isAnswered: true,
      announced: { periodMs: 1_000, timeoutMs: 500 },
    });
    expect(found.latency?.count).toBe(1);
  });

  it('STOMP: both beat as they have agreed', async () => {
    const tap = await tapped(() =>
      createPlainServer((socket) => {
        const stops: (() => void)[] = [];
        return {
          message(message) {
            if (!('text' in message) || !message.text.startsWith('CONNECT\n')) return;
            socket.send(`CONNECTED\nversion:1.2\nheart-beat:${BEAT_MS},50\n\n\0`);
            stops.push(startTicks(BEAT_MS, () => socket.send('\n')));
          },
          gone() {
            for (const stop of stops) stop();
          },
        };
      }),
    );
    const client = new StompClient({
      webSocketFactory: () => new BrowserLikeWebSocket(tap.origin, ['v12.stomp', 'v11.stomp', 'v10.stomp']),
      reconnectDelay: 0,
      heartbeatOutgoing: BEAT_MS,
      heartbeatIncoming: 100,
    });
    later(() => client.deactivate({ force: true }));
    client.activate();
    const found = await digestWhen(tap, (each) => hasBeats(each) && each.heartbeat?.by === 'both');
    expect(found.protocol?.id).toBe('stomp');
    expect(found.heartbeat).toMatchObject({ isAnswered: false, announced: { periodMs: BEAT_MS, timeoutMs: BEAT_MS } });
  });

  it('Phoenix: the page beats, the server replies; joining is timed', async () => {
    const { Socket } = createRequire(import.meta.url)('phoenix') as {
      readonly Socket: new (
        url: string,
        options: object,
      ) => {
        connect(): void;
        disconnect(): void;
        channel(topic: string, params: object): { join(): unknown };
      };
    };
    const tap = await tapped(dialects.phoenix);
    const socket = new Socket(`${tap.origin}/socket`, {
      transport: BrowserLikeWebSocket,
      heartbeatIntervalMs: BEAT_MS,
    });
    later(() => socket.disconnect());
    socket.connect();
    socket.channel('room:lobby', {}).join();
    const found = await digestWhen(tap, (each) => hasAnswers(each) && each.latency !== null);
    expect(found.protocol).toMatchObject({ id: 'phoenix', signs: ['url', 'first frame'] });
    expect(found.heartbeat).toMatchObject({ by: 'page', isAnswered: true });
  });

  it('SignalR: the page pings on its own', async () => {
    const tap = await tapped(dialects.signalr);
    const connection = new HubConnectionBuilder()
      .withUrl(tap.origin.replace('ws', 'http'), { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();
    connection.keepAliveIntervalInMilliseconds = BEAT_MS;
    connection.on('news', () => undefined);
    later(() => connection.stop());
    await connection.start();
    const found = await digestWhen(tap, hasBeats);
    expect(found.protocol).toMatchObject({ id: 'signalr', signs: ['first frame'] });
    expect(found.heartbeat).toMatchObject({ by: 'page', known: 'protocol', isAnswered: false });
  });

  it('Centrifugo: the server pings as announced, the page answers', async () => {
    const tap = await tapped(() =>
      createPlainServer((socket) => {
        const stops: (() => void)[] = [];
        return {
          message(message) {
            const { id, connect } = ('text' in message && parseObject(message.text)) || {};
            if (!connect) return;
            socket.send(JSON.stringify({ id, connect: { client: 'c', version: '6', ping: 25, pong: true } }));
            stops.push(startTicks(BEAT_MS, () => socket.send('{}')));
          },
          gone() {
            for (const stop of stops) stop();
          },
        };
      }),
    );
    const client = new Centrifuge(`${tap.origin}/connection/websocket`, { websocket: BrowserLikeWebSocket });
    later(() => client.disconnect());
    client.on('error', () => undefined);
    client.connect();
    const found = await digestWhen(tap, hasAnswers);
    expect(found.protocol).toMatchObject({ id: 'centrifugo', signs: ['url', 'first frame'] });
    expect(found.heartbeat).toMatchObject({ by: 'server', isAnswered: true, announced: { periodMs: 25_000 } });
    expect(found.latency?.count).toBe(1);
  });

  it('ActionCable: the server beats', async () => {
    const tap = await tapped(() => {
      const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'actioncable-v1-json' });
      webSockets.on('connection', (socket) => {
        socket.send('{"type":"welcome"}');
        const stop = startTicks(BEAT_MS, () =>
          socket.send(`{"type":"ping","message":${Math.round(Date.now() / 1000)}}`),
        );
        socket.on('close', stop);
      });
      return {
        upgrade: (request, socket, head) =>
          webSockets.handleUpgrade(request, socket, head, (each) => webSockets.emit('connection', each, request)),
        sockets: () => webSockets.clients,
        stop: () => undefined,
      };
    });
    // Its client wants a document to look at; what it says first is this.
    const socket = new BrowserLikeWebSocket(tap.origin, ['actioncable-v1-json', 'actioncable-unsupported']);
    later(() => socket.terminate());
    socket.on('open', () => socket.send('{"command":"subscribe","identifier":"{\\"channel\\":\\"NewsChannel\\"}"}'));
    const found = await digestWhen(tap, hasBeats);
    expect(found.protocol).toMatchObject({ id: 'actioncable', signs: ['subprotocol'] });
    expect(found.heartbeat).toMatchObject({ by: 'server', isAnswered: false });
  });

  it('Vite: the socket of hot module replacement', async () => {
    const { createServer: createViteServer } = await import('vite');
    const vite = await createViteServer({
      configFile: false,
      logLevel: 'silent',
      root: import.meta.dirname,
      optimizeDeps: { noDiscovery: true },
      server: { port: 0, host: '127.0.0.1', watch: null },
    });
    later(() => vite.close());
    await vite.listen();
    const address = vite.httpServer?.address() as AddressInfo | null | undefined;
    const tap = await tappedAt(`ws://127.0.0.1:${address?.port}`);
    const socket = new BrowserLikeWebSocket(`${tap.origin}/?token=${vite.config.webSocketToken}`, 'vite-hmr');
    later(() => socket.terminate());
    const found = await digestWhen(tap, ({ firstInAtMs }) => firstInAtMs !== null);
    expect(found.protocol).toMatchObject({ id: 'vite-hmr', isDevServer: true, signs: ['subprotocol'] });
  });
});
