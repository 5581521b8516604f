/**
 * Timers somewhere on the way: ends after the same silence, or at the same age. The time is found in the recording; a
 * product's name is given only where the time is its default, and first that of a hop that showed itself.
 */

import { text } from '../../../words/words.ts';
import { againstIdleCut, clientHeartbeat, safePeriodMs, serverPing } from '../advice.ts';
import { aftermathEvidence, countAfter, hopsAround } from '../after.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { type Cluster, clusterSureness, isTight, largestCluster, type Measured, momentsOf } from '../clusters.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Advice, Evidence, Sureness } from '../finding.ts';
import type { Hop } from '../hops.ts';
import { type KnownLimit, type LimitKind, matchingLimits } from '../known-limits.ts';
import type { Life } from '../life.ts';
import type { SessionView } from '../view.ts';
import { ENGINE_IO_VERSION } from './engine-io.ts';

/** Which silence, or which age, is the same each time. */
type Measure = 'idle' | 'silentIn' | 'silentOut' | 'lifetime';

interface Kind {
  readonly msOf: (life: Life) => number | null;
  readonly cause: Cause;
  readonly limits: readonly LimitKind[];
  readonly title: (time: string, count: string) => string;
  readonly meaning: string;
}

const KINDS: Readonly<Record<Measure, Kind>> = {
  idle: {
    msOf: ({ idleMs }) => idleMs,
    cause: 'idle-cut',
    limits: ['idle', 'upstream', 'client'],
    title: (time, count) => text('idle_cutAfterOfSilence', count, time),
    meaning: text('idle_aProxyABalancerOrThe'),
  },
  silentIn: {
    msOf: ({ silentInMs }) => silentInMs,
    cause: 'one-way-idle-cut',
    limits: ['upstream', 'idle'],
    title: (time, count) => text('idle_cutAfterWithoutAWordFrom', count, time),
    meaning: text('idle_somebodyOnTheWayCountsOnly'),
  },
  silentOut: {
    msOf: ({ silentOutMs }) => silentOutMs,
    cause: 'server-idle-timeout',
    limits: ['client'],
    title: (time, count) => text('idle_endedAfterWithoutAWordFrom', count, time),
    meaning: text('idle_theServerExpectsThePageTo'),
  },
  lifetime: {
    msOf: ({ lifetimeMs }) => lifetimeMs,
    cause: 'lifetime-cut',
    limits: ['lifetime'],
    title: (time, count) => text('idle_endedAtTheAgeOfWhatever', count, time),
    meaning: text('idle_somethingEndsConnectionsAtAFixed'),
  },
};
const ORDER: readonly Measure[] = ['idle', 'silentIn', 'silentOut', 'lifetime'];

/** Shorter silences are pauses of a conversation. */
const MIN_SILENCE_MS = 2_000;
/** A connection that has survived nearly as long a silence was not ended by this one. */
const LONGER_THAN_SURVIVED = 1.15;
/** So large a part of a lifetime is silence that both are the same time. */
const NEARLY_ALL = 0.85;
/** Clocks and timers make this much of a difference. */
const CLOCK_MS = 200;
/** Times from here on are compared with known limits even if they were seen only once. */
const MIN_SINGLE_MS = 25_000;
const SINGLE_TOLERANCE = 0.015;

interface Found {
  readonly measure: Measure;
  readonly cluster: Cluster;
  readonly sureness: Sureness;
  readonly ambiguousWith: readonly Cause[];
}

/** The longest silence of this kind that the connection had survived before the last one; 0 where it is not known. */
function survivedMs(life: Life, measure: Measure): number {
  const { digest, endMs, idleMs } = life;
  if (!digest || endMs === null || measure !== 'idle') return 0;
  const { longestSilence, heartbeat } = digest;
  const isLast = longestSilence !== null && endMs - longestSilence.atMs <= (idleMs ?? 0) + 50;
  return Math.max(
    isLast ? 0 : (longestSilence?.durationMs ?? 0),
    heartbeat && heartbeat.beats >= 2 ? (heartbeat.periodMs ?? 0) : 0,
  );
}

