/**
 * Two recordings side by side: before and after a mend, Chrome and Firefox. Figures that both have, findings and lines of
 * verdicts that appeared or are gone. Says what differs; whether it is better, where that is certain. Pure.
 */
import { describeClose } from '../../analysis/close-codes.ts';
import { openDurationMs } from '../../analysis/connection-state.ts';
import type { Finding } from '../../analysis/findings/finding.ts';
import type { Line, LineId, LineState } from '../../analysis/verdict/scorecard.ts';
import { type AnalysedRecording, closesByCode, spanOf } from '../summary/analyse-recording.ts';

/** `unclear`: more or less of it is neither. */
export type Change = 'same' | 'better' | 'worse' | 'unclear';

export interface ComparedFigure {
  readonly id: string;
  readonly title: string;
  readonly unit: 'ms' | 'count' | 'perHour' | 'bytes';
  /** null: there is none. */
  readonly before: number | null;
  readonly after: number | null;
  readonly change: Change;
}

export interface ComparedCode {
  readonly code: number;
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** How often a line of the verdicts came out so. */
export type LineCounts = Readonly<Record<LineState, number>>;

export interface ComparedLine {
  readonly id: LineId;
  readonly title: string;
  readonly before: LineCounts;
  readonly after: LineCounts;
  /** Middle of the measured numbers; null: there are none. */
  readonly medianBefore: number | null;
  readonly medianAfter: number | null;
  readonly unit: Line['unit'];
  readonly change: Change;
}

export interface ComparedFinding {
  readonly rule: string;
  readonly where: 'before' | 'after' | 'both';
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  readonly closes: readonly ComparedCode[];
  readonly lines: readonly ComparedLine[];
  /** Gone ones first, then new ones, then those in both. */
  readonly findings: readonly ComparedFinding[];
}

/** Smaller differences of times are chance. */
const SAME_PART = 0.05;

export function compareRecordings(before: AnalysedRecording, after: AnalysedRecording): Comparison {
  return {
    figures: FIGURES.map(({ id, title, unit, isGoodWhen, of }) => {
      const [a, b] = [of(before), of(after)];
      return { id, title, unit, before: a, after: b, change: changeOf(a, b, isGoodWhen, unit) };
    }),
    closes: comparedCodes(before, after),
    lines: comparedLines(before, after),
    findings: comparedFindings(before.findings, after.findings),
  };
}

interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: ComparedFigure['unit'];
  readonly isGoodWhen: 'less' | 'more' | null;
  readonly of: (analysed: AnalysedRecording) => number | null;
}

const FIGURES: readonly Figure[] = [
  {
    id: 'watched',
    title: 'Recorded for',
    unit: 'ms',
    isGoodWhen: null,
    of: (analysed) => {
      const [fromMs, toMs] = spanOf(analysed);
      return toMs - fromMs;
    },
  },
  {
    id: 'connections',
    title: 'Connections',
    unit: 'count',
    isGoodWhen: null,
    of: ({ facts }) => facts.connections.length,
  },
  {
    id: 'abnormal',
    title: 'Abnormal closes (1006), real',
    unit: 'count',
    isGoodWhen: 'less',
    of: (one) => codeCount(one, 1006),
  },
  { id: 'failed', title: 'Handshakes that failed', unit: 'count', isGoodWhen: 'less', of: failedHandshakes },
  {
    id: 'disconnects',
    title: 'Disconnects per hour of being open',
    unit: 'perHour',
    isGoodWhen: 'less',
    of: ({ statistics }) => statistics.disconnectsPerOpenHour,
  },
  { id: 'open', title: 'Open for, middle', unit: 'ms', isGoodWhen: null, of: medianOpenMs },
  { id: 'opening', title: 'Time to open, middle', unit: 'ms', isGoodWhen: 'less', of: medianOpeningMs },
  {
    id: 'roundTrip',
    title: 'Round trip of heartbeats, middle',
    unit: 'ms',
    isGoodWhen: 'less',
    of: ({ statistics }) => statistics.roundTrip?.medianMs ?? null,
  },
  {
    id: 'latency',
    title: 'Answers to requests, middle',
    unit: 'ms',
    isGoodWhen: 'less',
    of: ({ statistics }) => statistics.latency?.medianMs ?? null,
  },
  { id: 'framesIn', title: 'Frames received', unit: 'count', isGoodWhen: null, of: (one) => total(one, 'framesIn') },
  { id: 'framesOut', title: 'Frames sent', unit: 'count', isGoodWhen: null, of: (one) => total(one, 'framesOut') },
  { id: 'bytesIn', title: 'Bytes received', unit: 'bytes', isGoodWhen: null, of: (one) => total(one, 'bytesIn') },
  { id: 'bytesOut', title: 'Bytes sent', unit: 'bytes', isGoodWhen: null, of: (one) => total(one, 'bytesOut') },
];

