/** Ends that go with what happened around the page at that moment: sleep, networks, frozen and hidden pages. */

import type { ContextRecord } from '../../../protocol/records.ts';
import { text } from '../../../words/words.ts';
import { clientHeartbeat, serverPing } from '../advice.ts';
import { survivorEvidence, survivorsOf } from '../after.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { connectionEvidence, counted, type Draft, duration, MAX_EVIDENCE, type Rule, spanOf } from '../draft.ts';
import type { Advice, Evidence, Sureness } from '../finding.ts';
import { finite, type Life } from '../life.ts';
import type { SessionView } from '../view.ts';

/** A life that ended, and what in its surroundings goes with it. */
interface Match {
  readonly life: Life;
  /** Null: not told by the page's surroundings but by the attempts that followed. */
  readonly row: ContextRecord | null;
  /** A state that held at the end tells more than an event near it. */
  readonly isState: boolean;
  readonly says: string;
}

interface Surroundings {
  readonly cause: Cause;
  readonly others: readonly Cause[];
  readonly match: (life: Life, view: SessionView) => Omit<Match, 'life'> | null;
  readonly title: (count: string) => string;
  readonly meaning: string;
  readonly advice: (lives: readonly Life[]) => readonly Advice[];
  /** Whether connections that lived on speak against it. */
  readonly hitsAll: boolean;
}

/** Networks change a moment before their connections end, or are told of a moment later. */
const NETWORK_BEFORE_MS = 5_000;
const NETWORK_AFTER_MS = 2_000;
/** Long enough for the first packet after waking up to find out that nobody knows the connection any more. */
const WOKE_BEFORE_MS = 60_000;

const RECONNECT_ON_RETURN: Advice = {
  text: text('surroundings_reconnectAtOnceWhenTheBrowser'),
  lines: {
    of: 'client (JavaScript)',
    text: "addEventListener('online', connectNow);\ndocument.addEventListener('visibilitychange', () => { if (!document.hidden) checkNow(); });\ndocument.addEventListener('resume', checkNow);",
  },
};