function measuredOf(lives: readonly Life[], measure: Measure): readonly Measured[] {
  return lives.flatMap((life) => {
    const ms = KINDS[measure].msOf(life);
    if (ms === null || ms < MIN_SILENCE_MS || ms < LONGER_THAN_SURVIVED * survivedMs(life, measure)) return [];
    return [{ life, ms }];
  });
}

/** The cluster of this measure, with its share of all ends, not only of those that could be measured. */
function clusterOf(lives: readonly Life[], measure: Measure): Cluster | null {
  const cluster = largestCluster(measuredOf(lives, measure));
  return cluster && { ...cluster, share: cluster.members.length / lives.length };
}

function isPattern(cluster: Cluster | null): cluster is Cluster {
  return cluster !== null && cluster.moments >= 2 && cluster.share >= 0.5 && clusterSureness(cluster) !== 'low';
}

/** Which timer it is: silence of both sides before that of one side before age, and what cannot be told apart. */
function patternOf(lives: readonly Life[]): Found | null {
  if (lives.length < 2) return null; // one end is no pattern, and sessions of many endpoints have many such
  for (const measure of ORDER) {
    const cluster = clusterOf(lives, measure);
    if (!isPattern(cluster)) continue;
    if (measure !== 'lifetime' && measure !== 'idle' && !isOneSided(cluster, measure)) continue;
    const ages = clusterOf(lives, 'lifetime');
    const isSameAge = measure !== 'lifetime' && ages !== null && isAsEven(ages, cluster);
    const ambiguousWith = isSameAge ? (['lifetime-cut'] as const) : [];
    const sureness = clusterSureness(cluster);
    return { measure, cluster, sureness: isSameAge && sureness === 'high' ? 'medium' : sureness, ambiguousWith };
  }
  return null;
}

/** Whether the ages are as much alike as the silences, and nearly the same: then nobody can tell which of both is limited. */
function isAsEven(ages: Cluster, silences: Cluster): boolean {
  return (
    ages.members.length >= silences.members.length &&
    isTight(ages) &&
    ages.rangeMs <= 3 * silences.rangeMs + CLOCK_MS &&
    silences.medianMs >= NEARLY_ALL * ages.medianMs
  );
}

/** The other side really spoke meanwhile, in most of them. */
function isOneSided({ members }: Cluster, measure: Measure): boolean {
  const spoke = members.filter(({ life, ms }) => {
    const otherMs = measure === 'silentIn' ? life.silentOutMs : life.silentInMs;
    return otherMs !== null && otherMs < 0.8 * ms;
  });
  return spoke.length >= 0.7 * members.length;
}

/** One end alone, after a time that is a known default to 1.5 %. */
function singleOf(lives: readonly Life[], hopIds: ReadonlySet<string>): Found | null {
  for (const measure of ORDER) {
    const cluster = largestCluster(measuredOf(lives, measure).filter(({ ms }) => ms >= MIN_SINGLE_MS));
    if (!cluster || momentsOf(lives) > 2) continue;
    if (measure !== 'lifetime' && measure !== 'idle' && !isOneSided(cluster, measure)) continue;
    const limits = matchingLimits(cluster.medianMs, KINDS[measure].limits, hopIds);
    const isNear = ({ limitMs, isVerified }: KnownLimit) =>
      isVerified && Math.abs(cluster.medianMs - limitMs) <= SINGLE_TOLERANCE * limitMs;
    if (!limits.some(isNear)) continue;
    return { measure, cluster, sureness: 'low', ambiguousWith: ['connection-reset', 'server-crash', 'network-lost'] };
  }
  return null;
}

/** Attempts that fail right after the end: whoever cut the connection took the server, too. That is no idle timer. */
function contradicts(lives: readonly Life[], view: SessionView): number {
  return countAfter(lives, view, ['refused', 'gateway']);
}

/** The end may come as 1006, or in order from a server with a timer of its own; not as a restart that says so. */
function isCandidate({ by, code }: Life): boolean {
  return by === 'lost' || by === 'unknown' || (by === 'server' && code !== 1012 && code !== 1009);
}

