/** Ends with a close frame that the page did not ask for: what the code says, and what lies behind it. */

import { text } from '../../../words/words.ts';
import { describeClose } from '../../close-codes.ts';
import { backoff, DRAIN_ON_DEPLOY } from '../advice.ts';
import { type Aftermath, aftermathEvidence, aftermathOf } from '../after.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { connectionEvidence, connectionIdsOf, counted, type Draft, duration, type Rule, spanOf } from '../draft.ts';
import type { Advice, Severity } from '../finding.ts';
import type { Life } from '../life.ts';
import { groupBy, type SessionView } from '../view.ts';

interface Reading {
  readonly causes: readonly [Cause, ...Cause[]];
  readonly severity: Severity;
  readonly advice: readonly Advice[];
}

const COME_BACK: readonly Advice[] = [backoff()];
const SERVER_LOG: readonly Advice[] = [
  {
    text: text('serverEnds_findTheErrorInTheLog'),
  },
  backoff(),
];

/** RFC 6455 section 7.4.1 and the IANA registry. */
const CODES: Readonly<Record<number, Reading>> = {
  1000: { causes: ['unexplained-close'], severity: 'note', advice: [] },
  1001: { causes: ['server-restart'], severity: 'warning', advice: [...DRAIN_ON_DEPLOY, ...COME_BACK] },
  1002: {
    causes: ['protocol-error'],
    severity: 'problem',
    advice: [
      {
        text: text('serverEnds_doNotComeBackWithThe'),
      },
    ],
  },
  1003: {
    causes: ['unsupported-data'],
    severity: 'problem',
    advice: [{ text: text('serverEnds_sendTheKindOfDataThat') }],
  },
  1005: {
    causes: ['closed-without-code'],
    severity: 'note',
    advice: [
      {
        text: text('serverEnds_letTheServerGiveACode'),
        lines: { of: 'server (Node.js, ws)', text: "socket.close(1000, 'why')" },
      },
    ],
  },
  1007: {
    causes: ['bad-payload'],
    severity: 'problem',
    advice: [{ text: text('serverEnds_sendTextAsUtf8And') }],
  },
  1008: {
    causes: ['policy-violation', 'unauthorized', 'forbidden', 'rate-limited'],
    severity: 'problem',
    advice: [{ text: text('serverEnds_comeBackOnlyAfterTheReason') }],
  },
  1009: { causes: ['message-too-big'], severity: 'problem', advice: [] },
  1010: { causes: ['protocol-error'], severity: 'problem', advice: [] },
  1011: { causes: ['server-error', 'half-open'], severity: 'problem', advice: SERVER_LOG },
  1012: { causes: ['server-restart'], severity: 'warning', advice: COME_BACK },
  1013: { causes: ['overloaded', 'rate-limited'], severity: 'problem', advice: [backoff(5_000, 120_000)] },
  1014: { causes: ['bad-gateway'], severity: 'problem', advice: COME_BACK },
};

/** What reasons and names of codes tell, whatever the code. */
const REASONS: readonly (readonly [pattern: RegExp, cause: Cause])[] = [
  [/\b(?:token|jwt|session|credentials?)\b.{0,30}\b(?:expired|ended|timed? ?out)|expired/i, 'token-expired'],
  [/rate.?limit|too many|throttl|flood|slow down|quota/i, 'rate-limited'],
  [/un-?auth|authenticat|not logged|login|invalid token|bad token/i, 'unauthorized'],
  [/forbidden|permission|\borigin\b/i, 'forbidden'],
  [/too (?:big|large|long)|max.?(?:payload|size)/i, 'message-too-big'],
  [/restart|deploy|shut.?ting? ?down|shutdown|drain|going away|maintenance/i, 'server-restart'],
  [/heartbeat|ping|pong|keep.?alive|idle|inactiv|stale/i, 'server-idle-timeout'],
  [/overload|busy|try again|capacity/i, 'overloaded'],
  [/version|protocol|unsupported/i, 'protocol-version-mismatch'],
];

