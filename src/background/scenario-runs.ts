/**
 * Plays scenarios: one a tab at a time. Sends each step's fault to the documents that it is for when its moment comes,
 * refuses handshakes in the browser, waits until the connection is back, and begins the next round. Everything ends when
 * the scenario does, when it is stopped, and when nobody looks at the tab any more; when this worker dies, the content
 * scripts end the faults of their pages, and the next worker removes the refusals.
 */
import type { Refusals } from '../browser/refusals.ts';
import { readScenario, roundMs, type Scenario, type ScenarioStep } from '../faults/scenario.ts';
import { isShortString } from '../protocol/guards.ts';
import { MAX_URL_CHARS } from '../protocol/limits.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type {
  RoundResult,
  ScenarioOutcome,
  ScenarioRun,
  ScenarioRunState,
  ScenarioTarget,
} from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import type { FaultOrder } from './relay-links.ts';
import { createRoundConnections } from './round-connections.ts';
import { type Answers, createScenarioSteps, type Playing } from './scenario-steps.ts';

/** What the page said at the end of a round has been written by then. */
export const SETTLE_MS = 500;
/** Pages in the background are slow to tell that a connection has ended: their timers come once a second. */
const LOSS_TOLD_MS = 5_000;
/** A connection that is open again is given so long to say what it has to, before it is lost anew. */
export const ROUND_PAUSE_MS = 1_000;
/** Longest wait for a connection to come back. */
const REOPEN_WAIT_MS = 60_000;
/** Browsers end an idle worker after 30 s; a call of one of their interfaces counts as work. */
export const KEEP_ALIVE_MS = 20_000;

