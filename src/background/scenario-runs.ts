/**
 * Plays scenarios: one a tab at a time. Sends each step's fault to the documents that it is for when its moment comes,
 * refuses handshakes in the browser, waits until the connection is back, and begins the next round. Everything ends when
 * the scenario does, when it is stopped, and when nobody looks at the tab any more; when this worker dies, the content
 * scripts end the faults of their pages, and the next worker removes the refusals.
 */
import type { Refusals } from '../browser/refusals.ts';
import { faultOf, matchesPattern, patternOf, resolveTarget } from '../faults/resolve.ts';
import { readScenario, roundMs, type Scenario, type ScenarioStep, stepEndsAtMs } from '../faults/scenario.ts';
import type { RefuseEffect } from '../protocol/fault.ts';
import { isShortString } from '../protocol/guards.ts';
import { COMMAND_TIMEOUT_MS, MAX_URL_CHARS } from '../protocol/limits.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type {
  RoundResult,
  ScenarioOutcome,
  ScenarioRun,
  ScenarioRunState,
  ScenarioTarget,
} from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { inOrder } from './refusals-in-order.ts';
import { createRefusedConnections } from './refused-connections.ts';
import type { FaultOrder } from './relay-links.ts';
import { createRoundConnections, type RoundConnections } from './round-connections.ts';

/** What the page said at the end of a round has been written by then. */
export const SETTLE_MS = 500;
/** Pages in the background are slow to tell that a connection has ended: their timers come once a second. */
export const LOSS_TOLD_MS = 5_000;
/** A connection that is open again is given so long to say what it has to, before it is lost anew. */
export const ROUND_PAUSE_MS = 1_000;
/** Longest wait for a connection to come back. */
export const REOPEN_WAIT_MS = 60_000;
/** Browsers end an idle worker after 30 s; a call of one of their interfaces counts as work. */
export const KEEP_ALIVE_MS = 20_000;

export interface ScenarioRunsEdges {
  readonly refusals: Refusals;
  /** The session of a tab that is recorded. */
  sessionOf(tabId: number): string | undefined;
  connectionsOf(sessionId: string): Promise<readonly ConnectionRecord[]>;
  /** Why a connection is not the tab's to be touched; null: it is. */
  obstacleOf(tabId: number, connectionId: string): Promise<ScenarioOutcome | null>;
  documentsOf(tabId: number): readonly string[];
  command(documentId: string, order: FaultOrder): Promise<CommandOutcome | null>;
  stopAllFaults(tabId: number): void;
  tell(tabId: number, run: ScenarioRun): void;
  /** For the recording. */
  note(tabId: number, sessionId: string, kind: 'faultStarted' | 'faultEnded', run: ScenarioRun): void;
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
  /** The last one of this worker. */
  runOf(tabId: number): ScenarioRun | null;
  onRowsChanged(tabId: number, connections: readonly ConnectionRecord[]): void;
  onLinked(tabId: number, documentId: string): void;
  onUnlinked(tabId: number, documentId: string): void;
  onFaultOver(tabId: number, documentId: string, faultId: string): void;
  onHandshakeFailed(tabId: number, url: string): void;
}

/** A step that has begun in the round that is being played. */
interface ActiveStep {
  readonly step: ScenarioStep;
  readonly faultId: string;
  /** Documents in which it holds. */
  readonly documents: Set<string>;
  /** Of a refusal: the browser's rule, and what it lets through no more. */
  readonly ruleId: number | null;
  readonly urlPattern: string | null;
  refused: number;
}

interface Playing {
  readonly tabId: number;
  readonly sessionId: string;
  readonly scenario: Scenario;
  readonly connections: RoundConnections;
  readonly active: Map<string, ActiveStep>;
  run: ScenarioRun;
  roundStartedAtMs: number;
  clearAtMs: number | null;
  stepsToCome: number;
}

type Answers = readonly (CommandOutcome | null)[];