const TABLE: Readonly<Record<string, Surroundings>> = {
  slept: {
    cause: 'slept',
    others: ['network-lost'],
    match: (life, view) =>
      near(life, view, ['woke'], WOKE_BEFORE_MS, NETWORK_AFTER_MS, ({ durationMs }) =>
        text(
          'surroundings_theMachineHadSlept',
          durationMs === undefined ? '' : text('surroundings_for', duration(durationMs)),
        ),
      ),
    title: (count) => text('surroundings_didNotSurviveTheSleepOf', count),
    meaning: text('surroundings_whileAMachineSleepsServersAnd'),
    advice: () => [RECONNECT_ON_RETURN],
    hitsAll: true,
  },
  offline: {
    cause: 'offline',
    others: [],
    match: (life, view) => {
      const endMs = life.doneMs ?? 0;
      const last = view.lastBefore(life, ['offline', 'online'], endMs);
      if (last?.kind === 'offline' && last.atMs >= (life.openedMs ?? 0)) {
        return {
          row: last,
          isState: true,
          says: text('surroundings_theBrowserHadBeenOfflineFor', duration(endMs - last.atMs)),
        };
      }
      const failed = offlineAttempt(life, view);
      if (failed) return { row: null, isState: true, says: failed };
      return near(life, view, ['offline'], NETWORK_BEFORE_MS, NETWORK_AFTER_MS, () =>
        text('surroundings_theBrowserWentOfflineAtThat'),
      );
    },
    title: (count) => text('surroundings_endedBecauseTheMachineWasOffline', count),
    meaning: text('surroundings_theNetworkWasGoneWiFi'),
    advice: () => [RECONNECT_ON_RETURN],
    hitsAll: true,
  },
  'network-change': {
    cause: 'network-changed',
    others: ['network-lost'],
    match: (life, view) =>
      near(life, view, ['connectionChanged'], NETWORK_BEFORE_MS, NETWORK_AFTER_MS, ({ detail }) =>
        text('surroundings_theNetworkChanged', detail ? text('surroundings_to', detail) : ''),
      ),
    title: (count) => text('surroundings_endedAsTheMachineChangedIts', count),
    meaning: text('surroundings_fromWiFiToMobileAnother'),
    advice: () => [RECONNECT_ON_RETURN],
    hitsAll: true,
  },
  frozen: {
    cause: 'frozen',
    others: ['timers-throttled'],
    match: (life, view) => {
      const endMs = life.doneMs ?? 0;
      const last = view.lastBefore(life, ['frozen', 'resumed'], endMs + NETWORK_AFTER_MS);
      const isRecent = last?.kind === 'resumed' && endMs - last.atMs <= WOKE_BEFORE_MS;
      if (!last || (life.openedMs ?? 0) > last.atMs || !(last.kind === 'frozen' || isRecent)) return null;
      return {
        row: last,
        isState: last.kind === 'frozen',
        says:
          last.kind === 'frozen'
            ? text('surroundings_thePageWasFrozen')
            : text('surroundings_thePageHadJustBeenThawed'),
      };
    },
    title: (count) => text('surroundings_endedWhileThePageWasFrozen', count),
    meaning: text('surroundings_browsersFreezeHiddenPagesToSave'),
    advice: (lives) => [serverPing(periodOf(lives)), RECONNECT_ON_RETURN],
    hitsAll: false,
  },
  'hidden-tab': {
    cause: 'timers-throttled',
    others: ['idle-cut'],
    match: throttled,
    title: (count) => text('surroundings_endedInAHiddenTabWhose', count),
    meaning: text('surroundings_browsersSlowTheTimersOfHidden'),
    advice: (lives) => [
      serverPing(periodOf(lives)),
      {
        text: text('surroundings_orBeatFromAWorkerIts'),
        lines: {
          of: 'client (JavaScript)',
          text: `// beat.js\nsetInterval(() => postMessage(0), ${periodOf(lives)});\n\n// page\nnew Worker('beat.js').onmessage = () => socket.send('{"type":"ping"}');`,
        },
      },
      RECONNECT_ON_RETURN,
    ],
    hitsAll: false,
  },
};

/** The next attempt failed because the browser was offline: then it was so from the end on. In words; null: it did not. */
function offlineAttempt(life: Life, view: SessionView): string | null {
  const attempt = life.next && view.byId.get(life.next.firstAttempt.connectionId);
  if (!attempt || attempt.openedMs !== null || attempt.createdMs - (life.doneMs ?? 0) > NETWORK_BEFORE_MS) return null;
  const error = view.handshakeOf(attempt)?.networkError ?? '';
  return /OFFLINE|INTERNET_DISCONNECTED|NETWORK_CHANGED/.test(error)
    ? text('surroundings_theNextAttemptFailedWith', error)
    : null;
}

function near(
  life: Life,
  view: SessionView,
  kinds: readonly ContextRecord['kind'][],
  beforeMs: number,
  afterMs: number,
  says: (row: ContextRecord) => string,
): Omit<Match, 'life'> | null {
  const endMs = life.doneMs ?? 0;
  const fromMs = Math.max(endMs - beforeMs, life.openedMs ?? 0);
  const row = view.around(life, kinds, fromMs, endMs + afterMs).at(-1);
  return row ? { row, isState: false, says: says(row) } : null;
}

/** Nobody's patience with a silent page is shorter. */
const LONG_SILENCE_MS = 5_000;
/** A beat this much later than usual is a late timer, not chance. */
const LATE_BEAT = 1.5;