function findPatterns(
  view: SessionView,
  isExplained: (life: Life) => boolean,
  wanted: readonly Measure[],
  isWantedBeat: (found: Found) => boolean,
): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const ended = lives.filter(
      (life) => life.openedMs !== null && life.endMs !== null && isCandidate(life) && !isExplained(life),
    );
    if (ended.length === 0) return [];
    const hops = hopsAround(ended, view);
    const found = patternOf(ended) ?? singleOf(ended, new Set(hops.map(({ id }) => id)));
    if (!found || !wanted.includes(found.measure) || !isWantedBeat(found)) return [];
    const members = found.cluster.members.map(({ life }) => life);
    const failed = contradicts(members, view);
    if (failed * 2 >= members.length && failed > 0) return [];
    return [patternDraft(name, found, hops, view, failed, lives)];
  });
}

function patternDraft(
  endpoint: string,
  found: Found,
  hops: readonly Hop[],
  view: SessionView,
  failed: number,
  all: readonly Life[],
): Draft {
  const { measure, cluster, ambiguousWith } = found;
  const kind = KINDS[measure];
  const lives = cluster.members.map(({ life }) => life);
  const cutMs = cluster.medianMs;
  const limits = matchingLimits(cutMs, kind.limits, new Set(hops.map(({ id }) => id)));
  const isServer = lives.every(({ by }) => by === 'server');
  const beatMs = slowBeatMs(found);
  const first: Cause =
    isServer && measure !== 'lifetime' ? 'server-idle-timeout' : beatMs === null ? kind.cause : 'beat-too-slow';
  const others = [
    ...(first === kind.cause ? [] : [kind.cause]),
    ...(measure === 'lifetime' ? (['token-expired'] as const) : []),
    ...ambiguousWith,
  ];
  const sureness: Sureness = failed > 0 && found.sureness === 'high' ? 'medium' : found.sureness;
  return {
    about: `${endpoint} ${measure}`,
    title: `${kind.title(duration(cutMs), counted(lives.length, 'connection'))}${productsText(limits)}`,
    meaning: `${kind.meaning}${beatMs === null ? '' : text('idle_theHeartbeatComesEveryTooLate', duration(beatMs))}`,
    severity: 'problem',
    sureness,
    because: becauseText(cluster, measure),
    candidates: candidates(first, ...others),
    connectionIds: connectionIdsOf(lives),
    evidence: [
      ...connectionEvidence(lives, (life) =>
        text(
          'idle_then',
          duration(kind.msOf(life) ?? 0),
          measure === 'lifetime' ? text('idle_afterOpen') : text('idle_ofSilence'),
          life.code ?? text('idle_theEnd'),
        ),
      ),
      ...hopEvidence(lives, hops, view),
      ...aftermathEvidence(lives.slice(0, 3), view),
    ],
    against: againstOf(cluster, measure, view, all),
    nextCheck: ambiguousWith.includes('lifetime-cut')
      ? text('idle_sendAFrameEveryOnOne', duration(safePeriodMs(cutMs)))
      : candidate(first).check,
    advice: adviceFor(first, measure, cutMs, hops),
    span: spanOf(lives),
  };
}

function becauseText({ members, rangeMs, moments, share }: Cluster, measure: Measure): string {
  const what = text(measure === 'lifetime' ? 'idle_age' : 'idle_silence');
  const alone = moments === 1 ? text('idle_seenAtOneMomentOnlySo') : '';
  return text(
    'idle_atTheEqualToOfAll',
    counted(members.length, 'end'),
    counted(moments, 'moment'),
    what,
    duration(rangeMs),
    Math.round(share * 100),
    alone,
  );
}

/** ' (the default of nginx proxy_read_timeout, AWS ALB …)', or nothing. */
function productsText(limits: readonly KnownLimit[]): string {
  if (limits.length === 0) return '';
  return text(
    'idle_theDefaultOf',
    limits
      .slice(0, 4)
      .map(({ hop }) => hop)
      .join(', '),
  );
}

function hopEvidence(lives: readonly Life[], hops: readonly Hop[], view: SessionView): readonly Evidence[] {
  const handshake = lives.map((life) => view.handshakeOf(life)).find((found) => found !== null);
  if (!handshake || hops.length === 0) return [];
  return [
    {
      kind: 'handshake',
      handshakeId: handshake.handshakeId,
      connectionId: handshake.connectionId,
      says: text('idle_theAnswerNames', hops.map(({ name }) => name).join(', ')),
    },
  ];
}

