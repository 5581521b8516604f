/** How good the conversation was: latency, numbering, and the shape of messages. */

import { text } from '../../../words/words.ts';
import type { Digest, Durations } from '../../digest/digest.ts';
import { type Cause, candidate, candidates } from '../causes.ts';
import { connectionIdsOf, counted, type Draft, duration, MAX_EVIDENCE, type Rule, spanOf } from '../draft.ts';
import type { Advice, Evidence, Sureness } from '../finding.ts';
import type { Life } from '../life.ts';
import type { SessionView } from '../view.ts';

/** Nobody waits gladly for longer than a second (Nielsen, response times). */
const SLOW_MEDIAN_MS = 1_000;
const SLOW_P95_MS = 3_000;
/** A round trip across the world takes a third of this. */
const SLOW_ROUND_TRIP_MS = 1_000;
const MIN_SAMPLES = 5;

function isSlow({ count, medianMs, p95Ms }: Durations): boolean {
  return count >= MIN_SAMPLES && (medianMs >= SLOW_MEDIAN_MS || p95Ms >= SLOW_P95_MS);
}

function isSlowRoundTrip({ count, medianMs }: Durations): boolean {
  return count >= 3 && medianMs >= SLOW_ROUND_TRIP_MS;
}

interface Quality {
  readonly name: string;
  readonly says: string;
  readonly cause: Cause;
  readonly others: readonly Cause[];
  readonly matches: (digest: Digest) => boolean;
  readonly countOf: (digest: Digest) => number;
  readonly title: (digest: Digest, connections: string) => string;
  readonly meaning: string;
  readonly seqsOf: (digest: Digest) => readonly number[];
  readonly saysOf: (digest: Digest) => string;
  readonly advice: readonly Advice[];
}

const QUALITIES: readonly Quality[] = [
  {
    name: 'slow-round-trip',
    says: text('quality_heartbeatsThatAreAnsweredAfterOr', duration(SLOW_ROUND_TRIP_MS)),
    cause: 'slow-network',
    others: ['server-stalled', 'page-busy'],
    matches: ({ heartbeat }) => heartbeat?.roundTrip != null && isSlowRoundTrip(heartbeat.roundTrip),
    countOf: ({ heartbeat }) => heartbeat?.roundTrip?.count ?? 0,
    title: ({ heartbeat }, connections) =>
      text('quality_aHeartbeatTakesThereAndBack', duration(heartbeat?.roundTrip?.medianMs ?? 0), connections),
    meaning: text('quality_aHeartbeatNeedsNoWorkIts'),
    seqsOf: ({ heartbeat }) => heartbeat?.roundTrip?.slowest ?? [],
    saysOf: ({ heartbeat }) =>
      text(
        'quality_medianAtMost',
        duration(heartbeat?.roundTrip?.medianMs ?? 0),
        duration(heartbeat?.roundTrip?.maxMs ?? 0),
      ),
    advice: [{ text: text('quality_serveUsersFromAPlaceNear') }],
  },
  {
    name: 'high-latency',
    says: text('quality_answersWhoseMedianIsOrMore', duration(SLOW_MEDIAN_MS), duration(SLOW_P95_MS)),
    cause: 'slow-answers',
    others: ['slow-network', 'page-busy'],
    matches: ({ latency }) => latency !== null && isSlow(latency),
    countOf: ({ latency }) => latency?.count ?? 0,
    title: ({ latency }, connections) =>
      text(
        'quality_answersTakeTheSlowestTwentiethOn',
        duration(latency?.medianMs ?? 0),
        duration(latency?.p95Ms ?? 0),
        connections,
      ),
    meaning: text('quality_measuredFromARequestToThe'),
    seqsOf: ({ latency }) => latency?.slowest ?? [],
    saysOf: ({ latency }) =>
      text('quality_atMost', counted(latency?.count ?? 0, 'answer'), duration(latency?.maxMs ?? 0)),
    advice: [
      {
        text: text('quality_ifTheHeartbeatIsFastLook'),
      },
    ],
  },
  {
    name: 'numbering-gaps',
    says: text('quality_numbersInFramesThatJumpTurn'),
    cause: 'frames-missing',
    others: [],
    matches: ({ numbering }) => numbering !== null && numbering.missing + numbering.reordered + numbering.repeated > 0,
    countOf: ({ numbering }) => numbering?.frames ?? 0,
    title: ({ numbering }, connections) =>
      text(
        'quality_numberedMessagesOnMissingOutOf',
        connections,
        numbering?.missing ?? 0,
        numbering?.reordered ?? 0,
        numbering?.repeated ?? 0,
      ),
    meaning: text('quality_oneWebsocketLosesAndReordersNothing'),
    seqsOf: ({ numbering }) => numbering?.firstSeqs ?? [],
    saysOf: ({ numbering }) => text('quality_jumpsOrTurnsBackHere', numbering?.path ?? ''),
    advice: [
      {
        text: text('quality_letTheClientSayAtEach'),
      },
    ],
  },
  {
    name: 'validation-failures',
    says: text('quality_messagesThatDoNotFitThe'),
    cause: 'unexpected-shape',
    others: [],
    matches: ({ validation }) => validation !== null && validation.failed > 0,
    countOf: ({ validation }) => validation?.checked ?? 0,
    title: ({ validation }, connections) =>
      text('quality_ofMessagesOnAreNotOf', validation?.failed ?? 0, validation?.checked ?? 0, connections),
    meaning: text('quality_checkedAgainstTheSchemaOfThis'),
    seqsOf: ({ validation }) => validation?.firstSeqs ?? [],
    saysOf: ({ validation }) => validation?.firstError || text('quality_doesNotFit'),
    advice: [{ text: text('quality_letBothSidesCheckAgainstOne') }],
  },
];

