/** Heartbeats that stop: before an end, while the connection still looks open, or so that the page gives up. */

import { text } from '../../../words/words.ts';
import type { HeartbeatFacts } from '../../digest/digest.ts';
import { clientHeartbeat, safePeriodMs, serverPing } from '../advice.ts';
import { survivorEvidence, survivorsOf } from '../after.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import {
  bytes,
  connectionEvidence,
  connectionIdsOf,
  counted,
  type Draft,
  duration,
  MAX_EVIDENCE,
  type Rule,
  spanOf,
} from '../draft.ts';
import type { Evidence } from '../finding.ts';
import { finite, type Life } from '../life.ts';
import type { SessionView } from '../view.ts';

/** Reasons with which clients give up: Phoenix "heartbeat timeout", Engine.IO "ping timeout", and home-made ones. */
const HEARTBEAT_REASON = /heart.?beat|ping|pong|keep.?alive|stale|no.?response|timed? ?out|timeout/i;
/** Silences shorter than this are no sign, however fast the beat. */
const MIN_SILENCE_MS = 1_000;

/** After how long a silence of the server its beats are missing: two of them, or what the first frame announced. */
function patienceMs(heartbeat: HeartbeatFacts): number | null {
  const { announced, periodMs } = heartbeat;
  const announcedMs =
    announced?.periodMs != null ? announced.periodMs + (announced.timeoutMs ?? announced.periodMs) : 0;
  const learnedMs = periodMs !== null && heartbeat.beats >= 3 ? 2 * periodMs : 0;
  const mostMs = Math.max(announcedMs, learnedMs);
  return mostMs > 0 && Number.isFinite(mostMs) ? Math.max(MIN_SILENCE_MS, mostMs) : null;
}

/** Whether the server's side of the heartbeat can be heard at all: it asks, or it answers. */
function isHeard({ by, isAnswered }: HeartbeatFacts): boolean {
  return by !== 'page' || isAnswered;
}

/** How long the server had been silent at `atMs`; null: it was never heard. */
function silenceAt({ digest, openedMs }: Life, atMs: number): number | null {
  const heardMs = finite(digest?.lastInAtMs) ?? openedMs;
  return heardMs === null ? null : Math.max(0, atMs - heardMs);
}

function missesBeats(life: Life, atMs: number): boolean {
  const heartbeat = life.digest?.heartbeat;
  if (!heartbeat || !isHeard(heartbeat)) return false;
  const silenceMs = silenceAt(life, atMs) ?? 0;
  if (silenceMs < MIN_SILENCE_MS) return false;
  if (heartbeat.isAnswered && heartbeat.unanswered >= 2) return true;
  const periodMs = heartbeat.announced?.periodMs ?? heartbeat.periodMs;
  return periodMs !== null && silenceMs >= 1.5 * periodMs && (heartbeat.by !== 'page' || heartbeat.unanswered >= 1);
}

const SILENT_CAUSES = ['half-open', 'network-lost', 'server-stalled'] as const satisfies readonly Cause[];

interface Words {
  readonly title: (count: string) => string;
  readonly meaning: string;
}

