/**
 * What a recording could not see, in one list: what no page script ever sees, and what this one missed. Pure; the words for
 * each are in `words-findings.ts`.
 */
import { coverageOf } from '../../analysis/coverage.ts';
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { GapReason } from '../../protocol/page-report.ts';
import type { ConnectionRecord, DocumentRecord } from '../../protocol/records.ts';

const COVERAGE_TOPICS = [
  'handshakeOnly',
  'framesOnly',
  'overlooked',
  'olderThanRecording',
  'gaps',
  'truncated',
  'payloadsLeftOut',
  'rejected',
  'hiddenHandshakes',
  'pingPong',
  'causeOf1006',
] as const;
export type CoverageTopic = (typeof COVERAGE_TOPICS)[number];

/** `missed`: something was. `whole`: nothing was, here. `never`: nobody could see it, in any recording. */
export type CoverageState = 'missed' | 'whole' | 'never';

export interface CoverageLine {
  readonly topic: CoverageTopic;
  readonly state: CoverageState;
  /** Connections, frames, payloads: as the words of the topic say. */
  readonly count: number;
  /** To look at; at most MAX_LISTED. */
  readonly connectionIds: readonly string[];
  /** With `gaps`: how many frames for which reason. */
  readonly reasons?: readonly (readonly [reason: GapReason | 'unlisted', frames: number])[];
}

const MAX_LISTED = 5;
/** Reasons that say that a connection is older than what was recorded of it. */
const EARLIER: readonly GapReason[] = ['ring', 'cleared', 'paused'];

export interface CoverageInput {
  readonly connections: readonly ConnectionRecord[];
  readonly documents: Iterable<DocumentRecord>;
  readonly overlooked: number;
  readonly engine: 'chromium' | 'firefox';
  /** Connections of whose frames some were cut, and how many frames; see `AnalysisResult`. */
  readonly truncatedFrames: number;
}

export function coverageReport({
  connections,
  documents,
  overlooked,
  engine,
  truncatedFrames,
}: CoverageInput): readonly CoverageLine[] {
  const { handshakeOnly, framesOnly } = coverageOf(connections, overlooked);
  const outside = connections.filter(({ seenBy }) => seenBy !== 'page');
  const withoutFrames = outside.filter(({ seenBy, nextSeq }) => seenBy === 'network' && nextSeq === 0);
  const earlier = connections.filter(({ gaps }) => gaps.some(({ reason }) => EARLIER.includes(reason)));
  const withGaps = connections.filter(({ framesMissed }) => framesMissed > 0);
  const reasons = gapReasons(connections);
  const failed = connections.filter(
    ({ openedAtMs, close, refusedAtMs }) => openedAtMs === null && close?.code === 1006 && refusedAtMs === undefined,
  );
  const lost = connections.filter(({ openedAtMs, close }) => openedAtMs !== null && close?.code === 1006);
  let [payloadsLeftOut, rejected] = [0, 0];
  for (const document of documents) {
    if (isOutsideDocument(document.documentId)) continue;
    payloadsLeftOut += document.payloadsLeftOut;
    rejected += document.rejected;
  }
  const line = (
    topic: CoverageTopic,
    count: number,
    records: readonly ConnectionRecord[] = [],
    state: CoverageState = count > 0 ? 'missed' : 'whole',
  ): CoverageLine => ({
    topic,
    state,
    count,
    connectionIds: records.slice(0, MAX_LISTED).map(({ connectionId }) => connectionId),
  });
  return [
    line('handshakeOnly', handshakeOnly, withoutFrames),
    line(
      'framesOnly',
      framesOnly,
      outside.filter((record) => !withoutFrames.includes(record)),
    ),
    line('overlooked', overlooked),
    line('olderThanRecording', earlier.length, earlier),
    {
      ...line(
        'gaps',
        withGaps.reduce((sum, { framesMissed }) => sum + framesMissed, 0),
        withGaps,
      ),
      reasons,
    },
    line('truncated', truncatedFrames),
    line('payloadsLeftOut', payloadsLeftOut),
    line('rejected', rejected),
    // Firefox tells status and headers of refused handshakes.
    line('hiddenHandshakes', engine === 'chromium' ? failed.length : 0, engine === 'chromium' ? failed : []),
    line('pingPong', 0, [], 'never'),
    line('causeOf1006', lost.length, lost, 'never'),
  ];
}

function gapReasons(connections: readonly ConnectionRecord[]): NonNullable<CoverageLine['reasons']> {
  const counts = new Map<GapReason | 'unlisted', number>();
  const add = (reason: GapReason | 'unlisted', frames: number) => {
    if (frames > 0) counts.set(reason, (counts.get(reason) ?? 0) + frames);
  };
  for (const { gaps, framesMissed } of connections) {
    for (const { reason, count } of gaps) add(reason, count);
    add('unlisted', framesMissed - gaps.reduce((sum, { count }) => sum + count, 0));
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
