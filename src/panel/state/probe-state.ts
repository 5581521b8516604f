/** Asking endpoints whose handshakes failed: which can be asked, which is being asked, and what they answered. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { closedBy } from '../../analysis/connection-state.ts';
import { endpointOf } from '../../analysis/endpoint.ts';
import type { ProbeRecord } from '../../protocol/evidence.ts';
import type { ProbeOutcome } from '../../protocol/panel-link.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { PanelLink } from '../link/panel-link.ts';

export interface Endpoint {
  /** Without query: tokens are nobody's business. */
  readonly endpoint: string;
  /** The last connection to it whose handshake failed. */
  readonly connectionId: string;
  /** The last answer; null: it was not asked. */
  readonly probe: ProbeRecord | null;
  readonly isAsking: boolean;
  /** Why it was not asked; null: it was, or nobody wanted it. */
  readonly refusal: Exclude<ProbeOutcome, 'asked'> | 'unanswered' | null;
}

export interface ProbeState {
  /** Endpoints with failed handshakes among these connections. */
  endpointsOf(connectionIds: readonly string[]): readonly Endpoint[];
  ask(endpoint: Endpoint): void;
}

export interface ProbeStateInput {
  readonly link: Pick<PanelLink, 'probe'>;
  readonly connections: ReadonlySignal<readonly ConnectionRecord[]>;
  readonly probes: ReadonlySignal<readonly ProbeRecord[]>;
}

export function createProbeState({ link, connections, probes }: ProbeStateInput): ProbeState {
  /** By endpoint: what became of asking; null: it is not known yet. */
  const asked = signal<ReadonlyMap<string, ProbeOutcome | 'unanswered' | null>>(new Map());
  const failed = computed(() => connections.value.filter((record) => closedBy(record) === 'neverOpened'));
  const endpointById = computed(
    () => new Map(connections.value.map(({ connectionId, url }) => [connectionId, endpointOf(url)])),
  );

  function note(endpoint: string, outcome: ProbeOutcome | 'unanswered' | null): void {
    asked.value = new Map(asked.peek()).set(endpoint, outcome);
  }

  return {
    endpointsOf: (connectionIds) => {
      const ids = new Set(connectionIds);
      const last = new Map<string, string>();
      for (const { connectionId, url } of failed.value)
        if (ids.has(connectionId)) last.set(endpointOf(url), connectionId);
      return [...last].map(([endpoint, connectionId]) => {
        const probe = probes.value.findLast((one) => endpointById.value.get(one.connectionId) === endpoint) ?? null;
        const outcome = asked.value.get(endpoint);
        return {
          endpoint,
          connectionId,
          probe,
          isAsking: outcome === null || (probe !== null && probe.answeredAtMs === null),
          refusal: outcome === undefined || outcome === null || outcome === 'asked' ? null : outcome,
        };
      });
    },
    ask: ({ endpoint, connectionId }) => {
      note(endpoint, null);
      void link.probe(connectionId).then(({ outcome }) => note(endpoint, outcome));
    },
  };
}