/** The reading of one end: the reason first, then the code, then what the protocol says of its own codes. */
function readingOf(life: Life): Reading {
  const code = life.code ?? 1005;
  const known = CODES[code];
  const meaning = describeClose(code, life.digest?.protocol?.id);
  const told = REASONS.find(([pattern]) => pattern.test(life.reason))?.[1];
  // Rules read English whatever the panel speaks: a protocol's own words are, of the general ones only the name is.
  const words = meaning.protocol === null ? meaning.name : `${meaning.name} ${meaning.meaning}`;
  const named = code >= 3_000 ? REASONS.find(([pattern]) => pattern.test(words))?.[1] : undefined;
  const first = told ?? named;
  const usual: Reading = known ?? {
    causes: [meaning.family === 'invalid' ? 'protocol-error' : 'application-close'],
    severity: meaning.family === 'normal' ? 'note' : 'warning',
    advice: [{ text: text('serverEnds_reconnect', code, meaning.title, meaning.meaning, meaning.reconnect) }],
  };
  if (first === undefined || usual.causes.includes(first)) {
    return first === undefined ? usual : { ...usual, causes: [first] };
  }
  const severity = usual.severity === 'note' && told ? 'warning' : usual.severity;
  return { ...usual, severity, causes: [first, ...usual.causes.slice(0, 1)] };
}

function findCloses(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const ended = lives.filter((life) => isToldEnd(life) && !isExplained(life));
    const groups = groupBy(ended, ({ code, reason }) => `${code ?? 1005} ${reason}`);
    return groups.flatMap(([key, group]) => (group[0] ? [closeDraft(name, key, group[0], group, view)] : []));
  });
}

function closeDraft(endpoint: string, key: string, sample: Life, group: readonly Life[], view: SessionView): Draft {
  const code = sample.code ?? 1005;
  const { causes, severity, advice } = readingOf(sample);
  const { title: name, meaning } = describeClose(code, sample.digest?.protocol?.id);
  const [first, ...others] = causes;
  const said = sample.reason === '' ? text('serverEnds_noReason') : `“${sample.reason}”`;
  return {
    about: `${endpoint} ${key}`,
    title: text('serverEnds_closedByTheServerWith', code, name, counted(group.length, 'connection')),
    meaning: text('serverEnds_reasonGiven', meaning, said),
    severity,
    sureness: causes.length === 1 ? 'high' : 'medium',
    because: text('serverEnds_withFrom', counted(group.length, 'close frame'), code, endpoint, said),
    candidates: candidates(first, ...others),
    connectionIds: connectionIdsOf(group),
    evidence: [
      ...connectionEvidence(group, (life) => text('serverEnds_after', code, duration(life.lifetimeMs ?? 0))),
      ...aftermathEvidence(group.slice(0, 3), view),
    ],
    against: [],
    nextCheck: candidate(first).check,
    advice,
    span: spanOf(group),
  };
}

/** A close frame that the page did not ask for, or a farewell of the server within the protocol before the connection was cut. */
function isToldEnd({ by, openedMs, farewell }: Life): boolean {
  if (openedMs === null) return false;
  return by === 'server' || (by === 'lost' && farewell !== null && !farewell.isOut);
}

/** A server that was gone right afterwards did not send what is forbidden: it fell, and Firefox tells of its reset as of a failure. */
const GONE: ReadonlySet<Aftermath> = new Set(['refused', 'gateway']);

/** A browser that receives what the protocol forbids fails the connection: error, then 1006 (RFC 6455 section 7.1.7). */
function findFailedByBrowser(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const found = lives.filter(
      (life) =>
        life.openedMs !== null &&
        life.endMs !== null &&
        life.record.erroredAtMs !== null &&
        life.by !== 'page' &&
        !isExplained(life) &&
        !GONE.has(aftermathOf(life, view)),
    );
    if (found.length === 0) return [];
    return [
      {
        about: name,
        title: text('serverEnds_theBrowserItselfEndedBecauseOf', counted(found.length, 'connection')),
        meaning: text('serverEnds_anErrorEventBeforeTheClose'),
        severity: 'problem',
        // Firefox fires error for a TCP reset, too.
        sureness: 'medium',
        because: text('serverEnds_errorBeforeCloseOnOneThat', counted(found.length, 'open connection')),
        candidates: candidates('invalid-frame', 'connection-reset', 'bad-payload', 'message-too-big'),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          text('serverEnds_errorThenAfter', life.code ?? text('serverEnds_theEnd'), duration(life.lifetimeMs ?? 0)),
        ),
        against: [],
        nextCheck: candidate('invalid-frame').check,
        advice: [
          {
            text: text('serverEnds_lookForSomethingThatWritesTo'),
          },
          {
            text: text('serverEnds_turnCompressionOffForATry'),
            lines: { of: 'server (Node.js, ws)', text: 'new WebSocketServer({ perMessageDeflate: false })' },
          },
        ],
        span: spanOf(found),
      },
    ];
  });
}

