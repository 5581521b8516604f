/**
 * Scenarios as the panel knows them: those that there are, the one that is being played, and what became of it. The
 * user's own are kept in the browser's storage; what is found there is read like anything from outside.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { endedAtMs, isWithinReach } from '../../analysis/connection-state.ts';
import { CATALOGUE } from '../../faults/catalogue.ts';
import { matchesPattern, patternOf } from '../../faults/resolve.ts';
import type { Scenario } from '../../faults/scenario.ts';
import { importScenarios, readScenarios } from '../../faults/scenario-fields.ts';
import type { ScenarioRun, ScenarioTarget } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { PanelLink, ScenarioAnswer } from '../link/panel-link.ts';

/** What lasts beyond the panel, for all of them; `WatchedStorage` of src/browser is one. */
export interface PanelStorage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Somebody has stored another value. */
  onChanged(key: string, listener: (value: unknown) => void): void;
}

/** Null answer: it is not known yet. */
export interface ScenarioReport {
  readonly name: string;
  readonly answer: ScenarioAnswer | null;
}

export interface ScenarioState {
  readonly own: ReadonlySignal<readonly Scenario[]>;
  /** The last one; null: none, or its report was put away. */
  readonly run: ReadonlySignal<ScenarioRun | null>;
  readonly isPlaying: ReadonlySignal<boolean>;
  /** All of this recording, for the timeline and the verdict. */
  readonly runs: ReadonlySignal<readonly ScenarioRun[]>;
  /** When something went wrong with the start of one. */
  readonly report: ReadonlySignal<ScenarioReport | null>;
  /** Living connections in reach of the scenario that no page script can touch. */
  readonly untouched: ReadonlySignal<readonly ConnectionRecord[]>;
  /** False when the user's own could not be stored. */
  readonly areOwnSaved: ReadonlySignal<boolean>;
  onRun(run: ScenarioRun | null): void;
  /** Another recording is shown. */
  forget(): void;
  play(scenario: Scenario, target: ScenarioTarget): void;
  stop(): void;
  /** Puts the report of the last one away. */
  dismiss(): void;
  /** In place of one of the same name, or as a new one. */
  save(scenario: Scenario): void;
  remove(name: string): void;
  /** The text of a file. Null: taken over; else what is wrong with it. */
  importFile(text: string): string | null;
}

const STORAGE_KEY = 'scenarios';
const MAX_RUNS = 100;

export interface ScenarioStateInput {
  readonly link: Pick<PanelLink, 'playScenario' | 'stopScenario'>;
  readonly storage: PanelStorage;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  /** Runs that are written down in the recording, as read last. */
  readonly recorded: ReadonlySignal<readonly ScenarioRun[]>;
  nowMs(): number;
}

export function isOver({ state }: ScenarioRun): boolean {
  return state !== 'playing' && state !== 'waiting';
}

export function createScenarioState({
  link,
  storage,
  connections,
  recorded,
  nowMs,
}: ScenarioStateInput): ScenarioState {
  const own = signal<readonly Scenario[]>([]);
  const areOwnSaved = signal(true);
  const run = signal<ScenarioRun | null>(null);
  /** What this panel was told, which is newer than what it has read. */
  const told = signal<readonly ScenarioRun[]>([]);
  const report = signal<ScenarioReport | null>(null);
  let dismissedId = '';

  storage.get(STORAGE_KEY).then(
    (stored) => {
      const read = readScenarios(stored ?? []);
      if (read.ok && own.peek().length === 0) own.value = read.value;
    },
    () => undefined,
  );

  storage.onChanged(STORAGE_KEY, (stored) => {
    const read = readScenarios(stored ?? []);
    if (read.ok) own.value = read.value;
  });

  function setOwn(next: readonly Scenario[]): void {
    own.value = next;
    storage.set(STORAGE_KEY, next).then(
      () => {
        areOwnSaved.value = true;
      },
      () => {
        areOwnSaved.value = false;
      },
    );
  }

  function remember(next: ScenarioRun): void {
    const others = told.peek().filter(({ runId }) => runId !== next.runId);
    told.value = [...others, next].slice(-MAX_RUNS);
    run.value = next.runId === dismissedId && isOver(next) ? null : next;
  }

  return {
    own,
    areOwnSaved,
    run,
    runs: computed(() => {
      const ids = new Set(told.value.map(({ runId }) => runId));
      return [...recorded.value.filter(({ runId }) => !ids.has(runId)), ...told.value];
    }),
    report,
    isPlaying: computed(() => run.value !== null && !isOver(run.value)),
    untouched: computed(() => {
      const current = run.value;
      if (!current || isOver(current)) return [];
      const pattern = patternOf(current.target, current.targetUrl);
      return connections.value.filter(
        (record) =>
          !isWithinReach(record) &&
          endedAtMs(record) === null &&
          record.goneAtMs === null &&
          (pattern === null || matchesPattern(record.url, pattern)),
      );
    }),
    onRun: (next) => {
      if (next) remember(next);
      // The background was started anew and knows of nothing: what it was doing died with it.
      else if (run.peek() && !isOver(run.peek() as ScenarioRun)) {
        remember({ ...(run.peek() as ScenarioRun), state: 'interrupted', endedAtMs: nowMs(), roundEndsAtMs: null });
      }
    },
    forget: () => {
      told.value = [];
      report.value = null;
      if (run.peek() && isOver(run.peek() as ScenarioRun)) run.value = null;
    },
    play: (scenario, target) => {
      const asked: ScenarioReport = { name: scenario.name, answer: null };
      report.value = asked;
      void link.playScenario(scenario, target).then((answer) => {
        if (report.peek() !== asked) return;
        report.value = answer.outcome === 'done' ? null : { ...asked, answer };
      });
    },
    stop: () => link.stopScenario(),
    dismiss: () => {
      dismissedId = run.peek()?.runId ?? '';
      if (run.peek() && isOver(run.peek() as ScenarioRun)) run.value = null;
      report.value = null;
    },
    save: (scenario) => {
      const mine: Scenario = { ...scenario, group: 'own' };
      setOwn([...own.peek().filter(({ name }) => name !== mine.name), mine]);
    },
    remove: (name) => setOwn(own.peek().filter((one) => one.name !== name)),
    importFile: (text) => {
      const read = importScenarios(text);
      if (!read.ok) return `${read.field} ${read.problem}`.trim();
      const names = new Set(read.value.map(({ name }) => name));
      setOwn([
        ...own.peek().filter(({ name }) => !names.has(name)),
        ...read.value.map((scenario): Scenario => ({ ...scenario, group: 'own' })),
      ]);
      return null;
    },
  };
}

/** A name that none of them has. */
export function freeName(name: string, own: readonly Scenario[]): string {
  const names = new Set([...CATALOGUE, ...own].map((scenario) => scenario.name));
  if (!names.has(name)) return name;
  for (let i = 2; ; i++) if (!names.has(`${name} (${i})`)) return `${name} (${i})`;
}