export function createScenarioRuns(edges: ScenarioRunsEdges): ScenarioRuns {
  const { nowMs, callAfter } = edges;
  const refusals = inOrder(edges.refusals);
  const refused = createRefusedConnections();
  const playing = new Map<number, Playing>();
  const last = new Map<number, ScenarioRun>();
  /** Tabs whose scenario is just being looked at. */
  const beginning = new Set<number>();
  let lastRuleId = 0;
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
      edges.note(tabId, sessionId, 'faultStarted', prepared.run);
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
    const rows = await edges.connectionsOf(sessionId);
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
    const steps = scenario.steps.map((step, at) => ({ step, faultId: `${mine.run.runId}.${round}.${at}` }));
    const atOnce = steps.filter(({ step }) => step.atMs === 0);
    for (const { step, faultId } of steps) {
      if (step.atMs === 0) continue;
      callAfter(step.atMs, () => {
        if (isLive(mine, round)) beginStep(mine, step, faultId).catch((error) => edges.onFailed(mine.tabId, error));
      });
    }
    // Refusals first: the page may try again in the same moment in which it loses its connection.
    for (const { step, faultId } of atOnce) if (step.what.kind === 'refuse') await beginStep(mine, step, faultId);
    const answers = await Promise.all(
      atOnce
        .filter(({ step }) => step.what.kind !== 'refuse')
        .map(({ step, faultId }) => beginStep(mine, step, faultId)),
    );
    return answers.flat();
  }

  async function beginStep(mine: Playing, step: ScenarioStep, faultId: string): Promise<Answers> {
    const { round, target, targetUrl } = mine.run;
    if (!isLive(mine, round)) return [];
    const isRefusal = step.what.kind === 'refuse';
    const active: ActiveStep = {
      step,
      faultId,
      documents: new Set(),
      ruleId: isRefusal ? ++lastRuleId : null,
      urlPattern: patternOf(target, targetUrl),
      refused: 0,
    };
    mine.active.set(faultId, active);
    mine.stepsToCome--;
    const answers = isRefusal ? await refuse(mine, active, step.what as RefuseEffect) : await order(mine, active);
    const endMs = stepEndsAtMs(step);
    if (step.forMs !== null) endAfter(step.forMs);
    // The page says when it is over; but a page may say what it likes, or nothing.
    else if (endMs !== null && !isRefusal) endAfter(endMs - step.atMs + COMMAND_TIMEOUT_MS);
    if (isLive(mine, round)) lookForEnd(mine);
    return answers;

    function endAfter(delayMs: number): void {
      callAfter(delayMs, () => {
        if (isLive(mine, round)) endStep(mine, active);
      });
    }
  }

  async function refuse(mine: Playing, active: ActiveStep, { durationMs }: RefuseEffect): Promise<Answers> {
    const { ruleId: id, urlPattern } = active;
    const { tabId } = mine;
    const { round } = mine.run;
    if (id === null) return [];
    refused.begin({ id, tabId, urlPattern, fromMs: nowMs() });
    await refusals.add({ id, tabId, urlPattern });
    if (!isLive(mine, round)) await removeRules([id]);
    else if (durationMs !== null) {
      callAfter(durationMs, () => {
        if (isLive(mine, round)) endStep(mine, active);
      });
    }
    return [];
  }

  /** To the documents that it is for. */
  async function order(mine: Playing, active: ActiveStep): Promise<Answers> {
    const { run, connections, tabId } = mine;
    const resolved = resolveTarget(run.target, active.step, connections.current());
    if (!resolved) return ['notFound'];
    const documents = resolved.documentId === null ? edges.documentsOf(tabId) : [resolved.documentId];
    return await Promise.all(documents.map((documentId) => orderIn(mine, active, documentId)));
  }

  async function orderIn(mine: Playing, active: ActiveStep, documentId: string): Promise<CommandOutcome | null> {
    const { run, connections, scenario } = mine;
    const resolved = resolveTarget(run.target, active.step, connections.current());
    if (!resolved) return 'notFound';
    const fault = faultOf(active.step, active.faultId, resolved.where, scenario.seed);
    active.documents.add(documentId);
    const outcome = await edges.command(documentId, { kind: 'fault', fault: fault as never });
    if (outcome !== 'done') active.documents.delete(documentId);
    if (isLive(mine, run.round)) lookForEnd(mine);
    return outcome;
  }

  function endStep(mine: Playing, active: ActiveStep): void {
    if (mine.active.get(active.faultId) !== active) return;
    mine.active.delete(active.faultId);
    const { ruleId, faultId } = active;
    if (ruleId !== null) allow(mine, [ruleId]);
    for (const documentId of active.documents) void edges.command(documentId, { kind: 'stopFault', faultId });
    lookForEnd(mine);
  }

  async function removeRules(ids: readonly number[]): Promise<void> {
    await refusals.remove(ids);
    refused.end(ids, nowMs());
  }

  function allow({ tabId }: Playing, ruleIds: readonly number[]): void {
    removeRules(ruleIds).catch((error: unknown) => edges.onFailed(tabId, error));
  }

  /** The round is over when all steps have begun and none holds any more. */
  function lookForEnd(mine: Playing): void {
    for (const active of mine.active.values()) {
      if (active.ruleId === null && active.documents.size === 0 && !waitsForMore(active)) {
        mine.active.delete(active.faultId);
      }
    }
    if (mine.stepsToCome > 0 || mine.active.size > 0 || mine.clearAtMs !== null) return;
    const { round } = mine.run;
    mine.clearAtMs = nowMs();
    callAfter(SETTLE_MS, () => {
      if (isLive(mine, round)) awaitReopening(mine);
    });
  }

  /** A document that comes later may be what it is for. */
  function waitsForMore({ step }: ActiveStep): boolean {
    return step.later && step.forMs !== null;
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
    const ids = [...mine.active.values()].flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]));
    mine.active.clear();
    if (ids.length > 0) allow(mine, ids);
    edges.stopAllFaults(mine.tabId);
    change(mine, { state, endedAtMs: nowMs(), roundEndsAtMs: null });
    edges.note(mine.tabId, mine.sessionId, 'faultEnded', mine.run);
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
    onRowsChanged: (tabId, rows) => {
      for (const row of rows) if (refused.isNew(tabId, row)) edges.onRefused(tabId, row);
      const mine = playing.get(tabId);
      if (!mine) return;
      mine.connections.update(rows);
      if (mine.run.state === 'waiting' && mine.connections.reopenedAtMs() !== null) {
        endRound(mine, mine.connections.reopenedAtMs());
      }
    },
    onLinked: (tabId, documentId) => {
      const mine = playing.get(tabId);
      if (!mine) return;
      for (const active of mine.active.values()) {
        if (active.ruleId === null && active.step.later && !active.documents.has(documentId)) {
          void orderIn(mine, active, documentId);
        }
      }
    },
    onUnlinked: (tabId, documentId) => {
      const mine = playing.get(tabId);
      if (!mine) return;
      for (const { documents } of mine.active.values()) documents.delete(documentId);
      lookForEnd(mine);
    },
    onFaultOver: (tabId, documentId, faultId) => {
      const mine = playing.get(tabId);
      mine?.active.get(faultId)?.documents.delete(documentId);
      if (mine) lookForEnd(mine);
    },
    onHandshakeFailed: (tabId, url) => {
      const mine = playing.get(tabId);
      if (!mine) return;
      const refusal = [...mine.active.values()].find(
        ({ ruleId, urlPattern }) => ruleId !== null && (urlPattern === null || matchesPattern(url, urlPattern)),
      );
      if (!refusal) return;
      refusal.refused++;
      change(mine, { refused: mine.run.refused + 1 });
      const { what } = refusal.step;
      if (what.kind === 'refuse' && what.count !== null && refusal.refused >= what.count) endStep(mine, refusal);
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
