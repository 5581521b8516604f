/** From a step of a scenario to the faults that pages are told: where they hold, and under which name. */
import type { Fault, FaultTarget } from '../protocol/fault.ts';
import type { ScenarioTarget } from '../protocol/panel-link.ts';
import type { ScenarioStep } from './scenario.ts';

/** The connection that a scenario for one connection is about now. */
export interface TargetedConnection {
  readonly documentId: string;
  readonly connection: number;
  readonly url: string;
}

export interface ResolvedTarget {
  /** Null: for all documents of the tab. */
  readonly documentId: string | null;
  readonly where: FaultTarget;
}

/** Origin and path, whatever the query: tokens and ids in it change from one attempt to the next. */
export function endpointPattern(url: string): string {
  const end = url.search(/[?#]/);
  return `${end < 0 ? url : url.slice(0, end)}*`;
}

/** Null: there is no such connection. */
export function resolveTarget(
  target: ScenarioTarget,
  { later }: Pick<ScenarioStep, 'later'>,
  connection: TargetedConnection | null,
): ResolvedTarget | null {
  switch (target.kind) {
    case 'tab':
      return { documentId: null, where: { kind: 'all', later } };
    case 'matching':
      return { documentId: null, where: { kind: 'matching', urlPattern: target.urlPattern, later } };
    case 'connection':
      if (!connection) return null;
      // What takes its place is known by its endpoint alone.
      return later
        ? { documentId: null, where: { kind: 'matching', urlPattern: endpointPattern(connection.url), later } }
        : {
            documentId: connection.documentId,
            where: { kind: 'connection', connection: connection.connection },
          };
  }
}

/** The URLs in reach of a target; null: all of the tab. `url`: of the connection that it is about. */
export function patternOf(target: ScenarioTarget, url: string | null): string | null {
  if (target.kind === 'matching') return target.urlPattern;
  return target.kind === 'connection' && url !== null ? endpointPattern(url) : null;
}

/** Whether a URL is of a pattern in which `*` stands for any characters. */
export function matchesPattern(url: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return url === pattern;
  const last = parts.at(-1) ?? '';
  if (!url.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = url.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return url.length - last.length >= at && url.endsWith(last);
}

export function faultOf(step: ScenarioStep, id: string, where: FaultTarget, seed: number): Fault {
  const { when, what, times } = step;
  return { id, where, when, what, times, seed };
}