/** Connections of the same endpoint that survived a longer silence, or grew older. */
function againstOf(
  { members, medianMs }: Cluster,
  measure: Measure,
  { untilMs }: SessionView,
  all: readonly Life[],
): readonly Evidence[] {
  const ids = new Set(members.map(({ life }) => life.id));
  const others = all.filter(({ id, openedMs }) => !ids.has(id) && openedMs !== null);
  const ageMs = ({ openedMs, endMs }: Life) => (endMs ?? untilMs) - (openedMs ?? untilMs);
  const silenceMs = ({ digest }: Life) => digest?.longestSilence?.durationMs ?? 0;
  const [ofMs, says] =
    measure === 'lifetime'
      ? [ageMs, text('idle_thisOneGrewOlder')]
      : [silenceMs, text('idle_thisOneSurvivedASilenceOf')];
  const longer = others.filter((life) => ofMs(life) > 1.2 * medianMs);
  return connectionEvidence(longer.slice(0, 3), (life) => `${says}${duration(ofMs(life))}.`);
}

function adviceFor(first: Cause, measure: Measure, cutMs: number, hops: readonly Hop[]): readonly Advice[] {
  if (measure === 'lifetime') {
    return [
      {
        text: text('idle_openTheNextConnectionBeforeThe', duration(cutMs)),
      },
      ...(hops.some(({ id }) => id === 'gcp') ? againstIdleCut(cutMs, hops).slice(2) : []),
    ];
  }
  if (first === 'server-idle-timeout') return [clientHeartbeat(safePeriodMs(cutMs))];
  if (measure === 'silentIn') {
    const [ping, , ...lines] = againstIdleCut(cutMs, hops);
    return [ping ?? serverPing(safePeriodMs(cutMs)), { text: text('idle_orLetTheServerAnswerThe') }, ...lines];
  }
  return againstIdleCut(cutMs, hops);
}

/** From which part of the cut on a heartbeat is too slow: the next one may come after it. */
const TOO_SLOW = 0.8;

/** Period of the page's or server's heartbeat where it is no shorter than the cut allows; null: none, or fast enough. */
function slowBeatMs({ cluster: { members, medianMs }, measure }: Found): number | null {
  if (measure === 'lifetime') return null;
  for (const { life } of members.slice(0, 100)) {
    const heartbeat = life.digest?.heartbeat;
    if (!heartbeat || (measure === 'silentIn' && heartbeat.by === 'page' && !heartbeat.isAnswered)) continue;
    const periodMs = heartbeat.announced?.periodMs ?? heartbeat.periodMs;
    if (periodMs !== null && periodMs >= TOO_SLOW * medianMs) return periodMs;
  }
  return null;
}

const patterns =
  (wanted: readonly Measure[], isWanted: (found: Found) => boolean = () => true): Rule['find'] =>
  (view, isExplained) =>
    findPatterns(view, isExplained, wanted, isWanted);

export const IDLE: readonly Rule[] = [
  ENGINE_IO_VERSION,
  {
    name: 'slow-heartbeat',
    family: 'idle and lifetime',
    says: 'A heartbeat that is slower than 0.8 times the silence after which connections are cut.',
    explains: true,
    find: patterns(['idle', 'silentIn', 'silentOut'], (found) => slowBeatMs(found) !== null),
  },
  {
    name: 'idle-cut',
    family: 'idle and lifetime',
    says: 'Ends after the same silence of both sides, compared with known limits.',
    explains: true,
    find: patterns(['idle']),
  },
  {
    name: 'one-way-beat',
    family: 'idle and lifetime',
    says: 'Ends after the same silence of one side while the other spoke.',
    explains: true,
    find: patterns(['silentIn', 'silentOut']),
  },
  {
    name: 'lifetime-cut',
    family: 'idle and lifetime',
    says: 'Ends at the same age while frames flowed.',
    explains: true,
    find: patterns(['lifetime']),
  },
];