/** Hidden at the end, and the page's beats had stretched since: by their gaps, by the silence at the end, or by a late timer. */
function throttled(life: Life, view: SessionView): Omit<Match, 'life'> | null {
  const endMs = life.doneMs ?? 0;
  const row = view.lastBefore(life, ['hidden', 'visible'], endMs);
  const heartbeat = life.digest?.heartbeat;
  if (row?.kind !== 'hidden' || !heartbeat || heartbeat.by === 'server' || heartbeat.periodMs === null) return null;
  const lastMs = finite(life.digest?.lastOutAtMs) ?? life.openedMs ?? endMs;
  const silentMs = Math.max(0, endMs - lastMs);
  const { periodMs, longestGapMs, longestGapAtMs, announced } = heartbeat;
  const usualMs = Math.min(periodMs, announced?.periodMs ?? periodMs);
  const isStretched =
    !heartbeat.onlyWhenIdle &&
    longestGapMs !== null &&
    longestGapAtMs !== null &&
    longestGapMs >= LATE_BEAT * usualMs &&
    longestGapAtMs >= row.atMs - usualMs &&
    // A connection that lived on after a late beat, and ended in the midst of others, did not end because of it.
    silentMs >= usualMs;
  const isMissed = silentMs >= LATE_BEAT * usualMs && endMs - row.atMs >= usualMs;
  const isLate = view.around(life, ['timersLate'], row.atMs, endMs).length > 0 && silentMs >= usualMs;
  if (!isStretched && !isMissed && !isLate) return null;
  // A server that closes in order may have a hundred reasons, unless the page had been silent for long.
  if (life.by === 'server' && silentMs < Math.max(2 * usualMs, LONG_SILENCE_MS)) return null;
  const slowestMs = Math.max(isStretched ? (longestGapMs ?? 0) : 0, silentMs);
  return {
    row,
    isState: true,
    says: text(
      'surroundings_hiddenForBeatsEveryHadStretched',
      duration(endMs - row.atMs),
      duration(usualMs),
      duration(slowestMs),
    ),
  };
}

function periodOf(lives: readonly Life[]): number {
  const periods = lives.map(({ digest }) => digest?.heartbeat?.periodMs ?? 25_000).filter((ms) => ms >= 100);
  return Math.round(Math.min(25_000, ...periods.slice(0, 100)));
}

/** Ends that surroundings may explain: without a close frame; by a server that gave up; by a page that noticed the silence. */
function mayBeFromOutside({ by, openedMs, doneMs, label, code }: Life): boolean {
  if (label !== null || openedMs === null || doneMs === null) return false;
  if (by === null) return true;
  return by === 'lost' || by === 'page' || by === 'unknown' || (by === 'server' && code !== 1012);
}

/** A close() of the page, or one of the server, is an answer to a state; near an event it is chance. */
function isConvincing({ life, isState }: Match): boolean {
  if (life.by === 'lost' || life.by === 'unknown') return true;
  const heardMs = life.digest?.lastInAtMs ?? life.openedMs ?? 0;
  return isState && (life.doneMs ?? 0) - heardMs >= MIN_SILENCE_MS;
}

const MIN_SILENCE_MS = 1_000;

function findIn({ cause, others, match, title, meaning, advice, hitsAll }: Surroundings): Rule['find'] {
  return (view, isExplained): readonly Draft[] => {
    const found = view.lives
      .flatMap((life): readonly Match[] => {
        if (!mayBeFromOutside(life) || isExplained(life)) return [];
        const matched = match(life, view);
        return matched ? [{ ...matched, life }] : [];
      })
      .filter(isConvincing);
    if (found.length === 0) return [];
    const lives = found.map(({ life }) => life);
    const survivors = hitsAll ? survivorsOf(view, lives[0]?.doneMs ?? 0, new Set(lives.map(({ id }) => id))) : [];
    const states = found.filter(({ isState }) => isState).length;
    return [
      {
        about: cause,
        title: title(counted(lives.length, 'connection')),
        meaning,
        severity: 'problem',
        sureness: surenessOf(states, lives.length, survivors.length),
        because: text(
          'surroundings_atSuchAMoment',
          counted(lives.length, 'end'),
          survivors.length > 0 ? text('surroundings_thoughLivedOn', counted(survivors.length, 'other connection')) : '',
        ),
        candidates: candidates(cause, ...others),
        connectionIds: lives.map(({ id }) => id),
        evidence: [
          ...connectionEvidence(lives, ({ code, lifetimeMs }) =>
            text('surroundings_endedWithAfter', code ?? text('surroundings_noCode'), duration(lifetimeMs ?? 0)),
          ),
          ...found
            .slice(0, MAX_EVIDENCE)
            .map(
              ({ life, row, says }): Evidence =>
                row
                  ? { kind: 'context', contextId: row.contextId ?? null, atMs: row.atMs, says }
                  : { kind: 'connection', connectionId: life.next?.firstAttempt.connectionId ?? life.id, says },
            ),
        ],
        against: survivorEvidence(survivors, lives[0]?.doneMs ?? 0),
        nextCheck: candidate(cause).check,
        advice: advice(lives),
        span: spanOf(lives),
      },
    ];
  };
}