function missedDraft(about: string, { title, meaning }: Words, lives: readonly Life[], view: SessionView): Draft {
  const endOf = (life: Life) => life.doneMs ?? view.untilMs;
  const [first] = lives;
  const atMs = first ? endOf(first) - (silenceAt(first, endOf(first)) ?? 0) : 0;
  const survivors = survivorsOf(view, atMs, new Set(connectionIdsOf(lives)));
  const slept = first ? view.around(first, ['woke'], atMs - MIN_SILENCE_MS, endOf(first)) : [];
  const busy = first
    ? view
        .around(first, ['longTask'], atMs, endOf(first))
        .filter(({ durationMs }) => (durationMs ?? 0) >= MIN_SILENCE_MS)
    : [];
  const causes: readonly Cause[] = [
    ...(slept.length > 0 ? (['slept'] as const) : []),
    ...SILENT_CAUSES,
    ...(busy.length > 0 ? (['page-busy'] as const) : []),
  ];
  const periodMs = first?.digest?.heartbeat?.periodMs ?? null;
  return {
    about,
    title: title(counted(lives.length, 'connection')),
    meaning: survivors.length > 0 ? text('heartbeat_othersOfThisMachineLivedOn', meaning) : meaning,
    severity: 'problem',
    sureness: lives.some(({ digest }) => (digest?.heartbeat?.beats ?? 0) >= 5) ? 'high' : 'medium',
    because: text(
      'heartbeat_beatsCameEveryAndThenNone',
      periodMs === null ? text('heartbeat_soOften') : duration(periodMs),
      duration(first ? (silenceAt(first, endOf(first)) ?? 0) : 0),
    ),
    candidates: candidates(causes[0] ?? 'half-open', ...causes.slice(1)),
    connectionIds: connectionIdsOf(lives),
    evidence: [
      ...lives.slice(0, MAX_EVIDENCE).flatMap((life): readonly Evidence[] => {
        const heartbeat = life.digest?.heartbeat;
        const silence = text(
          'heartbeat_silentFor',
          duration(silenceAt(life, endOf(life)) ?? 0),
          heartbeat && heartbeat.unanswered > 0
            ? text('heartbeat_unanswered', counted(heartbeat.unanswered, 'beat'))
            : '',
        );
        const seq = heartbeat?.seqs.at(-1);
        return seq === undefined
          ? [{ kind: 'connection', connectionId: life.id, says: silence }]
          : [{ kind: 'frame', connectionId: life.id, seq, says: text('heartbeat_theLastOfItsBeats', silence) }];
      }),
      ...[...slept, ...busy].slice(0, 3).map(
        ({ contextId, atMs: when, kind, durationMs }): Evidence => ({
          kind: 'context',
          contextId: contextId ?? null,
          atMs: when,
          says:
            kind === 'woke'
              ? text('heartbeat_theMachineHadSlept')
              : text('heartbeat_thePageWasBusyFor', duration(durationMs ?? 0)),
        }),
      ),
    ],
    against: survivorEvidence(survivors, atMs),
    nextCheck: candidate(survivors.length > 0 ? 'server-stalled' : 'half-open').check,
    advice: [clientHeartbeat(safePeriodMs((periodMs ?? 25_000) * 2)), serverPing(safePeriodMs(60_000))],
    span: spanOf(lives),
  };
}

/** The page's own close() after missed beats: 1000 or 4xxx on the outside, a dead link within. */
function findGivenUp(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter((life) => {
      const atMs = finite(life.record.closeRequested?.atMs);
      if (atMs === null || life.openedMs === null || isExplained(life)) return false;
      // Its close frame may never be answered: then there is no close event, for as long as the browser waits.
      if (life.by !== 'page' && life.endMs !== null) return false;
      return missesBeats(life, atMs) || HEARTBEAT_REASON.test(life.record.closeRequested?.reason ?? '');
    });
    if (found.length === 0) return [];
    return [
      missedDraft(
        name,
        {
          title: (count) => text('heartbeat_thePageGaveUpHeartbeatsWere', count),
          meaning: text('heartbeat_theClientLibraryClosedTheConnection'),
        },
        found,
        view,
      ),
    ];
  });
}

function findMissed(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(
      (life) =>
        life.by === 'lost' &&
        life.openedMs !== null &&
        life.endMs !== null &&
        !isExplained(life) &&
        missesBeats(life, life.endMs),
    );
    if (found.length === 0) return [];
    return [
      missedDraft(
        name,
        {
          title: (count) => text('heartbeat_heartbeatsHadStoppedBeforeEnded', count),
          meaning: text('heartbeat_theLinkWasDeadBeforeThe'),
        },
        found,
        view,
      ),
    ];
  });
}

/** What has just come may not be stored yet: a busy machine takes its time. */
const STORED_WITHIN_MS = 3_000;