export interface ScenarioRunsEdges {
  readonly refusals: Refusals;
  /** The session of a tab that is recorded. */
  sessionOf(tabId: number): string | undefined;
  connectionsOf(tabId: number, sessionId: string): Promise<readonly ConnectionRecord[]>;
  /** Why a connection is not the tab's to be touched; null: it is. */
  obstacleOf(tabId: number, connectionId: string): Promise<ScenarioOutcome | null>;
  documentsOf(tabId: number): readonly string[];
  command(documentId: string, order: FaultOrder): Promise<CommandOutcome | null>;
  stopAllFaults(tabId: number): void;
  tell(tabId: number, run: ScenarioRun): void;
  /** For the recording. With its beginning, what is played. */
  note(tabId: number, sessionId: string, run: ScenarioRun, scenario: Scenario | null): void;
  /** Some call of the browser's. */
  keepAlive(): void;
  /** The connection's handshake was refused because of a scenario. */
  onRefused(tabId: number, connection: ConnectionRecord): void;
  onFailed(tabId: number, error: unknown): void;
  newId(): string;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface PlayAnswer {
  readonly outcome: ScenarioOutcome;
  readonly detail: string;
}

export interface ScenarioRuns {
  /** Answers within about COMMAND_TIMEOUT_MS. */
  play(tabId: number, scenario: unknown, target: ScenarioTarget): Promise<PlayAnswer>;
  stop(tabId: number): void;
  /** The session in which something is being played. */
  sessionOf(tabId: number): string | undefined;
  /** The last one, of this worker or found interrupted by it. */
  runOf(tabId: number): ScenarioRun | null;
  /** A worker before this one died while it played that. */
  onInterrupted(tabId: number, sessionId: string, run: ScenarioRun): void;
  onRowsChanged(tabId: number, connections: readonly ConnectionRecord[]): void;
  onLinked(tabId: number, documentId: string): void;
  onUnlinked(tabId: number, documentId: string): void;
  onFaultOver(tabId: number, documentId: string, faultId: string): void;
  onHandshakeFailed(tabId: number, url: string): void;
  /** Whether handshakes of the tab to this URL are being refused. */
  isRefusing(tabId: number, url: string): boolean;
}

export function createScenarioRuns(edges: ScenarioRunsEdges): ScenarioRuns {
  const { nowMs, callAfter } = edges;
  const playing = new Map<number, Playing>();
  const last = new Map<number, ScenarioRun>();
  /** Tabs whose scenario is just being looked at. */
  const beginning = new Set<number>();
  const steps = createScenarioSteps({ ...edges, isLive, onOver: lookForEnd });

  function isLive(mine: Playing, round: number): boolean {
    return playing.get(mine.tabId) === mine && mine.run.round === round;
  }

  function change(mine: Playing, fields: Partial<ScenarioRun>): void {
    mine.run = { ...mine.run, ...fields };
    last.set(mine.tabId, mine.run);
    edges.tell(mine.tabId, mine.run);
  }

  async function play(tabId: number, value: unknown, target: ScenarioTarget): Promise<PlayAnswer> {
    const read = readScenario(value);
    if (!read.ok) return { outcome: 'invalid', detail: `${read.field} ${read.problem}`.trim() };
    if (target.kind === 'matching' && (!isShortString(target.urlPattern, MAX_URL_CHARS) || target.urlPattern === '')) {
      return { outcome: 'invalid', detail: `urlPattern must be text of 1 to ${MAX_URL_CHARS} characters` };
    }
    if (playing.has(tabId) || beginning.has(tabId)) return answer('alreadyPlaying');
    const sessionId = edges.sessionOf(tabId);
    if (sessionId === undefined) return answer('notRecorded');
    beginning.add(tabId);
    try {
      const prepared = await prepare(tabId, sessionId, read.value, target);
      if ('outcome' in prepared) return prepared;
      playing.set(tabId, prepared);
      edges.note(tabId, sessionId, prepared.run, read.value);
      keepAlive(prepared);
      return await answerOf(prepared, beginRound(prepared));
    } catch (error) {
      edges.onFailed(tabId, error);
      stop(tabId);
      return answer('failed');
    } finally {
      beginning.delete(tabId);
    }
  }

  async function prepare(
    tabId: number,
    sessionId: string,
    scenario: Scenario,
    target: ScenarioTarget,
  ): Promise<Playing | PlayAnswer> {
    const rows = await edges.connectionsOf(tabId, sessionId);
    let first: ConnectionRecord | null = null;
    if (target.kind === 'connection') {
      const obstacle = await edges.obstacleOf(tabId, target.connectionId);
      if (obstacle) return answer(obstacle);
      first = rows.find(({ connectionId }) => connectionId === target.connectionId) ?? null;
      if (!first) return answer('notFound');
      if (first.close) return answer('alreadyClosed');
    }
    const connections = createRoundConnections(target, first);
    connections.update(rows);
    const isForNothing = connections.reachable().length === 0 && !scenario.steps.some(isForLater);
    if (isForNothing) return answer('nothingThere');
    const startedAtMs = nowMs();
    return {
      tabId,
      sessionId,
      scenario,
      connections,
      active: new Map(),
      roundStartedAtMs: startedAtMs,
      clearAtMs: null,
      stepsToCome: 0,
      run: {
        runId: edges.newId(),
        name: scenario.name,
        target,
        targetUrl: first?.url ?? null,
        startedAtMs,
        state: 'playing',
        endedAtMs: null,
        round: 0,
        rounds: scenario.repeat,
        roundEndsAtMs: null,
        mustReopenWithinMs: scenario.mustReopenWithinMs,
        refused: 0,
        results: [],
      },
    };
  }

  /** What became of the steps that begin at once. */
  async function beginRound(mine: Playing): Promise<Answers> {
    const { scenario, connections } = mine;
    const atMs = nowMs();
    mine.roundStartedAtMs = atMs;
    mine.clearAtMs = null;
    connections.beginRound(atMs);
    const round = mine.run.round + 1;
    const lengthMs = roundMs(scenario);
    change(mine, { round, state: 'playing', roundEndsAtMs: lengthMs === null ? null : atMs + lengthMs });
    mine.stepsToCome = scenario.steps.length;
    const planned = scenario.steps.map((step, at) => ({ step, faultId: `${mine.run.runId}.${round}.${at}` }));
    const atOnce = planned.filter(({ step }) => step.atMs === 0);
    for (const { step, faultId } of planned) {
      if (step.atMs === 0) continue;
      callAfter(step.atMs, () => {
        if (isLive(mine, round)) steps.begin(mine, step, faultId).catch((error) => edges.onFailed(mine.tabId, error));
      });
    }
    // Refusals first: the page may try again in the same moment in which it loses its connection.
    for (const { step, faultId } of atOnce) if (step.what.kind === 'refuse') await steps.begin(mine, step, faultId);
    const answers = await Promise.all(
      atOnce
        .filter(({ step }) => step.what.kind !== 'refuse')
        .map(({ step, faultId }) => steps.begin(mine, step, faultId)),
    );
    return answers.flat();
  }

  /** The round is over when all steps have begun and none holds any more. */
  function lookForEnd(mine: Playing): void {
    if (!steps.areOver(mine) || mine.stepsToCome > 0 || mine.clearAtMs !== null) return;
    const { round } = mine.run;
    mine.clearAtMs = nowMs();
    callAfter(SETTLE_MS, () => {
      if (isLive(mine, round)) awaitReopening(mine);
    });
  }

  function awaitReopening(mine: Playing): void {
    const { run, connections, scenario } = mine;
    const isWanted = run.rounds > 1 || run.mustReopenWithinMs !== null;
    if (!isWanted) {
      endRound(mine, connections.reopenedAtMs());
      return;
    }
    const sinceMs = nowMs() - (mine.clearAtMs ?? nowMs());
    if (connections.lost() === 0 && sinceMs < LOSS_TOLD_MS && scenario.steps.some(endsConnections)) {
      callAfter(SETTLE_MS, () => {
        if (isLive(mine, run.round)) awaitReopening(mine);
      });
      return;
    }
    if (connections.lost() === 0 || connections.reopenedAtMs() !== null) {
      endRound(mine, connections.reopenedAtMs());
      return;
    }
    change(mine, { state: 'waiting', roundEndsAtMs: null });
    const waitMs = Math.max(run.mustReopenWithinMs ?? 0, REOPEN_WAIT_MS);
    callAfter(waitMs, () => {
      if (isLive(mine, run.round) && mine.run.state === 'waiting') endRound(mine, null);
    });
  }

  function endRound(mine: Playing, reopenedAtMs: number | null): void {
    const { run, connections, scenario } = mine;
    const result = resultOf(mine, connections.lost(), reopenedAtMs, nowMs());
    change(mine, { state: 'playing', results: [...run.results, result] });
    if (run.round >= scenario.repeat || (result.lost > 0 && reopenedAtMs === null)) {
      finish(mine, 'finished');
      return;
    }
    callAfter(ROUND_PAUSE_MS, () => {
      if (isLive(mine, run.round)) beginRound(mine).catch((error) => edges.onFailed(mine.tabId, error));
    });
  }

  function finish(mine: Playing, state: ScenarioRunState): void {
    if (playing.get(mine.tabId) !== mine) return;
    playing.delete(mine.tabId);
    steps.endAll(mine);
    edges.stopAllFaults(mine.tabId);
    change(mine, { state, endedAtMs: nowMs(), roundEndsAtMs: null });
    edges.note(mine.tabId, mine.sessionId, mine.run, null);
  }

  function stop(tabId: number): void {
    const mine = playing.get(tabId);
    if (mine) finish(mine, 'stopped');
  }

  /** What is said of the beginning: the best of what the documents said. A single connection that is gone ends it. */
  async function answerOf(mine: Playing, begun: Promise<Answers>): Promise<PlayAnswer> {
    const answers = await begun;
    if (answers.length === 0 || answers.includes('done')) return answer('done');
    const failure = answers[0] ?? 'unanswered';
    if (mine.scenario.steps.some(isForLater)) return answer('done');
    stop(mine.tabId);
    return answer(failure);
  }

  function withPlaying(tabId: number, act: (mine: Playing) => void): void {
    const mine = playing.get(tabId);
    if (mine) act(mine);
  }

  function keepAlive(mine: Playing): void {
    callAfter(KEEP_ALIVE_MS, () => {
      if (playing.get(mine.tabId) !== mine) return;
      edges.keepAlive();
      keepAlive(mine);
    });
  }

  return {
    play,
    stop,
    sessionOf: (tabId) => playing.get(tabId)?.sessionId,
    runOf: (tabId) => last.get(tabId) ?? null,
    onInterrupted: (tabId, sessionId, run) => {
      if (last.has(tabId)) return; // something is played already
      last.set(tabId, run);
      edges.tell(tabId, run);
      edges.note(tabId, sessionId, run, null);
    },
    onRowsChanged: (tabId, rows) => {
      for (const row of rows) if (steps.isRefusedNow(tabId, row)) edges.onRefused(tabId, row);
      const mine = playing.get(tabId);
      if (!mine) return;
      mine.connections.update(rows);
      if (mine.run.state === 'waiting' && mine.connections.reopenedAtMs() !== null) {
        endRound(mine, mine.connections.reopenedAtMs());
      }
    },
    onLinked: (tabId, documentId) => withPlaying(tabId, (mine) => steps.onLinked(mine, documentId)),
    onUnlinked: (tabId, documentId) => withPlaying(tabId, (mine) => steps.onUnlinked(mine, documentId)),
    onFaultOver: (tabId, documentId, faultId) =>
      withPlaying(tabId, (mine) => steps.onFaultOver(mine, documentId, faultId)),
    onHandshakeFailed: (tabId, url) =>
      withPlaying(tabId, (mine) => {
        if (steps.onHandshakeFailed(mine, url)) change(mine, { refused: mine.run.refused + 1 });
      }),
    isRefusing: (tabId, url) => {
      const mine = playing.get(tabId);
      return mine !== undefined && steps.isRefusing(mine, url);
    },
  };
}

function endsConnections({ what }: ScenarioStep): boolean {
  return what.kind === 'end' || (what.kind === 'sleep' && what.ending === 'close');
}

function isForLater({ later, what }: ScenarioStep): boolean {
  return later || what.kind === 'refuse';
}

function answer(outcome: ScenarioOutcome): PlayAnswer {
  return { outcome, detail: '' };
}

function resultOf(
  { run, roundStartedAtMs: startedAtMs, clearAtMs: knownClearAtMs }: Playing,
  lost: number,
  reopenedAtMs: number | null,
  nowMs: number,
): RoundResult {
  const clearAtMs = knownClearAtMs ?? nowMs;
  const limitMs = run.mustReopenWithinMs;
  const isLate = limitMs !== null && lost > 0 && (reopenedAtMs === null || reopenedAtMs - clearAtMs > limitMs);
  return { startedAtMs, clearAtMs, lost, reopenedAtMs, isInTime: !isLate };
}
