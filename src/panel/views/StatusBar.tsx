/** The line at the bottom: what there is, what is missing, what became of the last drop. */
import { coverageOf } from '../../analysis/coverage.ts';
import type { GapReason } from '../../protocol/page-report.ts';
import { formatBytes } from '../models/format.ts';
import { COVERAGE, DROP_OUTCOMES, DROP_PENDING, gap, STATUS } from '../words.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

export function StatusBar() {
  const state = usePanel();
  const { connections, frames, bytes, missed, rejected, abnormal, simulated } = state.totals.value;
  const listed = state.listed.value.length;
  return (
    <section class="status" aria-label={STATUS.label}>
      <RecordingState />
      <span>{listed === connections ? STATUS.connections(connections) : STATUS.listed(listed, connections)}</span>
      <span>{STATUS.frames(frames)}</span>
      <span>{formatBytes(bytes)}</span>
      {abnormal > 0 && <span class="status-abnormal">{STATUS.abnormal(abnormal)}</span>}
      {simulated > 0 && <span class="status-simulated">{STATUS.simulated(simulated)}</span>}
      {[...missed].map(([reason, count]: [GapReason | 'unlisted', number]) => (
        <span key={reason} class="status-warning">
          <Icon name="warning" />
          {gap(count, reason)}
        </span>
      ))}
      <Coverage />
      {rejected > 0 && (
        <span class="status-warning" title={STATUS.rejectedHint}>
          <Icon name="warning" />
          {STATUS.rejected(rejected)}
        </span>
      )}
      <DropOutcome />
    </section>
  );
}

/** What was not seen whole. */
function Coverage() {
  const state = usePanel();
  const { framesOnly, handshakeOnly, overlooked } = coverageOf(
    state.connections.value,
    state.recording.overlooked.value,
  );
  const parts = [
    [handshakeOnly, COVERAGE.handshakeOnly, COVERAGE.handshakeOnlyHint],
    [framesOnly, COVERAGE.framesOnly, COVERAGE.framesOnlyHint],
    [overlooked, COVERAGE.overlooked, COVERAGE.overlookedHint],
  ] as const;
  return parts.map(
    ([count, words, hint]) =>
      count > 0 && (
        <span key={hint} class="status-warning" title={hint}>
          <Icon name="warning" />
          {words(count)}
        </span>
      ),
  );
}

function RecordingState() {
  const { recording } = usePanel();
  const status = recording.status.value;
  if (status === 'orphaned' || recording.failure.value) return <span>{STATUS.notRecording}</span>;
  if (status === 'connecting') return <span>{STATUS.connecting}</span>;
  const isOn = recording.isRecording.value;
  return <span class={isOn ? 'status-recording' : 'status-paused'}>{isOn ? STATUS.recording : STATUS.paused}</span>;
}

/** Always there, so that screen readers hear of what is put into it. */
function DropOutcome() {
  const report = usePanel().dropReport.value;
  const outcome = report?.outcome;
  const isGood = outcome === 'done' || outcome === null;
  return (
    <output class={`status-drop ${isGood ? '' : 'status-warning'}`} aria-live="polite" title={report?.url}>
      {report && (outcome ? DROP_OUTCOMES[outcome] : DROP_PENDING)}
    </output>
  );
}