function changeOf(
  before: number | null,
  after: number | null,
  isGoodWhen: Figure['isGoodWhen'],
  unit: ComparedFigure['unit'] = 'count',
): Change {
  if (before === after) return 'same';
  if (before === null || after === null) return 'unclear';
  const isChance =
    unit !== 'count' && Math.abs(after - before) <= SAME_PART * Math.max(Math.abs(before), Math.abs(after));
  if (isChance) return 'same';
  if (isGoodWhen === null) return 'unclear';
  return after < before === (isGoodWhen === 'less') ? 'better' : 'worse';
}

function comparedCodes(before: AnalysedRecording, after: AnalysedRecording): readonly ComparedCode[] {
  const codes = new Set([before, after].flatMap(({ facts }) => closesByCode(facts.connections).map(([code]) => code)));
  return [...codes]
    .sort((a, b) => a - b)
    .map((code) => ({
      code,
      name: describeClose(code).name,
      before: codeCount(before, code),
      after: codeCount(after, code),
    }));
}

function codeCount({ facts }: AnalysedRecording, code: number): number {
  return facts.connections.filter(({ close }) => close?.code === code && !close.simulated).length;
}

function failedHandshakes({ facts }: AnalysedRecording): number {
  return facts.connections.filter(
    ({ openedAtMs, close, refusedAtMs }) =>
      openedAtMs === null && close !== null && !close.simulated && refusedAtMs === undefined,
  ).length;
}

function medianOpenMs({ facts }: AnalysedRecording): number | null {
  return medianOf(facts.connections.flatMap((record) => openDurationMs(record, facts.untilMs) ?? []));
}

function medianOpeningMs({ facts }: AnalysedRecording): number | null {
  return medianOf(
    facts.connections.flatMap(({ openedAtMs, createdAtMs }) => (openedAtMs === null ? [] : [openedAtMs - createdAtMs])),
  );
}

function total({ facts }: AnalysedRecording, name: 'framesIn' | 'framesOut' | 'bytesIn' | 'bytesOut'): number {
  return facts.connections.reduce((sum, record) => sum + record[name], 0);
}

function comparedLines(before: AnalysedRecording, after: AnalysedRecording): readonly ComparedLine[] {
  const linesBefore = before.scorecards.flatMap(({ lines }) => lines);
  const linesAfter = after.scorecards.flatMap(({ lines }) => lines);
  const titles = new Map([...linesBefore, ...linesAfter].map(({ id, title }) => [id, title]));
  return [...titles].map(([id, title]) => {
    const [a, b] = [linesBefore.filter((line) => line.id === id), linesAfter.filter((line) => line.id === id)];
    const [countsBefore, countsAfter] = [countsOf(a), countsOf(b)];
    return {
      id,
      title,
      before: countsBefore,
      after: countsAfter,
      medianBefore: medianOf(numbersIn(a)),
      medianAfter: medianOf(numbersIn(b)),
      unit: [...a, ...b].find(({ unit }) => unit !== null)?.unit ?? null,
      change: changeOf(failedPart(countsBefore), failedPart(countsAfter), 'less'),
    };
  });
}

function countsOf(lines: readonly Line[]): LineCounts {
  const counts = { passed: 0, failed: 0, pending: 0, notApplicable: 0, interrupted: 0 };
  for (const { state } of lines) counts[state]++;
  return counts;
}

/** Of those that could be judged; null: none could. */
function failedPart({ passed, failed }: LineCounts): number | null {
  return passed + failed === 0 ? null : failed / (passed + failed);
}

function numbersIn(lines: readonly Line[]): readonly number[] {
  return lines.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
}

/** By rule: what findings say differs with every number in them. */
function comparedFindings(before: readonly Finding[], after: readonly Finding[]): readonly ComparedFinding[] {
  const rules = [...new Set([...before, ...after].map(({ rule }) => rule))];
  const order = ['before', 'after', 'both'];
  return rules
    .map((rule): ComparedFinding => {
      const a = before.filter((one) => one.rule === rule);
      const b = after.filter((one) => one.rule === rule);
      return { rule, where: a.length === 0 ? 'after' : b.length === 0 ? 'before' : 'both', before: a, after: b };
    })
    .sort((a, b) => order.indexOf(a.where) - order.indexOf(b.where));
}

function medianOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[middle] ?? 0];
  return (low + high) / 2;
}
