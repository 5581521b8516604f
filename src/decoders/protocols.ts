/**
 * The table of protocols, and who among them a connection speaks. The more particular ones come first: where two show as
 * many signs, the earlier is taken.
 */
import { ably } from './ably.ts';
import { actionCable } from './action-cable.ts';
import { centrifugo } from './centrifugo.ts';
import { nextHmr, viteHmr, webpackHmr, webpackSockJs } from './dev-servers.ts';
import type { Frame } from './frame.ts';
import { graphqlTransportWs, subscriptionsTransportWs } from './graphql.ts';
import { homeMade } from './home-made.ts';
import { jsonRpc } from './json-rpc.ts';
import { mqtt } from './mqtt.ts';
import { phoenix } from './phoenix.ts';
import type { Opening, Protocol, Sign } from './protocol.ts';
import { pusher } from './pusher.ts';
import { signalR } from './signalr.ts';
import { socketIo2, socketIo4 } from './socket-io.ts';
import { sockJs } from './sockjs.ts';
import { stomp } from './stomp.ts';
import { wamp } from './wamp.ts';

export const PROTOCOLS: readonly Protocol[] = [
  viteHmr,
  nextHmr,
  webpackSockJs,
  webpackHmr,
  socketIo4,
  socketIo2,
  signalR,
  phoenix,
  actionCable,
  graphqlTransportWs,
  subscriptionsTransportWs,
  mqtt,
  stomp,
  pusher,
  ably,
  centrifugo,
  wamp,
  sockJs,
  jsonRpc,
  homeMade,
];

const BY_ID: ReadonlyMap<string, Protocol> = new Map(PROTOCOLS.map((protocol) => [protocol.id, protocol]));

export function protocolById(id: string): Protocol | null {
  return BY_ID.get(id) ?? null;
}

/** After so many frames without a sign there will be none. */
export const FIRST_FRAMES = 12;

export interface Recognition {
  readonly protocol: Protocol;
  readonly signs: readonly Sign[];
}

/**
 * The protocol with the most signs; null where none shows any. `first` are the first frames, of which at most
 * FIRST_FRAMES are looked at. A subprotocol that the server chose is an agreement between both and outweighs all else.
 */
export function recognise(opening: Opening, first: readonly Frame[]): Recognition | null {
  const frames = first.slice(0, FIRST_FRAMES);
  let best: Recognition | null = null;
  for (const protocol of PROTOCOLS) {
    const signs = signsOf(protocol, opening, frames);
    if (signs.length === 0) continue;
    if (isAgreed(protocol, opening)) return { protocol, signs };
    if (signs.length > (best?.signs.length ?? 0)) best = { protocol, signs };
  }
  return best;
}

function signsOf(protocol: Protocol, opening: Opening, frames: readonly Frame[]): readonly Sign[] {
  const { subprotocol, url, isFirst } = protocol;
  const signs: Sign[] = [];
  if (isAgreed(protocol, opening) || (opening.protocol === null && isOffered(subprotocol, opening))) {
    signs.push('subprotocol');
  }
  if (url?.test(opening.url)) signs.push('url');
  if (isFirst && frames.some(isFirst)) signs.push('first frame');
  return signs;
}

function isAgreed({ subprotocol }: Protocol, { protocol }: Opening): boolean {
  return subprotocol !== undefined && protocol !== null && subprotocol.test(protocol);
}

function isOffered(subprotocol: RegExp | undefined, { protocols }: Opening): boolean {
  return subprotocol !== undefined && protocols.some((offered) => subprotocol.test(offered));
}