function surenessOf(states: number, count: number, survivors: number): Sureness {
  if (survivors > 0) return 'low';
  return states > 0 || count >= 2 ? 'high' : 'medium';
}

/** The thread of a page that is busy for long neither reads nor beats. */
const BUSY_MS = 2_000;

function findBusy(view: SessionView): readonly Draft[] {
  const long = view.context.filter(({ kind, durationMs }) => kind === 'longTask' && (durationMs ?? 0) >= BUSY_MS);
  const longest = long.reduce<ContextRecord | null>(
    (most, row) => ((row.durationMs ?? 0) > (most?.durationMs ?? 0) ? row : most),
    null,
  );
  if (!longest) return [];
  const alive = view.lives.filter(
    ({ label, openedMs, endMs, record }) =>
      label === null &&
      record.documentId === longest.documentId &&
      openedMs !== null &&
      openedMs <= longest.atMs &&
      (endMs ?? view.untilMs) >= longest.atMs,
  );
  if (alive.length === 0) return [];
  return [
    {
      about: 'page',
      title: text('surroundings_thePageWasBusyForAnd', duration(longest.durationMs ?? 0)),
      meaning: text('surroundings_framesWaitWhileThePageComputes'),
      severity: 'warning',
      sureness: 'high',
      because: text('surroundings_ofOrLongerWhileConnectionsWere', counted(long.length, 'task'), duration(BUSY_MS)),
      candidates: candidates('page-busy'),
      connectionIds: alive.map(({ id }) => id),
      evidence: long.slice(0, MAX_EVIDENCE).map(({ contextId, atMs, durationMs }) => ({
        kind: 'context',
        contextId: contextId ?? null,
        atMs,
        says: text('surroundings_busyFor', duration(durationMs ?? 0)),
      })),
      against: [],
      nextCheck: candidate('page-busy').check,
      advice: [{ text: text('surroundings_readMessagesInSmallPortionsOr') }, clientHeartbeat(periodOf(alive))],
      span: { fromMs: longest.atMs, toMs: longest.atMs + (longest.durationMs ?? 0) },
    },
  ];
}

function rule(name: keyof typeof TABLE & string, says: string): Rule {
  const surroundings = TABLE[name];
  return { name, family: 'surroundings', says, explains: true, find: surroundings ? findIn(surroundings) : () => [] };
}

export const SURROUNDINGS_RULES: readonly Rule[] = [
  rule('slept', text('surroundings_endsWithinAfterTheClockJumped', duration(WOKE_BEFORE_MS))),
  rule('offline', text('surroundings_endsWhileTheBrowserWasOffline', duration(NETWORK_BEFORE_MS))),
  rule('network-change', text('surroundings_endsWithinAfterTheNetworkChanged', duration(NETWORK_BEFORE_MS))),
  rule('frozen', text('surroundings_endsWhileThePageWasFrozen')),
  rule('hidden-tab', text('surroundings_endsInAHiddenTabAfter')),
  {
    name: 'page-busy',
    family: 'surroundings',
    says: `Tasks of ${duration(BUSY_MS)} or longer while connections were open.`,
    explains: false,
    find: findBusy,
  },
];
