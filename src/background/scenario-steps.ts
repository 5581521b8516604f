/**
 * The steps of a scenario that is being played: sends their faults to the documents that they are for, refuses handshakes
 * in the browser, and ends each when its time is over. Knows nothing of rounds.
 */
import type { Refusals } from '../browser/refusals.ts';
import { faultOf, matchesPattern, patternOf, resolveTarget } from '../faults/resolve.ts';
import { type Scenario, type ScenarioStep, stepEndsAtMs } from '../faults/scenario.ts';
import type { RefuseEffect } from '../protocol/fault.ts';
import { COMMAND_TIMEOUT_MS } from '../protocol/limits.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type { ScenarioRun } from '../protocol/panel-link.ts';
import type { ConnectionRecord } from '../protocol/records.ts';
import { inOrder } from './refusals-in-order.ts';
import { createRefusedConnections } from './refused-connections.ts';
import type { FaultOrder } from './relay-links.ts';
import type { RoundConnections } from './round-connections.ts';

/** A step that has begun in the round that is being played. */
export interface ActiveStep {
  readonly step: ScenarioStep;
  readonly faultId: string;
  /** Documents in which it holds. */
  readonly documents: Set<string>;
  /** Of a refusal: the browser's rule, and what it lets through no more. */
  readonly ruleId: number | null;
  readonly urlPattern: string | null;
  refused: number;
}

/** A scenario that is being played in a tab. */
export interface Playing {
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

export type Answers = readonly (CommandOutcome | null)[];

export interface ScenarioStepsEdges {
  readonly refusals: Refusals;
  documentsOf(tabId: number): readonly string[];
  command(documentId: string, order: FaultOrder): Promise<CommandOutcome | null>;
  /** Whether the scenario is being played still, and in that round. */
  isLive(mine: Playing, round: number): boolean;
  /** A step may have been over, or is. */
  onOver(mine: Playing): void;
  onFailed(tabId: number, error: unknown): void;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface ScenarioSteps {
  /** What the documents said to it; nothing of a refusal. */
  begin(mine: Playing, step: ScenarioStep, faultId: string): Promise<Answers>;
  /** Ends all refusals of what is played; the pages' faults are stopped all at once. */
  endAll(mine: Playing): void;
  /** Whether no step that has begun holds any more. */
  areOver(mine: Playing): boolean;
  onLinked(mine: Playing, documentId: string): void;
  onUnlinked(mine: Playing, documentId: string): void;
  onFaultOver(mine: Playing, documentId: string, faultId: string): void;
  /** True: it was refused by one of these steps. */
  onHandshakeFailed(mine: Playing, url: string): boolean;
  /** Whether handshakes to this URL are being refused. */
  isRefusing(mine: Playing, url: string): boolean;
  /** Whether its handshake was refused because of a scenario, which is said once. */
  isRefusedNow(tabId: number, connection: ConnectionRecord): boolean;
}

export function createScenarioSteps(edges: ScenarioStepsEdges): ScenarioSteps {
  const { nowMs, callAfter } = edges;
  const refusals = inOrder(edges.refusals);
  const refused = createRefusedConnections();
  let lastRuleId = 0;

  async function begin(mine: Playing, step: ScenarioStep, faultId: string): Promise<Answers> {
    const { round, target, targetUrl } = mine.run;
    if (!edges.isLive(mine, round)) return [];
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
    if (edges.isLive(mine, round)) edges.onOver(mine);
    return answers;

    function endAfter(delayMs: number): void {
      callAfter(delayMs, () => {
        if (edges.isLive(mine, round)) end(mine, active);
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
    if (!edges.isLive(mine, round)) await removeRules([id]);
    else if (durationMs !== null) {
      callAfter(durationMs, () => {
        if (edges.isLive(mine, round)) end(mine, active);
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
    if (edges.isLive(mine, run.round)) edges.onOver(mine);
    return outcome;
  }

  function end(mine: Playing, active: ActiveStep): void {
    if (mine.active.get(active.faultId) !== active) return;
    mine.active.delete(active.faultId);
    const { ruleId, faultId } = active;
    if (ruleId !== null) allow(mine, [ruleId]);
    for (const documentId of active.documents) void edges.command(documentId, { kind: 'stopFault', faultId });
    edges.onOver(mine);
  }

  async function removeRules(ids: readonly number[]): Promise<void> {
    await refusals.remove(ids);
    refused.end(ids, nowMs());
  }

  function allow({ tabId }: Playing, ruleIds: readonly number[]): void {
    removeRules(ruleIds).catch((error: unknown) => edges.onFailed(tabId, error));
  }

  return {
    begin,
    endAll: (mine) => {
      const ids = [...mine.active.values()].flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]));
      mine.active.clear();
      if (ids.length > 0) allow(mine, ids);
    },
    areOver: ({ active: all }) => {
      for (const active of all.values()) {
        if (active.ruleId === null && active.documents.size === 0 && !waitsForMore(active)) all.delete(active.faultId);
      }
      return all.size === 0;
    },
    onLinked: (mine, documentId) => {
      for (const active of mine.active.values()) {
        if (active.ruleId === null && active.step.later && !active.documents.has(documentId)) {
          void orderIn(mine, active, documentId);
        }
      }
    },
    onUnlinked: (mine, documentId) => {
      for (const { documents } of mine.active.values()) documents.delete(documentId);
      edges.onOver(mine);
    },
    onFaultOver: (mine, documentId, faultId) => {
      mine.active.get(faultId)?.documents.delete(documentId);
      edges.onOver(mine);
    },
    onHandshakeFailed: (mine, url) => {
      const refusal = refusalOf(mine, url);
      if (!refusal) return false;
      refusal.refused++;
      const { what } = refusal.step;
      if (what.kind === 'refuse' && what.count !== null && refusal.refused >= what.count) end(mine, refusal);
      return true;
    },
    isRefusing: (mine, url) => refusalOf(mine, url) !== undefined,
    isRefusedNow: refused.isNew,
  };
}

/** What refuses handshakes to this URL just now. */
function refusalOf({ active }: Playing, url: string): ActiveStep | undefined {
  return [...active.values()].find(
    ({ ruleId, urlPattern }) => ruleId !== null && (urlPattern === null || matchesPattern(url, urlPattern)),
  );
}

/** A document that comes later may be what it is for. */
function waitsForMore({ step }: ActiveStep): boolean {
  return step.later && step.forMs !== null;
}
