/** For failed handshakes: asks the endpoint what the browser hides, and says what it answered. */
import type { Finding } from '../../analysis/findings/finding.ts';
import type { ProbeRecord } from '../../protocol/evidence.ts';
import type { Endpoint } from '../state/probe-state.ts';
import { FINDINGS, PROBE_REFUSALS } from '../words-findings.ts';
import { usePanel } from './use-panel.ts';

/** Of endpoints; more would be noise. */
const MAX_SHOWN = 3;

export function EndpointAnswer({ finding }: { readonly finding: Finding }) {
  const { probes, isStored } = usePanel();
  const endpoints = probes.endpointsOf(finding.connectionIds).slice(0, MAX_SHOWN);
  if (endpoints.length === 0) return null;
  return (
    <ul class="endpoints">
      {endpoints.map((endpoint) => (
        <li key={endpoint.endpoint} class="endpoint">
          {!isStored && (
            <button
              type="button"
              class="button"
              title={FINDINGS.askHint}
              disabled={endpoint.isAsking}
              onClick={() => probes.ask(endpoint)}
            >
              {endpoint.isAsking ? FINDINGS.asking : FINDINGS.ask}
            </button>
          )}
          <span class="endpoint-name">{endpoint.endpoint}</span>
          <output class="endpoint-answer" aria-live="polite">
            {answerOf(endpoint)}
          </output>
        </li>
      ))}
    </ul>
  );
}

function answerOf({ probe, isAsking, refusal }: Endpoint): string {
  if (refusal !== null) return PROBE_REFUSALS[refusal];
  if (isAsking || probe === null) return '';
  if (probe.status !== null) return FINDINGS.answered(probe.status, serverOf(probe));
  return probe.networkError === null ? FINDINGS.nobodyAnswered : FINDINGS.notAnswered(probe.networkError);
}

function serverOf({ headers }: ProbeRecord): string {
  return headers.find(([name]) => name === 'server')?.[1] ?? '';
}
