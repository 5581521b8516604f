/** Ends without a close frame that no rule before could explain by themselves: alone, at once, or again and again. */

import { text } from '../../../words/words.ts';
import { backoff, DRAIN_ON_DEPLOY, GRACEFUL_CLOSE, serverPing } from '../advice.ts';
import {
  aftermathEvidence,
  aftermathOf,
  countAfter,
  hopsAround,
  MAX_LOOKED_AT,
  originOf,
  survivorEvidence,
  survivorsOf,
} from '../after.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { momentsOf, SAME_MOMENT_MS } from '../clusters.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Advice, Sureness } from '../finding.ts';
import type { Life } from '../life.ts';
import type { SessionView } from '../view.ts';

const RESTART_CODES: ReadonlySet<number> = new Set([1001, 1012]);

function isUnasked({ by, openedMs, endMs }: Life): boolean {
  return openedMs !== null && endMs !== null && (by === 'lost' || by === 'server' || by === 'unknown');
}

/** A server that stops may still let somebody in, for a moment, before it is gone. */
const AFTERSHOCK_MS = 10_000;
const LET_IN_MS = 2_000;

function isRestart({ code }: Life): boolean {
  return RESTART_CODES.has(code ?? 0);
}

/** Lost right after it was made, short after others of its server were told of a restart: part of the same. */
function isAftershock(life: Life, group: readonly Life[]): boolean {
  const told = group.find(isRestart);
  return (
    told !== undefined &&
    life.by === 'lost' &&
    (life.lifetimeMs ?? 0) <= LET_IN_MS &&
    (life.endMs ?? 0) - (told.endMs ?? 0) <= AFTERSHOCK_MS &&
    originOf(life.record.url) === originOf(told.record.url)
  );
}

/** Ends in groups, each no more than a second after the one before, or an aftershock of it. */
function momentsIn(lives: readonly Life[]): readonly (readonly Life[])[] {
  const groups: Life[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const life of [...lives].sort((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0))) {
    const endMs = life.endMs ?? 0;
    const group = groups.at(-1);
    if (group && (endMs - lastMs <= SAME_MOMENT_MS || isAftershock(life, group))) group.push(life);
    else groups.push([life]);
    lastMs = endMs;
  }
  return groups;
}

interface Reading {
  readonly causes: readonly [Cause, ...Cause[]];
  readonly sureness: Sureness;
  readonly says: string;
}

/** What several ends at once mean, from codes, origins, and how the next attempts went. */
function readMass(group: readonly Life[], view: SessionView): Reading {
  const origins = new Set(group.map(({ record }) => originOf(record.url)));
  if (group.every((life) => isRestart(life) || isAftershock(life, group))) {
    return { causes: ['server-restart'], sureness: 'high', says: text('abnormal_allWithACloseFrameThat') };
  }
  if (group.filter(({ code }) => RESTART_CODES.has(code ?? 0)).length * 2 > group.length) {
    return {
      causes: ['server-restart', 'server-crash'],
      sureness: 'medium',
      says: text('abnormal_mostOfThemWithAClose'),
    };
  }
  if (origins.size > 1) {
    return {
      causes: ['network-lost', 'offline', 'slept', 'network-changed'],
      sureness: 'medium',
      says: text('abnormal_ofDifferentServersWhatTheyShare', origins.size),
    };
  }
  return readAftermath(group, view);
}