/** No browser says 1006 and wasClean: who does is a stand-in (WHATWG websockets, "the WebSocket connection is closed"). */
function findMocked(view: SessionView): readonly Draft[] {
  const found = view.lives.filter(
    ({ label, record: { close } }) => label !== 'simulated' && close !== null && close.code === 1006 && close.wasClean,
  );
  if (found.length === 0) return [];
  return [
    {
      about: 'page',
      title: text('serverEnds_1006WithWascleanOnAStand', counted(found.length, 'connection')),
      meaning: text('serverEnds_noBrowserClosesSo1006Is'),
      severity: 'note',
      sureness: 'high',
      because: text('serverEnds_theStandardForbidsTheCombination'),
      candidates: candidates('mocked'),
      connectionIds: connectionIdsOf(found),
      evidence: connectionEvidence(found, () => text('serverEnds_1006WascleanTrue')),
      against: [],
      nextCheck: candidate('mocked').check,
      advice: [],
      span: spanOf(found),
    },
  ];
}

/** Opened and ended again at once, several times: it is let in, and thrown out. */
const INSTANT_MS = 1_000;
const INSTANT_TIMES = 3;

function findInstant(view: SessionView, isExplained: (life: Life) => boolean): readonly Draft[] {
  return view.endpoints.flatMap(({ name, lives }) => {
    const opened = lives.filter(({ openedMs, endMs }) => openedMs !== null && endMs !== null);
    const found = opened.filter(
      (life) =>
        life.lifetimeMs !== null &&
        life.lifetimeMs < INSTANT_MS &&
        (life.by === 'lost' || life.by === 'server') &&
        !isExplained(life),
    );
    if (found.length < INSTANT_TIMES || found.length * 2 < opened.length) return [];
    const code = found[0]?.code ?? null;
    const isLost = found.every(({ by }) => by === 'lost');
    const told = found.map((life) => readingOf(life).causes[0]).find((cause) => SAYS_WHY.has(cause));
    const first: Cause = !isLost && told ? told : 'instant-close';
    return [
      {
        about: name,
        title: text('serverEnds_connectionsWereAcceptedAndEndedWithin', found.length, duration(INSTANT_MS)),
        meaning: text('serverEnds_theHandshakeWorksAndThenSomebody'),
        severity: 'problem',
        sureness: found.length >= 5 ? 'high' : 'medium',
        because: text(
          'serverEnds_ofLivedShorterThan',
          found.length,
          opened.length,
          duration(INSTANT_MS),
          code === null ? '' : text('serverEnds_theFirstEndedWith', code),
        ),
        candidates: candidates(
          first,
          'instant-close',
          'unauthorized',
          'forbidden',
          'protocol-version-mismatch',
          'server-crash',
          'server-error',
        ),
        connectionIds: connectionIdsOf(found),
        evidence: connectionEvidence(found, (life) =>
          text('serverEnds_livedEndedWith', duration(life.lifetimeMs ?? 0), life.code ?? text('serverEnds_noCode')),
        ),
        against: [],
        nextCheck: text('serverEnds_runTheWscatCommandWithA'),
        advice: [
          {
            text: text('serverEnds_letTheServerSayWhyWith'),
            lines: { of: 'server (Node.js, ws)', text: "socket.close(1008, 'token missing')" },
          },
          {
            text: text('serverEnds_doNotResetTheBackoffAt'),
          },
          backoff(),
        ],
        span: spanOf(found),
      },
    ];
  });
}

const SAYS_WHY: ReadonlySet<Cause> = new Set([
  'unauthorized',
  'forbidden',
  'rate-limited',
  'token-expired',
  'protocol-version-mismatch',
  'policy-violation',
  'server-error',
  'overloaded',
]);

export const SERVER_ENDS: readonly Rule[] = [
  {
    name: 'impossible-close',
    family: 'server ends',
    says: '1006 with wasClean: made by a stand-in for WebSocket.',
    explains: true,
    find: findMocked,
  },
  {
    name: 'failed-by-browser',
    family: 'server ends',
    says: 'error before close on an open connection: the browser received what the protocol forbids.',
    explains: true,
    find: findFailedByBrowser,
  },
];

export const INSTANT_CLOSE: Rule = {
  name: 'instant-close',
  family: 'server ends',
  says: `At least ${INSTANT_TIMES} connections that opened and ended within ${duration(INSTANT_MS)}.`,
  explains: true,
  find: findInstant,
};

/** After the rules that know more than the code. */
export const CLOSE_CODES: Rule = {
  name: 'close-code',
  family: 'server ends',
  says: 'Close frames of the server, by code and reason, with the codes of the recognised protocol.',
  explains: true,
  find: findCloses,
};