interface Read {
  readonly life: Life;
  readonly digest: Digest;
}

function findQuality(quality: Quality): Rule['find'] {
  return ({ endpoints }: SessionView): readonly Draft[] =>
    endpoints.flatMap(({ name, lives }): readonly Draft[] => {
      const found = lives.flatMap((life): readonly Read[] =>
        life.digest && quality.matches(life.digest) ? [{ life, digest: life.digest }] : [],
      );
      // What was not recorded may be what seems to be missing.
      const [worst] = found;
      if (!worst) return [];
      const samples = found.reduce((sum, { digest }) => sum + quality.countOf(digest), 0);
      const hasGaps = quality.name === 'numbering-gaps' && found.every(({ life }) => life.record.framesMissed > 0);
      const sureness: Sureness = hasGaps ? 'low' : samples >= 4 * MIN_SAMPLES ? 'high' : 'medium';
      const ids = connectionIdsOf(found.map(({ life }) => life));
      return [
        {
          about: name,
          title: quality.title(worst.digest, counted(found.length, 'connection')),
          meaning: quality.meaning,
          severity: 'warning',
          sureness,
          because: text(
            'quality_fromOn',
            counted(samples, 'sample'),
            counted(found.length, 'connection'),
            hasGaps ? text('quality_butTheRecordingItselfHasGaps') : '',
          ),
          candidates: candidates(quality.cause, ...quality.others),
          connectionIds: ids,
          evidence: found.slice(0, 4).flatMap(({ life, digest }): readonly Evidence[] => {
            const seqs = quality.seqsOf(digest).slice(0, MAX_EVIDENCE / 4);
            const says = quality.saysOf(digest);
            return seqs.length === 0
              ? [{ kind: 'connection', connectionId: life.id, says }]
              : seqs.map((seq) => ({ kind: 'frame', connectionId: life.id, seq, says }));
          }),
          against: hasGaps
            ? [
                {
                  kind: 'connection',
                  connectionId: worst.life.id,
                  says: text('quality_ofItWereNotRecorded', counted(worst.life.record.framesMissed, 'frame')),
                },
              ]
            : [],
          nextCheck: candidate(quality.cause).check,
          advice: quality.advice,
          span: spanOf(found.map(({ life }) => life)),
        },
      ];
    });
}

export const QUALITY: readonly Rule[] = QUALITIES.map((quality) => ({
  name: quality.name,
  family: 'quality',
  says: quality.says,
  explains: false,
  find: findQuality(quality),
}));
