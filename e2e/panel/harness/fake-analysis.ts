/**
 * The analyst that a test speaks for: says what it is told to say, and remembers what it was asked. Without a word from the
 * test it finds nothing, at once.
 */
import type { StatisticsSession } from '../../../src/analysis/statistics/samples.ts';
import { statisticsOf } from '../../../src/analysis/statistics/statistics.ts';
import type { AnalysisNews, AnalysisRequest, AnalysisResult } from '../../../src/panel/analysis-worker/messages.ts';
import type { AnalysisEdge } from '../../../src/panel/link/analysis-edge.ts';

/** Everything that the harness has, as one recording. */
export type Facts = () => StatisticsSession['facts'];

export interface FakeAnalysis {
  readonly edge: AnalysisEdge;
  readonly asked: AnalysisRequest[];
  readonly counters: { cancels: number };
  /** What it finds from now on; it is told at once. */
  setResult(fields: Partial<AnalysisResult>): void;
  /** As `setResult`, but the rest stays as it was. */
  change(fields: Partial<AnalysisResult>): void;
  /** Counting all recordings fails from now on. */
  failToCount(problem: string): void;
  /** From now on it answers when `tell` says so. */
  hold(): void;
  /** About the last request, or about an earlier one. */
  tell(news: DistributiveOmit<AnalysisNews, 'runId'>, runId?: number): void;
  result(): AnalysisResult;
}

type DistributiveOmit<Whole, Key extends PropertyKey> = Whole extends unknown ? Omit<Whole, Key> : never;

const NOTHING: AnalysisResult = {
  statistics: statisticsOf([]),
  findings: [],
  conversations: [],
  context: [],
  handshakes: [],
  probes: [],
  unread: [],
  truncatedFrames: 0,
  schemaProblem: null,
  tookMs: 1,
};

export function createFakeAnalysis(facts: Facts | null = null): FakeAnalysis {
  const asked: AnalysisRequest[] = [];
  const counters = { cancels: 0 };
  let result = NOTHING;
  let isHeld = false;
  let countProblem = '';
  let onNews: (news: AnalysisNews) => void = () => {};

  function statistics(): AnalysisResult['statistics'] {
    const session = { sessionId: 'session-1', name: '', startedAtMs: 0 };
    return statisticsOf(facts ? [{ session, facts: facts(), browser: null }] : []);
  }

  function tell(news: DistributiveOmit<AnalysisNews, 'runId'>, runId = asked.at(-1)?.runId ?? 0): void {
    onNews({ ...news, runId } as AnalysisNews);
  }

  return {
    asked,
    counters,
    tell,
    result: () => result,
    setResult: (fields) => {
      result = { ...NOTHING, ...fields };
    },
    change: (fields) => {
      result = { ...result, ...fields };
    },
    failToCount: (problem) => {
      countProblem = problem;
    },
    hold: () => {
      isHeld = true;
    },
    edge: {
      open: (listener) => {
        onNews = listener;
      },
      analyse: (request) => {
        asked.push(request);
        // Later, as a worker answers.
        if (!isHeld) {
          setTimeout(() =>
            onNews({ kind: 'done', runId: request.runId, result: { ...result, statistics: statistics() } }),
          );
        }
      },
      count: async () => {
        if (countProblem !== '') throw new Error(countProblem);
        return { recordings: 3, statistics: statistics() };
      },
      cancel: () => {
        counters.cancels++;
      },
    },
  };
}
