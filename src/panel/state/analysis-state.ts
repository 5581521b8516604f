/**
 * What analysis says of the session that is shown: asks for it when something has changed, but never faster than it is
 * done, and remembers which finding is looked at. The work is done elsewhere (`link/analysis-edge.ts`).
 */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Finding } from '../../analysis/findings/finding.ts';
import type { ContextRecord } from '../../protocol/records.ts';
import type { AllStatistics, AnalysisNews, AnalysisResult, Conversation } from '../analysis-worker/messages.ts';
import type { AnalysisEdge } from '../link/analysis-edge.ts';
import { type FamilyBadge, familiesOf, troubleOf } from '../models/families.ts';
import type { TimeSpan } from '../models/time-scale.ts';

/** After a change, for what comes with it. */
export const SETTLE_MS = 400;
/** While it is live, this often at most, */
const MIN_INTERVAL_MS = 1_000;
/** and not for more than a tenth of the time. */
const COST_FACTOR = 10;
/** What takes longer is seen to be going on. */
export const SHOW_PROGRESS_MS = 200;

export interface AnalysisProgress {
  readonly readFrames: number;
  readonly totalFrames: number;
}

export interface AnalysisState {
  /** Of the session that is shown; null: it has not been analysed yet. */
  readonly result: ReadonlySignal<AnalysisResult | null>;
  /** What hurts most first. */
  readonly findings: ReadonlySignal<readonly Finding[]>;
  /** How many of them are problems or warnings. */
  readonly trouble: ReadonlySignal<number>;
  /** By connectionId. */
  readonly families: ReadonlySignal<ReadonlyMap<string, FamilyBadge>>;
  readonly conversations: ReadonlySignal<ReadonlyMap<string, Conversation>>;
  /** What happened around the connections. */
  readonly context: ReadonlySignal<readonly ContextRecord[]>;
  /** Null while nothing is going on, or not for long. */
  readonly progress: ReadonlySignal<AnalysisProgress | null>;
  /** Why there is no result; null: there is, or will be. */
  readonly problem: ReadonlySignal<string | null>;
  /** The user gave it up; nothing is analysed until it is asked for again. */
  readonly isCancelled: ReadonlySignal<boolean>;
  readonly selected: ReadonlySignal<Finding | null>;
  /** Of the selected finding. */
  readonly span: ReadonlySignal<TimeSpan | null>;
  /** The JSON Schema that messages are held against, as text; '' for none. */
  readonly schema: ReadonlySignal<string>;
  select(findingId: string | null): void;
  setSchema(text: string): void;
  cancel(): void;
  /** After it failed or was given up. */
  again(): void;
  /** Figures of all recordings that are stored. May reject. */
  countAll(): Promise<AllStatistics>;
  /** Evidence has come that no row tells of. */
  refresh(): void;
}

/** What an analysis depends on. */
export interface AnalysisSubject {
  readonly sessionId: string;
  /** See AnalysisRequest. */
  readonly sinceMs: number | null;
}

export interface AnalysisStateInput {
  readonly edge: AnalysisEdge;
  /** Null: nothing is shown. */
  readonly subject: ReadonlySignal<AnalysisSubject | null>;
  /** Changes with every row. */
  readonly rows: ReadonlySignal<unknown>;
  readonly storage: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> };
  readonly closesWhenLeaving: boolean;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

const STORAGE_KEY = 'messageSchema';
const NO_FINDINGS: readonly Finding[] = [];
const NO_CONTEXT: readonly ContextRecord[] = [];