/** The same of one server: who answers afterwards tells what has gone. */
function readAftermath(group: readonly Life[], view: SessionView): Reading {
  if (countAfter(group, view, ['refused']) > 0) {
    return {
      causes: ['server-crash', 'proxy-reload'],
      sureness: 'high',
      says: text('abnormal_andThenNobodyListenedAnyMore'),
    };
  }
  if (countAfter(group, view, ['gateway']) > 0) {
    return {
      causes: ['server-crash', 'bad-gateway', 'proxy-reload'],
      sureness: 'medium',
      says: text('abnormal_andThenAProxyAnsweredWithout'),
    };
  }
  if (countAfter(group, view, ['failed', 'later']) > 0) {
    return {
      causes: ['server-crash', 'network-lost', 'proxy-reload'],
      sureness: 'medium',
      says: text('abnormal_andTheNextAttemptsFailed'),
    };
  }
  const isProxied = hopsAround(group, view).length > 0;
  const causes: Reading['causes'] = isProxied
    ? ['proxy-reload', 'server-crash', 'connection-reset']
    : ['server-crash', 'proxy-reload', 'connection-reset', 'network-lost'];
  const isBackAtOnce = countAfter(group, view, ['atOnce']) > 0;
  return {
    causes,
    sureness: 'low',
    says: isBackAtOnce ? text('abnormal_andTheNextAttemptsOpenedAt') : text('abnormal_andNoAttemptTellsMore'),
  };
}

function findMass(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  const ended = view.lives.filter((life) => life.label === null && isUnasked(life) && !isExplained(life));
  return momentsIn(ended)
    .filter((group) => group.length >= 2)
    .map((group): Draft => {
      const { causes, sureness, says } = readMass(group, view);
      const [first, ...others] = causes;
      const atMs = group[0]?.endMs ?? 0;
      const survivors = survivorsOf(view, atMs, new Set(connectionIdsOf(group)), MAX_LOOKED_AT);
      const isOneOrigin = new Set(group.map(({ record }) => originOf(record.url))).size === 1;
      const isSparing = survivors.some(({ record }) => originOf(record.url) === originOf(group[0]?.record.url ?? ''));
      const speaksAgainst = isSparing || (!isOneOrigin && survivors.length > 0);
      return {
        about: `${atMs}`,
        title: text('abnormal_connectionsEndedWithinOfEachOther', group.length, duration(SAME_MOMENT_MS), says),
        meaning: text('abnormal_oneEventEndedThemAllIt'),
        severity: first === 'server-restart' ? 'warning' : 'problem',
        sureness: speaksAgainst ? 'low' : sureness,
        because: text('abnormal_endsAtOnce', group.length, says),
        candidates: candidates(first, ...others),
        connectionIds: connectionIdsOf(group),
        evidence: [
          ...connectionEvidence(group, ({ code, lifetimeMs }) =>
            text('abnormal_endedWithAfter', code ?? text('abnormal_noCode'), duration(lifetimeMs ?? 0)),
          ),
          ...aftermathEvidence(group.slice(0, 4), view),
        ],
        against: speaksAgainst ? survivorEvidence(survivors, atMs) : [],
        nextCheck: candidate(first).check,
        advice: ADVICE,
        span: spanOf(group),
      };
    });
}

const ADVICE: readonly Advice[] = [GRACEFUL_CLOSE, ...DRAIN_ON_DEPLOY, backoff()];

/** Lost, and then nobody or only a proxy answered: the server went away, once or again and again. */
const LOOP_TIMES = 3;
/** Lifetimes this even are a sign of one reason, such as memory that fills up at the same pace. */
const LOOP_SPREAD = 0.5;

