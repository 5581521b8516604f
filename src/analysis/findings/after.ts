/** What was seen around the end of connections: who lived on, who stands in between, how the next attempt went. Pure. */

import { text, words } from '../../words/words.ts';
import { connectionEvidence, duration, MAX_EVIDENCE } from './draft.ts';
import type { Evidence } from './finding.ts';
import { truthOf } from './handshake-truth.ts';
import { type Hop, hopsOf } from './hops.ts';
import type { Life } from './life.ts';
import type { SessionView } from './view.ts';

/**
 * The next attempt after a connection ended. `refused`: nobody listened; `gateway`: a proxy answered without its server;
 * `failed`: in another way, or unknown; `atOnce`: it opened at the first attempt; `later`: after others had failed.
 */
export type Aftermath = 'none' | 'pending' | 'refused' | 'gateway' | 'failed' | 'atOnce' | 'later';

const GATEWAY_CAUSES: ReadonlySet<string> = new Set(['bad-gateway', 'gateway-timeout']);

export function aftermathOf({ next, id }: Life, view: SessionView): Aftermath {
  const attempt = next && view.byId.get(next.firstAttempt.connectionId);
  if (!attempt || attempt.label === 'simulated' || attempt.id === id) return 'none';
  if (attempt.openedMs !== null) return 'atOnce';
  if (attempt.endMs === null) return 'pending';
  const truth = truthOf(attempt, view, true);
  if (truth.sureness !== 'low' && truth.causes[0] === 'connection-refused') return 'refused';
  if (truth.sureness !== 'low' && GATEWAY_CAUSES.has(truth.causes[0])) return 'gateway';
  return next.reopened ? 'later' : 'failed';
}

const AFTERMATH_WORDS: Readonly<Record<Aftermath, string>> = words({
  none: 'after_noAttemptFollowed',
  pending: 'after_theNextAttemptIsStillUnder',
  refused: 'after_theNextAttemptWasRefusedNobody',
  gateway: 'after_theNextAttemptWasAnsweredBy',
  failed: 'after_theNextAttemptsFailed',
  atOnce: 'after_theNextAttemptOpenedAtOnce',
  later: 'after_theNextAttemptFailedALater',
});

/** The attempts that followed, as evidence. */
export function aftermathEvidence(lives: readonly Life[], view: SessionView): readonly Evidence[] {
  return lives.slice(0, MAX_EVIDENCE / 2).flatMap((life): readonly Evidence[] => {
    const attempt = life.next?.firstAttempt;
    const aftermath = aftermathOf(life, view);
    if (!attempt || aftermath === 'none') return [];
    const afterMs = attempt.createdAtMs - (life.endMs ?? attempt.createdAtMs);
    return [
      {
        kind: 'connection',
        connectionId: attempt.connectionId,
        says: text('after_afterTheEnd', duration(Math.max(0, afterMs)), AFTERMATH_WORDS[aftermath]),
      },
    ];
  });
}

/** How many of the lives were followed by this. */
export function countAfter(lives: readonly Life[], view: SessionView, wanted: readonly Aftermath[]): number {
  return lives.slice(0, MAX_LOOKED_AT).filter((life) => wanted.includes(aftermathOf(life, view))).length;
}

/** Patterns show in so many; to look at all of a flood would tell no more. */
export const MAX_LOOKED_AT = 500;

/** The hops that the handshakes of these connections named. */
export function hopsAround(lives: readonly Life[], view: SessionView): readonly Hop[] {
  const found = new Map<string, Hop>();
  for (const life of lives.slice(0, MAX_LOOKED_AT)) {
    for (const hop of hopsOf(view.handshakeOf(life)?.headers ?? [])) found.set(hop.id, hop);
  }
  return [...found.values()];
}

/** Scheme, host and port, as ws: and http: alike: 'ws://host:port'. */
export function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0].toLowerCase() ?? url;
}

/** Connections that were open at that time and received something after it: whatever it was, it spared them. */
export function survivorsOf(
  view: SessionView,
  atMs: number,
  except: ReadonlySet<string>,
  most?: number,
): readonly Life[] {
  return view.survivorsAt(atMs, most).filter(({ id }) => !except.has(id));
}

export function survivorEvidence(survivors: readonly Life[], atMs: number): readonly Evidence[] {
  return connectionEvidence(survivors.slice(0, 3), ({ digest, record }) =>
    text(
      'after_itLivedOnAndReceivedFrames',
      duration(Math.max(0, (digest?.lastInAtMs ?? record.lastFrameAtMs ?? atMs) - atMs)),
    ),
  );
}
