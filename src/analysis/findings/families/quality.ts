/** How good the conversation was: latency, numbering, and the shape of messages. */

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
    says: `Heartbeats that are answered after ${duration(SLOW_ROUND_TRIP_MS)} or more.`,
    cause: 'slow-network',
    others: ['server-stalled', 'page-busy'],
    matches: ({ heartbeat }) => heartbeat?.roundTrip != null && isSlowRoundTrip(heartbeat.roundTrip),
    countOf: ({ heartbeat }) => heartbeat?.roundTrip?.count ?? 0,
    title: ({ heartbeat }, connections) =>
      `A heartbeat takes ${duration(heartbeat?.roundTrip?.medianMs ?? 0)} there and back on ${connections}`,
    meaning:
      'A heartbeat needs no work: its round trip is that of the network, or of a server or page that is too busy to answer.',
    seqsOf: ({ heartbeat }) => heartbeat?.roundTrip?.slowest ?? [],
    saysOf: ({ heartbeat }) =>
      `Median ${duration(heartbeat?.roundTrip?.medianMs ?? 0)}, at most ${duration(heartbeat?.roundTrip?.maxMs ?? 0)}.`,
    advice: [
      { text: 'Serve users from a place near them; look at the load of the server, and at long tasks of the page.' },
    ],
  },
  {
    name: 'high-latency',
    says: `Answers whose median is ${duration(SLOW_MEDIAN_MS)} or more, or whose slowest twentieth takes ${duration(SLOW_P95_MS)}.`,
    cause: 'slow-answers',
    others: ['slow-network', 'page-busy'],
    matches: ({ latency }) => latency !== null && isSlow(latency),
    countOf: ({ latency }) => latency?.count ?? 0,
    title: ({ latency }, connections) =>
      `Answers take ${duration(latency?.medianMs ?? 0)}, the slowest twentieth ${duration(latency?.p95Ms ?? 0)}, on ${connections}`,
    meaning: 'Measured from a request to the answer that carries its id.',
    seqsOf: ({ latency }) => latency?.slowest ?? [],
    saysOf: ({ latency }) => `${counted(latency?.count ?? 0, 'answer')}, at most ${duration(latency?.maxMs ?? 0)}.`,
    advice: [
      {
        text: 'If the heartbeat is fast, look into the server: slow queries, a queue before the workers. If it is slow, too, look at the way.',
      },
    ],
  },
  {
    name: 'numbering-gaps',
    says: 'Numbers in frames that jump, turn back or come twice.',
    cause: 'frames-missing',
    others: [],
    matches: ({ numbering }) => numbering !== null && numbering.missing + numbering.reordered + numbering.repeated > 0,
    countOf: ({ numbering }) => numbering?.frames ?? 0,
    title: ({ numbering }, connections) =>
      `Numbered messages on ${connections}: ${numbering?.missing ?? 0} missing, ${numbering?.reordered ?? 0} out of order, ${numbering?.repeated ?? 0} repeated`,
    meaning:
      'One WebSocket loses and reorders nothing by itself. What is missing was never sent on this connection, or was lost between two of them.',
    seqsOf: ({ numbering }) => numbering?.firstSeqs ?? [],
    saysOf: ({ numbering }) => `${numbering?.path ?? ''} jumps or turns back here.`,
    advice: [
      {
        text: 'Let the client say at each open which number it has seen last, and let the server send what came after.',
      },
    ],
  },
  {
    name: 'validation-failures',
    says: 'Messages that do not fit the JSON Schema that the user gave.',
    cause: 'unexpected-shape',
    others: [],
    matches: ({ validation }) => validation !== null && validation.failed > 0,
    countOf: ({ validation }) => validation?.checked ?? 0,
    title: ({ validation }, connections) =>
      `${validation?.failed ?? 0} of ${validation?.checked ?? 0} messages on ${connections} are not of the expected shape`,
    meaning:
      'Checked against the schema of this recording: type, data, timestamp or whatever it asks for are missing or of another kind.',
    seqsOf: ({ validation }) => validation?.firstSeqs ?? [],
    saysOf: ({ validation }) => validation?.firstError || 'Does not fit.',
    advice: [{ text: 'Let both sides check against one schema, and version it.' }],
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
          because: `From ${counted(samples, 'sample')} on ${counted(found.length, 'connection')}${hasGaps ? '; but the recording itself has gaps' : ''}.`,
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
                  says: `${counted(worst.life.record.framesMissed, 'frame')} of it were not recorded.`,
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