function findGone(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter((life) => {
      if (
        (life.by !== 'lost' && life.by !== 'unknown') ||
        life.openedMs === null ||
        life.endMs === null ||
        isExplained(life)
      )
        return false;
      const aftermath = aftermathOf(life, view);
      return aftermath === 'refused' || aftermath === 'gateway' || aftermath === 'later' || aftermath === 'failed';
    });
    if (found.length === 0) return [];
    const { causes, sureness, says } = readAftermath(found, view);
    const ages = found.map(({ lifetimeMs }) => lifetimeMs ?? 0).sort((a, b) => a - b);
    const middle = ages[ages.length >> 1] ?? 0;
    const isEven = (ages.at(-1) ?? 0) - (ages[0] ?? 0) <= LOOP_SPREAD * middle;
    const isLoop = momentsOf(found) >= LOOP_TIMES;
    const [first, ...others] = causes;
    return [
      {
        about: name,
        title: isLoop
          ? text(
              'abnormal_theServerWentAwayTimes',
              momentsOf(found),
              isEven ? text('abnormal_eachTimeAfterAbout', duration(middle)) : '',
            )
          : text('abnormal_lost', counted(found.length, 'connection'), says),
        meaning:
          isLoop && isEven
            ? text('abnormal_aProcessThatDiesAgainAnd')
            : text('abnormal_theConnectionEndedWithoutAClose'),
        severity: 'problem',
        sureness,
        because: text('abnormal_at', counted(found.length, 'end'), counted(momentsOf(found), 'moment'), says),
        candidates: isLoop ? candidates(first, 'crash-loop', ...others) : candidates(first, ...others),
        connectionIds: connectionIdsOf(found),
        evidence: [
          ...connectionEvidence(found, ({ lifetimeMs }) =>
            text('abnormal_livedNoCloseFrame', duration(lifetimeMs ?? 0)),
          ),
          ...aftermathEvidence(found, view),
        ],
        against: [],
        nextCheck: candidate(isLoop ? 'crash-loop' : first).check,
        advice: [
          GRACEFUL_CLOSE,
          backoff(),
          ...(isLoop
            ? [
                {
                  text: text('abnormal_letSeveralServersStandBehindThe'),
                },
              ]
            : []),
        ],
        span: spanOf(found),
      },
    ];
  });
}

/** From so long a silence on, an idle timer is among the candidates even of a single end. */
const SILENT_MS = 20_000;

function findLost(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(
      (life) =>
        (life.by === 'lost' || life.by === 'unknown') &&
        life.openedMs !== null &&
        life.endMs !== null &&
        !isExplained(life),
    );
    const [sample] = found;
    if (!sample) return [];
    const isSilent = found.every(({ idleMs }) => (idleMs ?? 0) >= SILENT_MS);
    const isProxied = hopsAround(found, view).length > 0;
    const atMs = sample.endMs ?? 0;
    const survivors = survivorsOf(view, atMs, new Set(connectionIdsOf(found)), MAX_LOOKED_AT);
    const usual: readonly Cause[] = isProxied
      ? ['proxy-reload', 'connection-reset', 'server-crash', 'network-lost']
      : ['connection-reset', 'server-crash', 'proxy-reload', 'network-lost'];
    const ordered = isSilent ? (['idle-cut', ...usual] as const) : usual;
    const first = ordered[0] ?? 'connection-reset';
    return [
      {
        about: name,
        title: text(
          'abnormal_endedWithoutACloseFrame',
          counted(found.length, 'connection'),
          isSilent ? text('abnormal_afterALongSilence') : '',
        ),
        meaning: text('abnormal_tcpEndedAndNobodySaidWhy'),
        severity: 'problem',
        sureness: 'low',
        because: text('abnormal_with1006AndNoPatternIn', counted(found.length, 'end')),
        candidates: candidates(first, ...ordered.slice(1)),
        connectionIds: connectionIdsOf(found),
        evidence: [
          ...connectionEvidence(found, ({ lifetimeMs, idleMs }) =>
            text('abnormal_livedSilentForBeforeTheEnd', duration(lifetimeMs ?? 0), duration(idleMs ?? 0)),
          ),
          ...aftermathEvidence(found, view),
        ],
        against: survivorEvidence(survivors, atMs),
        nextCheck: isSilent ? candidate('idle-cut').check : text('abnormal_lookIntoTheLogsOfThe'),
        advice: [serverPing(25_000), GRACEFUL_CLOSE, backoff()],
        span: spanOf(found),
      },
    ];
  });
}

export const MASS_AND_GONE: readonly Rule[] = [
  {
    name: 'mass-close',
    family: 'abnormal ends',
    says: 'Two or more ends within a second: restart, crash, proxy or network, by codes, origins and what followed.',
    explains: true,
    find: findMass,
  },
  {
    name: 'server-gone',
    family: 'abnormal ends',
    says: 'Lost, and then refused, or answered by a proxy alone; three times and more is a loop.',
    explains: true,
    find: findGone,
  },
];

export const CONNECTION_LOST: Rule = {
  name: 'connection-lost',
  family: 'abnormal ends',
  says: '1006 that nothing else explains: candidates in order, and what separates them.',
  explains: true,
  find: findLost,
};