function isStill(life: Life, view: SessionView): boolean {
  const heartbeat = life.digest?.heartbeat;
  const isOpen = life.openedMs !== null && life.endMs === null && life.record.closeRequested === null;
  if (!isOpen || !heartbeat || !isHeard(heartbeat) || life.record.seenBy === 'network') return false;
  if (view.lastBefore(life, ['frozen', 'resumed'], view.untilMs)?.kind === 'frozen') return false;
  if (view.lastBefore(life, ['recordingPaused', 'recordingResumed'], view.untilMs)?.kind === 'recordingPaused')
    return false;
  const patience = patienceMs(heartbeat);
  return patience !== null && (silenceAt(life, view.untilMs) ?? 0) > patience + STORED_WITHIN_MS;
}

function findHalfOpen(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter((life) => isStill(life, view));
    if (found.length === 0) return [];
    return [
      missedDraft(
        name,
        {
          title: (count) =>
            text(found.length === 1 ? 'heartbeat_looksOpenAndIsDead' : 'heartbeat_lookOpenAndAreDead', count),
          meaning: text('heartbeat_readystateSaysOpenAndNothingComes'),
        },
        found,
        view,
      ),
    ];
  });
}

/** bufferedAmount that grows to this, and only grows, does not get away. */
const STALLED_BYTES = 64 * 1024;

function findStalled(view: SessionView): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(({ record }) => isRising(record.acts?.buffered ?? []));
    if (found.length === 0) return [];
    const lastOf = ({ record }: Life) => record.acts?.buffered.at(-1)?.[1] ?? 0;
    return [
      {
        about: name,
        title: text(
          'heartbeat_whatThePageSendsPilesUp',
          counted(found.length, 'connection'),
          bytes(found.reduce((most, life) => Math.max(most, lastOf(life)), 0)),
        ),
        meaning: text('heartbeat_bufferedamountOnlyRisesTheUplinkIs'),
        severity: 'warning',
        sureness: found.some(({ record }) => (record.acts?.buffered.length ?? 0) >= 6) ? 'high' : 'medium',
        because: text('heartbeat_bufferedamountRoseFromSampleToSample', bytes(STALLED_BYTES)),
        candidates: candidates('uplink-stalled', 'half-open', 'server-stalled'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          text(
            'heartbeat_waitingAtTheLastSample',
            bytes(lastOf(life)),
            life.endMs === null
              ? ''
              : text(
                  'heartbeat_beforeTheEnd',
                  duration(Math.max(0, life.endMs - (life.record.acts?.buffered.at(-1)?.[0] ?? life.endMs))),
                ),
          ),
        ),
        against: [],
        nextCheck: candidate('uplink-stalled').check,
        advice: [
          {
            text: text('heartbeat_lookAtBufferedamountBeforeSendingAnd'),
            lines: {
              of: 'client (JavaScript)',
              text: 'if (socket.bufferedAmount < 1_000_000) socket.send(update); // otherwise keep only the newest',
            },
          },
        ],
        span: spanOf(found),
      },
    ];
  });
}

function isRising(samples: readonly (readonly [atMs: number, bytes: number])[]): boolean {
  const last = samples.slice(-6).map(([, size]) => size);
  return (
    last.length >= 3 &&
    (last.at(-1) ?? 0) >= STALLED_BYTES &&
    last.every((size, i) => i === 0 || size > (last[i - 1] ?? 0))
  );
}

export const HEARTBEAT: readonly Rule[] = [
  {
    name: 'heartbeat-timeout',
    family: 'heartbeat',
    says: "The page's own close() after beats had gone unanswered, or with a reason that says so.",
    explains: true,
    find: findGivenUp,
  },
  {
    name: 'missed-heartbeats',
    family: 'heartbeat',
    says: 'Beats that had stopped before a connection was lost.',
    explains: true,
    find: findMissed,
  },
  {
    name: 'half-open',
    family: 'heartbeat',
    says: 'Open, and silent for longer than two beats or than what was announced.',
    explains: false,
    find: findHalfOpen,
  },
  {
    name: 'uplink-stalled',
    family: 'heartbeat',
    says: `bufferedAmount that only rises, to ${bytes(STALLED_BYTES)} and more.`,
    explains: false,
    find: findStalled,
  },
];
