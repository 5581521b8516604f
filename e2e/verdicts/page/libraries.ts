/** Clients of npm, configured so that a run takes seconds. Their true numbers stand in `cases.ts`. */
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { ConnectionMonitor, createConsumer } from '@rails/actioncable';
import { ReconnectionTimeMode, Client as StompClient } from '@stomp/stompjs';
import { Centrifuge } from 'centrifuge';
import { createClient } from 'graphql-ws';
import mqtt from 'mqtt';
import PartyWebSocket from 'partysocket/ws';
import { Socket as PhoenixSocket } from 'phoenix';
import ReconnectingWebSocket from 'reconnecting-websocket';
import { retry, timer } from 'rxjs';
import { type WebSocketSubject, webSocket } from 'rxjs/webSocket';
import { io } from 'socket.io-client';
import type { ClientStarter } from './client.ts';

/** Long enough for a handshake that a browser holds back. */
const PATIENCE_MS = 30_000;

export const libraries: Readonly<Record<string, ClientStarter>> = {
  'reconnecting-websocket'(url) {
    new ReconnectingWebSocket(url, [], {
      minReconnectionDelay: 150,
      maxReconnectionDelay: 1200,
      reconnectionDelayGrowFactor: 1.5,
      minUptime: 100,
      connectionTimeout: PATIENCE_MS,
    });
  },
  partysocket(url) {
    new PartyWebSocket(url, [], {
      minReconnectionDelay: 200,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1.3,
      minUptime: 100,
      connectionTimeout: PATIENCE_MS,
    });
  },
  'socket.io-client'(url) {
    const { origin, pathname } = new URL(url.replace(/^ws/, 'http'));
    io(origin, {
      path: pathname,
      transports: ['websocket'],
      forceNew: true,
      timeout: PATIENCE_MS,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1800,
      randomizationFactor: 0.5,
    });
  },
  'graphql-ws'(url) {
    const client = createClient({
      url,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 400)),
      shouldRetry: () => true,
    });
    const nothing = () => undefined;
    client.subscribe({ query: 'subscription { order { id } }' }, { next: nothing, error: nothing, complete: nothing });
  },
  mqtt(url) {
    const client = mqtt.connect(url, { reconnectPeriod: 500, connectTimeout: PATIENCE_MS });
    client.on('connect', () => client.subscribe('lab/temperature/+'));
    client.on('error', () => undefined);
  },
  '@stomp/stompjs'(url) {
    const client = new StompClient({
      brokerURL: url,
      reconnectDelay: 150,
      maxReconnectDelay: 1600,
      reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
      heartbeatIncoming: 0,
      heartbeatOutgoing: 0,
    });
    client.onConnect = () => client.subscribe('/topic/news', () => undefined);
    client.activate();
  },
  phoenix(url) {
    joinPhoenix(new PhoenixSocket(url, { transport: WebSocket, timeout: PATIENCE_MS }));
  },
  'phoenix, linear'(url) {
    const reconnectAfterMs = (tries: number) => Math.min(150 * tries, 750);
    joinPhoenix(new PhoenixSocket(url, { transport: WebSocket, timeout: PATIENCE_MS, reconnectAfterMs }));
  },
  '@microsoft/signalr'(url) {
    const connection = new HubConnectionBuilder()
      .withUrl(url.replace(/^ws/, 'http'), { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .withAutomaticReconnect([0, 150, 300, 600, 1200, 1200])
      .configureLogging(LogLevel.None)
      .build();
    connection.on('news', () => undefined);
    void connection.start();
  },
  centrifuge(url) {
    const client = new Centrifuge(url, { minReconnectDelay: 150, maxReconnectDelay: 1500, timeout: PATIENCE_MS });
    client.on('error', () => undefined);
    client.connect();
  },
  '@rails/actioncable'(url) {
    // Its one knob: six seconds, shared by all connections.
    ConnectionMonitor.staleThreshold = 0.6;
    createConsumer(url).subscriptions.create('NewsChannel', {});
  },
  rxjs(url) {
    const openObserver = { next: () => socket.next({ type: 'subscribe', topic: 'news' }) };
    const socket: WebSocketSubject<unknown> = webSocket<unknown>({ url, openObserver });
    socket
      .pipe(retry({ delay: (_, count) => timer(Math.min(150 * 2 ** (count - 1), 1200)), resetOnSuccess: true }))
      .subscribe({ error: () => undefined });
  },
};

function joinPhoenix(socket: PhoenixSocket): void {
  socket.connect();
  socket.channel('room:lobby', {}).join();
}
