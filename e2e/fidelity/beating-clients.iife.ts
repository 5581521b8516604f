/**
 * Clients that find out about a dead network by themselves, each with its quickest heartbeat, beside one that has none.
 * Adds to the clients of `clients.iife.ts`.
 */
import mqtt from 'mqtt';
import { Socket as PhoenixSocket } from 'phoenix';
import { io } from 'socket.io-client';
import type { Start } from './clients.iife.ts';

/** What is used of a client that brings no types. */
interface PhoenixEvents {
  onOpen(callback: () => void): void;
  onError(callback: () => void): void;
  onClose(callback: (event: CloseEvent) => void): void;
  disconnect(): void;
}

const SOON_MS = 30;

export const BEATING_CLIENTS = {
  plain(url, say) {
    const socket = new WebSocket(url);
    for (const type of ['open', 'error', 'close']) {
      socket.addEventListener(type, () => say(type === 'open' ? 'connected' : type));
    }
    const timer = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('are you there?'), 200);
    return () => {
      clearInterval(timer);
      socket.close();
    };
  },
  phoenix(url, say) {
    const options = {
      transport: WebSocket,
      timeout: 10_000,
      heartbeatIntervalMs: 500,
      reconnectAfterMs: () => SOON_MS,
    };
    const socket = new PhoenixSocket(url, options) as PhoenixSocket & PhoenixEvents;
    socket.onOpen(() => say('connected'));
    socket.onError(() => say('error'));
    socket.onClose(({ code }: CloseEvent) => say(`close ${code}`));
    socket.connect();
    return () => socket.disconnect();
  },
  /** It is the server that beats. */
  'socket.io-client'(url, say) {
    const { origin } = new URL(url);
    const socket = io(origin, {
      path: '/socketio',
      transports: ['websocket'],
      reconnectionDelay: SOON_MS,
      randomizationFactor: 0,
    });
    socket.on('connect', () => say('connected'));
    socket.on('disconnect', (reason) => say(`disconnect: ${reason}`));
    socket.on('connect_error', ({ message }) => say(`connect_error: ${message}`));
    return () => void socket.disconnect();
  },
  mqtt(url, say) {
    const client = mqtt.connect(url, { reconnectPeriod: SOON_MS, keepalive: 1, connectTimeout: 60_000 });
    client.on('connect', () => say('connected'));
    client.on('close', () => say('close'));
    client.on('error', ({ message }) => say(`error: ${message}`));
    client.on('reconnect', () => say('reconnect'));
    return () => void client.end();
  },
} as const satisfies Readonly<Record<string, Start>>;

Object.assign(window, { clients: BEATING_CLIENTS });