export function createAnalysisState(input: AnalysisStateInput): AnalysisState {
  const { edge, subject, rows, storage, closesWhenLeaving, nowMs, callAfter } = input;
  const result = signal<AnalysisResult | null>(null);
  const progress = signal<AnalysisProgress | null>(null);
  const problem = signal<string | null>(null);
  const isCancelled = signal(false);
  const selectedId = signal<string | null>(null);
  const schema = signal('');
  const subjectKey = computed(() => JSON.stringify(subject.value));

  let lastRunId = 0;
  /** The request that has not been answered. */
  let openRunId: number | null = null;
  /** Something has changed since it was asked for. */
  let isStale = false;
  let isPlanned = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let tookMs = 0;
  let told: AnalysisProgress = { readFrames: 0, totalFrames: 0 };

  function plan(): void {
    isStale = true;
    if (isPlanned || openRunId !== null || isCancelled.peek()) return;
    isPlanned = true;
    const intervalMs = Math.max(MIN_INTERVAL_MS, COST_FACTOR * tookMs);
    callAfter(Math.max(SETTLE_MS, askedAtMs + intervalMs - nowMs()), () => {
      isPlanned = false;
      if (isStale && openRunId === null && !isCancelled.peek()) ask();
    });
  }

  function ask(): void {
    const about = subject.peek();
    if (!about) return;
    isStale = false;
    askedAtMs = nowMs();
    const runId = ++lastRunId;
    openRunId = runId;
    told = { readFrames: 0, totalFrames: 0 };
    const text = schema.peek();
    edge.analyse({
      runId,
      ...about,
      closesWhenLeaving,
      untilMs: nowMs(),
      schema: text === '' ? null : text,
    });
    callAfter(SHOW_PROGRESS_MS, () => {
      if (openRunId === runId) progress.value = told;
    });
  }

  function onNews(news: AnalysisNews): void {
    if (news.runId !== openRunId) return;
    if (news.kind === 'progress') {
      told = { readFrames: news.readFrames, totalFrames: news.totalFrames };
      if (progress.peek()) progress.value = told;
      return;
    }
    openRunId = null;
    batch(() => {
      progress.value = null;
      if (news.kind === 'done') {
        tookMs = news.result.tookMs;
        result.value = news.result;
        problem.value = null;
      }
      if (news.kind === 'failed') problem.value = news.problem;
    });
    if (isStale) plan();
  }

  /** At once: what was found before is of something else. */
  function begin(): void {
    if (openRunId !== null) edge.cancel();
    openRunId = null;
    isStale = false;
    batch(() => {
      progress.value = null;
      problem.value = null;
      isCancelled.value = false;
    });
    if (subject.peek()) ask();
  }

  edge.open(onNews);
  storage.get(STORAGE_KEY).then(
    (stored) => {
      if (typeof stored !== 'string' || stored === '' || schema.peek() !== '') return;
      schema.value = stored;
      begin();
    },
    () => undefined,
  );
  effect(() => {
    rows.value;
    plan();
  });
  // After it: what is asked for at the beginning is of all rows.
  effect(() => {
    subjectKey.value;
    result.value = null;
    selectedId.value = null;
    begin();
  });

  const findings = computed(() => result.value?.findings ?? NO_FINDINGS);
  const selected = computed(() => findings.value.find(({ findingId }) => findingId === selectedId.value) ?? null);

  return {
    result,
    findings,
    trouble: computed(() => troubleOf(findings.value)),
    families: computed(() => familiesOf(findings.value)),
    conversations: computed(
      () => new Map((result.value?.conversations ?? []).map((facts) => [facts.connectionId, facts])),
    ),
    context: computed(() => result.value?.context ?? NO_CONTEXT),
    progress,
    problem,
    isCancelled,
    selected,
    span: computed(() => selected.value?.span ?? null),
    schema,
    select: (findingId) => {
      selectedId.value = findingId;
    },
    setSchema: (text) => {
      schema.value = text;
      storage.set(STORAGE_KEY, text).catch(() => undefined);
      begin();
    },
    cancel: () => {
      if (openRunId === null) return;
      edge.cancel();
      openRunId = null;
      isCancelled.value = true;
      progress.value = null;
    },
    again: begin,
    countAll: () => edge.count(nowMs()),
    refresh: plan,
  };
}
