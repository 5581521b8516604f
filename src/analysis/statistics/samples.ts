/**
 * The connections of one or many sessions, ready to be counted: real ones of the application only. What Socketscope
 * simulated, what ended with its page, and development servers are left out. Pure.
 */
import type { SessionRecord } from '../../protocol/records.ts';
import type { Digest } from '../digest/digest.ts';
import { classifyDisconnect, type Disconnect } from '../findings/classify.ts';
import type { Label, Life } from '../findings/life.ts';
import type { SessionFacts } from '../findings/session-facts.ts';
import { viewOf } from '../findings/view.ts';

export interface StatisticsSession {
  readonly session: Pick<SessionRecord, 'sessionId' | 'name' | 'startedAtMs'>;
  readonly facts: SessionFacts;
  /** As the session was recorded in, for example 'Firefox 153'; null: not known. */
  readonly browser: string | null;
}

export interface Sample {
  readonly sessionId: string;
  readonly browser: string | null;
  readonly connectionId: string;
  readonly endpoint: string;
  readonly createdAtMs: number;
  readonly openedAtMs: number | null;
  /** Null while it lives. */
  readonly endedAtMs: number | null;
  /** Until when it was open as far as was watched; null: it never opened. */
  readonly openMs: number | null;
  readonly idleBeforeCloseMs: number | null;
  readonly code: number | null;
  readonly protocolId: string | null;
  readonly disconnect: Disconnect | null;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly discarded: number;
  readonly thrown: number;
  readonly unheard: number;
  readonly handlerErrors: number;
  readonly invalid: number;
  readonly digest: Digest | null;
}

export interface Samples {
  readonly samples: readonly Sample[];
  /** Connections that are not among them, by the reason. A page that was left ends a connection, which still counts as one that was open. */
  readonly leftOut: Readonly<Record<Label, number>>;
}

/** All samples of these sessions, in the order of sessions and of creation. */
export function samplesOf(sessions: readonly StatisticsSession[]): Samples {
  const leftOut: Record<Label, number> = { simulated: 0, 'page-left': 0, 'dev-server': 0 };
  const samples: Sample[] = [];
  for (const { session, facts, browser } of sessions) {
    const view = viewOf(facts);
    for (const life of view.lives) {
      if (life.label !== null) leftOut[life.label]++;
      if (life.label === 'simulated' || life.label === 'dev-server') continue;
      samples.push(sampleOf(life, session.sessionId, browser, view.untilMs));
    }
  }
  return { samples, leftOut };
}

function sampleOf(life: Life, sessionId: string, browser: string | null, untilMs: number): Sample {
  const { record, digest, openedMs, endMs } = life;
  const isLeft = life.label === 'page-left';
  // Of a handshake that the network layer alone has seen, nobody knows how long the connection lived.
  const isWatched = record.seenBy !== 'network' || endMs !== null;
  return {
    sessionId,
    browser,
    connectionId: life.id,
    endpoint: life.endpoint,
    createdAtMs: life.createdMs,
    openedAtMs: openedMs,
    endedAtMs: endMs,
    openMs: openedMs === null || !isWatched ? null : Math.max(0, (endMs ?? untilMs) - openedMs),
    idleBeforeCloseMs: isLeft ? null : life.idleMs,
    code: isLeft ? null : life.code,
    protocolId: digest?.protocol?.id ?? null,
    disconnect: isLeft ? null : classifyDisconnect(record),
    framesIn: record.framesIn,
    framesOut: record.framesOut,
    discarded: digest?.discardedSends ?? 0,
    thrown: record.acts?.sendsThrown ?? 0,
    unheard: record.acts?.unheard ?? 0,
    handlerErrors: record.acts?.handlerErrors ?? 0,
    invalid: digest?.validation?.failed ?? 0,
    digest,
  };
}
