/** What the page did around its connections: messages unheard, handlers that threw, sends too early or too late. */
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
    says: "The page's handler threw on a frame.",
    severity: 'problem',
    countOf: ({ record }) => record.acts?.handlerErrors ?? 0,
    evidenceOf: ({ record }) => ({
      seq: record.acts?.firstHandlerErrorSeq ?? null,
      says: record.acts?.handlerErrorText || 'The handler threw.',
    }),
    title: (times, connections) => `The page's handler threw ${counted(times, 'time')} on ${connections}`,
    meaning:
      'What the frame said did not reach the application. JSON.parse of something that is no JSON is the usual reason.',
    advice: [SAFE_HANDLER],
  },
  {
    name: 'unheard-messages',
    cause: 'no-handler',
    says: 'Frames that came while nobody listened.',
    severity: 'warning',
    countOf: ({ record }) => record.acts?.unheard ?? 0,
    evidenceOf: ({ record }) => ({
      seq: null,
      says: `${record.acts?.unheard ?? 0} of ${record.framesIn} frames came while nobody listened.`,
    }),
    title: (times, connections) => `${counted(times, 'frame')} came to ${connections} while nobody listened`,
    meaning:
      'No handler for message was registered when they came: they are lost for the application. It happens when a handler is added after waiting for something else.',
    advice: [
      {
        text: 'Add the handler in the same task that makes the connection.',
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
    says: 'Calls of send() that threw because the connection was not open yet.',
    severity: 'warning',
    countOf: ({ record }) => record.acts?.sendsThrown ?? 0,
    evidenceOf: ({ record }) => ({
      seq: null,
      says: `${counted(record.acts?.sendsThrown ?? 0, 'call')} of send() threw InvalidStateError.`,
    }),
    title: (times, connections) =>
      `send() was called ${counted(times, 'time')} before ${connections} ${times === 1 ? 'was' : 'were'} open, and threw`,
    meaning:
      'In state CONNECTING send() throws InvalidStateError, and the message is lost unless the page catches it and tries again.',
    advice: [QUEUE_SENDS],
  },
  {
    name: 'send-after-close',
    cause: 'send-after-close',
    says: 'Frames that were sent after the end, which browsers discard in silence.',
    severity: 'warning',
    countOf: ({ digest, label }) => (label === null ? (digest?.discardedSends ?? 0) : 0),
    evidenceOf: ({ digest }) => ({
      seq: digest?.firstDiscardedSeq ?? null,
      says: `${counted(digest?.discardedSends ?? 0, 'frame')} discarded.`,
    }),
    title: (times, connections) =>
      `${counted(times, 'frame')} sent to ${connections} after the end, and discarded in silence`,
    meaning: 'In state CLOSING or CLOSED send() does nothing and says nothing: what the user did is lost.',
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
        because: `Seen as it happened, ${counted(times, 'time')}.`,
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
