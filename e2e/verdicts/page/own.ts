/**
 * Clients written for the measurement: the lab's own, an exemplary one, and one for each thing that can be done badly. The
 * bad ones are built from `stayConnected`, whose behaviour is right unless an option spoils it.
 */

import { startBackoff } from '../../lab/clients/backoff.ts';
import { startChat } from '../../lab/clients/chat.ts';
import type { StartClient } from '../../lab/clients/client.ts';
import { startFixed } from '../../lab/clients/fixed.ts';
import { startQueueing } from '../../lab/clients/queueing.ts';
import { type ClientStarter, constant, doubling, type Waits } from './client.ts';

interface Behaviour {
  readonly waits: Waits;
  readonly maxAttempts?: number;
  /** Reconnects in `onerror` and again in `onclose`. */
  readonly reconnectsTwice?: true;
  /** Does not subscribe on later connections. */
  readonly forgetsToSubscribe?: true;
  /** Default: a `ping` every 250 ms. */
  readonly heartbeat?: 'none' | 'first connection only' | 'never cleared';
  /** What becomes of the order that the page places every 200 ms. Default: none are placed. */
  readonly orders?: 'queued' | 'into the dead socket' | 'last three again';
}

const BEAT_EVERY_MS = 250;
const ORDER_EVERY_MS = 200;

function stayConnected(url: string, behaviour: Behaviour): void {
  const { waits, maxAttempts = Number.POSITIVE_INFINITY, heartbeat, orders } = behaviour;
  let attempt = 0;
  let connections = 0;
  let current: WebSocket | null = null;
  let orderId = 0;
  const queue: string[] = [];
  const sent: string[] = [];

  function connect(): void {
    const socket = new WebSocket(url);
    let beat: ReturnType<typeof setInterval> | undefined;
    socket.onopen = () => {
      attempt = 0;
      connections++;
      current = socket;
      if (connections === 1 || !behaviour.forgetsToSubscribe) {
        socket.send(JSON.stringify({ type: 'login', user: 'ada' }));
        socket.send(JSON.stringify({ type: 'subscribe', topic: 'news' }));
      }
      if (heartbeat !== 'none' && (connections === 1 || heartbeat !== 'first connection only')) {
        beat = setInterval(() => socket.send('{"type":"ping"}'), BEAT_EVERY_MS);
      }
      if (orders === 'last three again') for (const order of sent.slice(-3)) socket.send(order);
      for (const order of queue.splice(0)) socket.send(order);
    };
    const lose = () => {
      if (heartbeat !== 'never cleared') clearInterval(beat);
      if (attempt >= maxAttempts) return;
      setTimeout(connect, waits(attempt));
      attempt++;
    };
    socket.onclose = lose;
    if (behaviour.reconnectsTwice) socket.onerror = () => connections > 0 && socket === current && lose();
  }

  function placeOrder(): void {
    const order = JSON.stringify({ type: 'order', id: orderId++, at: Date.now() });
    sent.push(order);
    if (orders === 'into the dead socket' || current?.readyState === WebSocket.OPEN) current?.send(order);
    else if (orders === 'queued') queue.push(order);
  }

  connect();
  if (orders) setInterval(placeOrder, ORDER_EVERY_MS);
}

/** A client of the lab, with its true numbers and nobody who looks. */
function fromLab(start: StartClient): ClientStarter {
  const nothing = () => undefined;
  return (url) => start(url, { state: nothing, closed: nothing, received: nothing, sent: nothing }).connect();
}

function bad(behaviour: Behaviour): ClientStarter {
  return (url) => stayConnected(url, behaviour);
}

/** Half of the wait is certain, the other half is chance. */
const equalJitter: Waits = (attempt) => (0.5 + Math.random() / 2) * Math.min(2400, 400 * 2 ** attempt);
const good = doubling(200, 1600);

export const ownClients: Readonly<Record<string, ClientStarter>> = {
  'backoff and heartbeat': fromLab(startBackoff),
  'queue, token, channels': fromLab(startQueueing),
  'fixed delay': fromLab(startFixed),
  'chat that tidies up': fromLab(startChat),

  exemplary: bad({ waits: equalJitter, orders: 'queued' }),

  'never comes back': bad({ waits: good, maxAttempts: 0, heartbeat: 'never cleared' }),
  'knocks at a closed door': bad({ waits: good }),
  'comes late': bad({ waits: constant(4000) }),
  'does not wait': bad({ waits: constant(0) }),
  hammers: bad({ waits: constant(60) }),
  'marches in step': bad({ waits: good }),
  'waits too long': bad({ waits: (attempt) => (attempt === 0 ? 200 : 2500) }),
  'gives up early': bad({ waits: good, maxAttempts: 2 }),
  'forgets to subscribe': bad({ waits: good, forgetsToSubscribe: true }),
  'speaks into the void': bad({ waits: good, orders: 'into the dead socket' }),
  'says it twice': bad({ waits: good, orders: 'last three again' }),
  'leaks a socket': bad({ waits: good, reconnectsTwice: true }),
  'loses its heartbeat': bad({ waits: good, heartbeat: 'first connection only' }),
  'never clears its timer': bad({ waits: good, heartbeat: 'never cleared' }),
};
