/**
 * The verdict on the selected connection, when it was dropped: reads what the page did at that endpoint, and judges it
 * anew while things happen. Which view stands below the connections, frames or verdict, is remembered here, too.
 */
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { endpointOf } from '../../analysis/endpoint.ts';
import { cutShortAtMs } from '../../analysis/scenario-runs.ts';
import { type Budgets, budgetsWith, STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { wasDropped } from '../../analysis/verdict/drops.ts';
import type { RecordedConnection } from '../../analysis/verdict/from-records.ts';
import type { Scorecard } from '../../analysis/verdict/scorecard.ts';
import { asRecord } from '../../protocol/guards.ts';
import type { ScenarioRun } from '../../protocol/panel-link.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { PanelStorage } from './scenario-state.ts';

/** A verdict reads contents: of longer conversations, the beginning and this much of the end. */
const MAX_FRAMES_READ = 20_000;
const STORAGE_KEY = 'budgets';

export interface VerdictState {
  /** What stands below: the frames, or the verdict. */
  readonly isShown: ReadonlySignal<boolean>;
  /** Of the selected connection; null: it was not dropped, or is being read. */
  readonly card: ReadonlySignal<Scorecard | null>;
  /** The selected connection was dropped. */
  readonly isThere: ReadonlySignal<boolean>;
  readonly budgets: ReadonlySignal<Budgets>;
  show(on: boolean): void;
  setBudgets(budgets: Budgets): void;
}

export interface VerdictStateInput {
  readonly source: RecordingSource;
  readonly storage: PanelStorage;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  readonly selected: ReadonlySignal<ConnectionRecord | null>;
  readonly runs: ReadonlySignal<readonly ScenarioRun[]>;
  readonly context: ReadonlySignal<readonly ContextRecord[]>;
  readonly clockMs: ReadonlySignal<number>;
  onError(error: unknown): void;
}

export function createVerdictState(input: VerdictStateInput): VerdictState {
  const { source, storage, connections, selected, runs, context, clockMs, onError } = input;
  const isWanted = signal(false);
  const budgets = signal<Budgets>(STANDARD_BUDGETS);
  const read = signal<readonly RecordedConnection[]>([]);
  /** Loaded with the first drop that is judged. */
  const judge = signal<Judge | null>(null);

  storage.get(STORAGE_KEY).then(
    (stored) => {
      if (budgets.peek() === STANDARD_BUDGETS) budgets.value = budgetsWith(asRecord(stored) ?? {});
    },
    () => undefined,
  );

  storage.onChanged(STORAGE_KEY, (stored) => {
    budgets.value = budgetsWith(asRecord(stored) ?? {});
  });

  const isThere = computed(() => selected.value !== null && wasDropped(selected.value));
  const isShown = computed(() => isWanted.value && isThere.value);
  /** What the page did at the same endpoint, in the same document. */
  const related = computed(() => {
    const dropped = selected.value;
    if (!dropped || !isThere.value) return [];
    const endpoint = endpointOf(dropped.url);
    return connections.value.filter(
      ({ documentId, url }) => documentId === dropped.documentId && endpointOf(url) === endpoint,
    );
  });

  const readAll = oneAtATime(async () => {
    judge.value ??= await loadJudge();
    read.value = await Promise.all(related.peek().map((record) => readOne(source, record)));
  }, onError);

  effect(() => {
    if (related.value.length > 0) readAll();
    else read.value = [];
  });

  const card = computed((): Scorecard | null => {
    const dropped = selected.value;
    if (!dropped || !judge.value || read.value.length === 0) return null;
    const { verdictInputOf, verdictOf } = judge.value;
    const { connectionId } = dropped;
    const watching = { watchedUntilMs: clockMs.value, isWatching: true };
    const drop = verdictInputOf(read.value, watching).drops.find((one) => one.connectionId === connectionId);
    if (!drop) return null;
    const interruptedAtMs = cutShortAtMs(drop.silentFromMs ?? drop.atMs, runs.value, context.value);
    const verdict = verdictInputOf(read.value, { ...watching, interruptedAtMs });
    return verdictOf(verdict, budgets.value).find(({ drop }) => drop.connectionId === connectionId) ?? null;
  });

  return {
    isShown,
    isThere,
    card,
    budgets,
    show: (on) => {
      isWanted.value = on;
    },
    setBudgets: (next) => {
      budgets.value = next;
      storage.set(STORAGE_KEY, next).catch(() => undefined);
    },
  };
}

interface Judge {
  readonly verdictInputOf: typeof import('../../analysis/verdict/from-records.ts').verdictInputOf;
  readonly verdictOf: typeof import('../../analysis/verdict/verdict.ts').verdictOf;
}

async function loadJudge(): Promise<Judge> {
  const [{ verdictInputOf }, { verdictOf }] = await Promise.all([
    import('../../analysis/verdict/from-records.ts'),
    import('../../analysis/verdict/verdict.ts'),
  ]);
  return { verdictInputOf, verdictOf };
}

async function readOne(source: RecordingSource, record: ConnectionRecord): Promise<RecordedConnection> {
  const { connectionId, nextSeq } = record;
  const half = MAX_FRAMES_READ / 2;
  const parts =
    nextSeq <= MAX_FRAMES_READ
      ? [await source.chunks(connectionId, 0, nextSeq)]
      : [await source.chunks(connectionId, 0, half), await source.chunks(connectionId, nextSeq - half, nextSeq)];
  const chunks = [...new Map(parts.flat().map((chunk) => [chunk.firstSeq, chunk])).values()];
  const payloads = await Promise.all(chunks.map(({ firstSeq }) => source.payload(connectionId, firstSeq)));
  return { record, chunks, payloads };
}
