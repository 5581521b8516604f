/**
 * The clients, as applications use them, each with its quickest reconnect. `log` gets what a client tells its application;
 * `connected` is said by all of them.
 */
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { createConsumer } from '@rails/actioncable';
import { Client as StompClient } from '@stomp/stompjs';
import { Centrifuge } from 'centrifuge';
import { createClient } from 'graphql-ws';
import mqtt from 'mqtt';
import PartySocket from 'partysocket/ws';
import { Socket as PhoenixSocket } from 'phoenix';
import ReconnectingWebSocket from 'reconnecting-websocket';
import { retry } from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import { io } from 'socket.io-client';

export type Say = (what: string) => void;
/** Connects; gives the function that leaves in the client's own way. */
export type Start = (url: string, say: Say) => () => void;

/** What is used of clients that bring no types. */
interface PhoenixEvents {
  onOpen(callback: () => void): void;
  onError(callback: () => void): void;
  onClose(callback: (event: CloseEvent) => void): void;
  disconnect(): void;
}
interface ActionCableConsumer {
  readonly connection: {
    readonly events: Record<'close' | 'error' | 'message' | 'open', (this: unknown, event: Event) => void>;
  };
  connect(): void;
  disconnect(): void;
}

const SOON_MS = 30;
const quick = { minReconnectionDelay: SOON_MS, maxReconnectionDelay: SOON_MS, minUptime: 0, connectionTimeout: 60_000 };

function listenToAll(target: EventTarget, say: Say): void {
  for (const type of ['open', 'error', 'close']) {
    target.addEventListener(type, () => say(type === 'open' ? 'connected' : type));
  }
}

export const CLIENTS = {
  plain(url, say) {
    const socket = new WebSocket(url);
    listenToAll(socket, say);
    return () => socket.close(1000, 'leaving');
  },
  'reconnecting-websocket'(url, say) {
    const socket = new ReconnectingWebSocket(url, [], quick);
    listenToAll(socket as unknown as EventTarget, say);
    return () => socket.close();
  },
  partysocket(url, say) {
    const socket = new PartySocket(url, [], quick);
    listenToAll(socket as unknown as EventTarget, say);
    return () => socket.close();
  },
  'socket.io-client'(url, say) {
    const { origin } = new URL(url);
    const socket = io(origin, { path: '/socketio', transports: ['websocket'], reconnectionDelay: SOON_MS });
    socket.on('connect', () => say('connected'));
    socket.on('disconnect', (reason) => say(`disconnect: ${reason}`));
    socket.on('connect_error', ({ message }) => say(`connect_error: ${message}`));
    return () => void socket.disconnect();
  },
  'graphql-ws'(url, say) {
    const client = createClient({
      url,
      lazy: false,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, SOON_MS)),
      onNonLazyError: () => say('fatal'),
      on: {
        connected: () => say('connected'),
        error: () => say('error'),
        closed: (event) => say(`closed ${(event as CloseEvent).code}`),
      },
    });
    return () => void client.dispose();
  },
  mqtt(url, say) {
    const client = mqtt.connect(url, { reconnectPeriod: SOON_MS, keepalive: 60, connectTimeout: 60_000 });
    client.on('connect', () => say('connected'));
    client.on('close', () => say('close'));
    client.on('error', () => say('error'));
    client.on('reconnect', () => say('reconnect'));
    return () => void client.end();
  },
  '@stomp/stompjs'(url, say) {
    const client = new StompClient({
      brokerURL: url,
      reconnectDelay: SOON_MS,
      heartbeatIncoming: 0,
      heartbeatOutgoing: 0,
      onConnect: () => say('connected'),
      onWebSocketClose: ({ code }) => say(`close ${code}`),
      onWebSocketError: () => say('error'),
    });
    client.activate();
    // Without force it asks the server first, and a server that is deaf does not answer that either.
    return () => void client.deactivate({ force: true });
  },
  phoenix(url, say) {
    const options = { transport: WebSocket, timeout: 10_000, reconnectAfterMs: () => SOON_MS };
    const socket = new PhoenixSocket(url, options) as PhoenixSocket & PhoenixEvents;
    socket.onOpen(() => say('connected'));
    socket.onError(() => say('error'));
    socket.onClose(({ code }: CloseEvent) => say(`close ${code}`));
    socket.connect();
    return () => socket.disconnect();
  },
  '@microsoft/signalr'(url, say) {
    const connection = new HubConnectionBuilder()
      .withUrl(url.replace('ws', 'http'), { skipNegotiation: true, transport: HttpTransportType.WebSockets })
      .configureLogging(LogLevel.None)
      .withAutomaticReconnect([SOON_MS, SOON_MS])
      .build();
    connection.onreconnecting(() => say('reconnecting'));
    connection.onclose(() => say('closed'));
    connection.start().then(
      () => say('connected'),
      () => say('start failed'),
    );
    return () => void connection.stop();
  },
  centrifuge(url, say) {
    const client = new Centrifuge(url, { minReconnectDelay: SOON_MS, maxReconnectDelay: SOON_MS, timeout: 60_000 });
    client.on('connected', () => say('connected'));
    client.on('connecting', ({ code }) => say(`connecting ${code}`));
    client.on('disconnected', ({ code }) => say(`disconnected ${code}`));
    client.on('error', ({ type }) => say(`error ${type}`));
    client.connect();
    return () => client.disconnect();
  },
  '@rails/actioncable'(url, say) {
    const consumer = createConsumer(url) as unknown as ActionCableConsumer;
    const { connection } = consumer;
    for (const name of ['error', 'close'] as const) {
      const native = connection.events[name];
      connection.events[name] = function (event: Event) {
        say(name);
        return native.call(this, event);
      };
    }
    const { message } = connection.events;
    connection.events.message = function (event: Event) {
      say('connected');
      return message.call(this, event);
    };
    consumer.connect();
    return () => consumer.disconnect();
  },
  'rxjs webSocket'(url, say) {
    const subject = webSocket<unknown>({
      url,
      deserializer: ({ data }) => data,
      openObserver: { next: () => say('connected') },
      closeObserver: { next: ({ code }) => say(`close ${code}`) },
    });
    const subscription = subject.pipe(retry({ delay: SOON_MS })).subscribe({
      error: () => say('error'),
      complete: () => say('complete'),
    });
    return () => subscription.unsubscribe();
  },
} as const satisfies Readonly<Record<string, Start>>;

Object.assign(window, { clients: CLIENTS });
