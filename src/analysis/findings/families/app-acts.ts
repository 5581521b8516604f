/** What the page did around its connections: messages unheard, handlers that threw, sends too early or too late. */

import { text } from '../../../words/words.ts';
import { QUEUE_SENDS, SAFE_HANDLER } from '../advice.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { connectionIdsOf, counted, type Draft, MAX_EVIDENCE, type Rule, spanOf } from '../draft.ts';
import type { Advice, Evidence, Severity } from '../finding.ts';
import type { Life } from '../life.ts';
import type { SessionView } from '../view.ts';

interface Act {
  readonly name: string;
  readonly cause: Cause;
  readonly says: string;
  readonly severity: Severity;
  /** How often on this connection; 0: not at all. */
  readonly countOf: (life: Life) => number;
  readonly evidenceOf: (life: Life) => { readonly seq: number | null; readonly says: string };
  readonly title: (times: number, connections: string) => string;
  readonly meaning: string;
  readonly advice: readonly Advice[];
}

const ACTS: readonly Act[] = [
  {
    name: 'handler-error',
    cause: 'handler-error',
    says: text('appActs_thePagesHandlerThrewOnA'),
    severity: 'problem',
    countOf: ({ record }) => record.acts?.handlerErrors ?? 0,
    evidenceOf: ({ record }) => ({
      seq: record.acts?.firstHandlerErrorSeq ?? null,
      says: record.acts?.handlerErrorText || text('appActs_theHandlerThrew'),
    }),
    title: (times, connections) => text('appActs_thePagesHandlerThrewOn', counted(times, 'time'), connections),
    meaning: text('appActs_whatTheFrameSaidDidNot'),
    advice: [SAFE_HANDLER],
  },
  {
    name: 'unheard-messages',
    cause: 'no-handler',
    says: text('appActs_framesThatCameWhileNobodyListened'),
    severity: 'warning',
    countOf: ({ record }) => record.acts?.unheard ?? 0,
    evidenceOf: ({ record }) => ({
      seq: null,
      says: text('appActs_ofFramesCameWhileNobodyListened', record.acts?.unheard ?? 0, record.framesIn),
    }),
    title: (times, connections) => text('appActs_cameToWhileNobodyListened', counted(times, 'frame'), connections),
    meaning: text('appActs_noHandlerForMessageWasRegistered'),
    advice: [
      {
        text: text('appActs_addTheHandlerInTheSame'),
        lines: {
          of: 'client (JavaScript)',
          text: "const socket = new WebSocket(url);\nsocket.addEventListener('message', onMessage);",
        },
      },
    ],
  },
  {
    name: 'send-before-open',
    cause: 'send-before-open',
    says: text('appActs_callsOfSendThatThrewBecause'),
    severity: 'warning',
    countOf: ({ record }) => record.acts?.sendsThrown ?? 0,
    evidenceOf: ({ record }) => ({
      seq: null,
      says: text('appActs_ofSendThrewInvalidstateerror', counted(record.acts?.sendsThrown ?? 0, 'call')),
    }),
    title: (times, connections) =>
      text(
        times === 1 ? 'appActs_sendWasCalledBeforeOpenOnce' : 'appActs_sendWasCalledBeforeOpen',
        counted(times, 'time'),
        connections,
      ),
    meaning: text('appActs_inStateConnectingSendThrowsInvalidstateerror'),
    advice: [QUEUE_SENDS],
  },
  {
    name: 'send-after-close',
    cause: 'send-after-close',
    says: text('appActs_framesThatWereSentAfterThe'),
    severity: 'warning',
    countOf: ({ digest, label }) => (label === null ? (digest?.discardedSends ?? 0) : 0),
    evidenceOf: ({ digest }) => ({
      seq: digest?.firstDiscardedSeq ?? null,
      says: text('appActs_discarded', counted(digest?.discardedSends ?? 0, 'frame')),
    }),
    title: (times, connections) => text('appActs_sentToAfterTheEndAnd', counted(times, 'frame'), connections),
    meaning: text('appActs_inStateClosingOrClosedSend'),
    advice: [QUEUE_SENDS],
  },
];

function findAct(act: Act): Rule['find'] {
  return ({ lives }: SessionView): readonly Draft[] => {
    const found = lives.filter(
      (life) => life.label !== 'dev-server' && life.label !== 'simulated' && act.countOf(life) > 0,
    );
    if (found.length === 0) return [];
    const times = found.reduce((sum, life) => sum + act.countOf(life), 0);
    return [
      {
        about: act.name,
        title: act.title(times, counted(found.length, 'connection')),
        meaning: act.meaning,
        severity: act.severity,
        sureness: 'high',
        because: text('appActs_seenAsItHappened', counted(times, 'time')),
        candidates: candidates(act.cause),
        connectionIds: connectionIdsOf(found),
        evidence: found.slice(0, MAX_EVIDENCE).map((life): Evidence => {
          const { seq, says } = act.evidenceOf(life);
          return seq === null
            ? { kind: 'connection', connectionId: life.id, says }
            : { kind: 'frame', connectionId: life.id, seq, says };
        }),
        against: [],
        nextCheck: candidate(act.cause).check,
        advice: act.advice,
        span: spanOf(found),
      },
    ];
  };
}

export const APP_ACTS: readonly Rule[] = ACTS.map((act) => ({
  name: act.name,
  family: 'app acts',
  says: act.says,
  explains: false,
  find: findAct(act),
}));
