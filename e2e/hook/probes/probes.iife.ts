/** All probes under one global, on the native and on the hooked page. */
import * as drop from './drop.ts';
import * as engine from './engine.ts';
import * as events from './events.ts';
import * as identity from './identity.ts';
import type { Facts } from './kit.ts';
import * as others from './others.ts';
import * as poison from './poison.ts';
import * as quiet from './quiet.ts';
import * as traffic from './traffic.ts';

export type Probe = () => Facts | Promise<Facts>;

const { shapes, constructorErrors, subclasses, meddling, realms } = identity;
const { orders, listeners, ownEvents } = events;
const { sending, receiving, closing, handshakes } = traffic;
const { poisoned, poisonedRecording, poisonedDrop } = poison;

const probes = {
  shapes,
  constructorErrors,
  subclasses,
  meddling,
  realms,
  orders,
  listeners,
  ownEvents,
  sending,
  receiving,
  closing,
  handshakes,
  poisoned,
  poisonedRecording,
  poisonedDrop,
  ...drop,
  ...others,
  ...engine,
  ...quiet,
} satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;

Object.defineProperty(window, 'probes', { value: probes });
