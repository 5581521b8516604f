/**
 * The analyst that a test speaks for: says what it is told to say, and remembers what it was asked. Without a word from the
 * test it finds nothing, at once.
 */
import type { AnalysisNews, AnalysisRequest, AnalysisResult } from '../../../src/panel/analysis-worker/messages.ts';
import type { AnalysisEdge } from '../../../src/panel/link/analysis-edge.ts';

export interface FakeAnalysis {
  readonly edge: AnalysisEdge;
  readonly asked: AnalysisRequest[];
  readonly counters: { cancels: number };
  /** What it finds from now on; it is told at once. */
  setResult(fields: Partial<AnalysisResult>): void;
  /** As `setResult`, but the rest stays as it was. */
  change(fields: Partial<AnalysisResult>): void;
  /** From now on it answers when `tell` says so. */
  hold(): void;
  /** About the last request. */
  tell(news: DistributiveOmit<AnalysisNews, 'runId'>): void;
}

type DistributiveOmit<Whole, Key extends PropertyKey> = Whole extends unknown ? Omit<Whole, Key> : never;

const NOTHING: AnalysisResult = {
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

export function createFakeAnalysis(): FakeAnalysis {
  const asked: AnalysisRequest[] = [];
  const counters = { cancels: 0 };
  let result = NOTHING;
  let isHeld = false;
  let onNews: (news: AnalysisNews) => void = () => {};

  function tell(news: DistributiveOmit<AnalysisNews, 'runId'>): void {
    const runId = asked.at(-1)?.runId ?? 0;
    onNews({ ...news, runId } as AnalysisNews);
  }

  return {
    asked,
    counters,
    tell,
    setResult: (fields) => {
      result = { ...NOTHING, ...fields };
    },
    change: (fields) => {
      result = { ...result, ...fields };
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
        if (!isHeld) setTimeout(() => onNews({ kind: 'done', runId: request.runId, result }));
      },
      cancel: () => {
        counters.cancels++;
      },
    },
  };
}
