/** The line at the bottom: what there is, what is missing, what became of the last drop. */
import type { GapReason } from '../../protocol/page-report.ts';
import { formatBytes } from '../models/format.ts';
import { COVERAGE, DROP_OUTCOMES, GAP_REASONS, gap, SETTINGS, STATUS } from '../words.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

export interface StatusBarProps {
  /** The list of all keys is wanted. */
  onHelp(): void;
}

export function StatusBar({ onHelp }: StatusBarProps) {
  const state = usePanel();
  const { connections, frames, bytes, missed, rejected, payloadsLeftOut, abnormal, simulated } = state.totals.value;
  const listed = state.listed.value.length;
  return (
    <section class="status" aria-label={STATUS.label}>
      <RecordingState />
      <span>{listed === connections ? STATUS.connections(connections) : STATUS.listed(listed, connections)}</span>
      <span class="status-amount">{STATUS.frames(frames)}</span>
      <span class="status-amount">{formatBytes(bytes)}</span>
      {abnormal > 0 && <span class="status-abnormal">{STATUS.abnormal(abnormal)}</span>}
      {simulated > 0 && <span class="status-simulated">{STATUS.simulated(simulated)}</span>}
      {[...missed].map(([reason, count]: [GapReason | 'unlisted', number]) => (
        <Missed key={reason} count={count} reason={reason} />
      ))}
      {payloadsLeftOut > 0 && <Warning text={STATUS.leftOut(payloadsLeftOut)} hint={STATUS.leftOutHint} />}
      <Pressure />
      <Coverage />
      {rejected > 0 && <Warning text={STATUS.rejected(rejected)} hint={STATUS.rejectedHint} />}
      {state.recording.settings.value?.areSaved === false && (
        <Warning text={SETTINGS.notSaved} hint={SETTINGS.notSavedHint} />
      )}
      <DropOutcome />
      <output class="status-notice" aria-live="polite">
        {state.notice.value}
      </output>
      <button type="button" class="status-help" aria-label={STATUS.keys} title={STATUS.keys} onClick={onHelp}>
        <kbd>?</kbd>
      </button>
    </section>
  );
}

/** Where there is little room, its reason is said by the pointer alone; the list of frames has it, too. */
function Missed({ count, reason }: { readonly count: number; readonly reason: GapReason | 'unlisted' }) {
  if (reason === 'cleared') return <span>{gap(count, reason)}</span>;
  return (
    <span class="status-warning" title={gap(count, reason)}>
      <Icon name="warning" />
      {STATUS.missed(count)}
      <span class="status-reason">: {GAP_REASONS[reason]}</span>
    </span>
  );
}

function Warning({ text, hint }: { readonly text: string; readonly hint: string }) {
  return (
    <span class="status-warning" title={hint}>
      <Icon name="warning" />
      {text}
    </span>
  );
}

/** As long as the page sends more than is stored. */
function Pressure() {
  const { heldBackBytes, leftOut } = usePanel().recording.pressure.value;
  if (heldBackBytes === 0) return null;
  return (
    <Warning
      text={`${STATUS.behind(formatBytes(heldBackBytes))}${STATUS.leavingOut[leftOut]}`}
      hint={STATUS.behindHint}
    />
  );
}

/** What was not seen whole. */
function Coverage() {
  const state = usePanel();
  const { framesOnly, handshakeOnly } = state.totals.value;
  const overlooked = state.recording.overlooked.value;
  const parts = [
    [handshakeOnly, COVERAGE.handshakeOnly, COVERAGE.handshakeOnlyHint],
    [framesOnly, COVERAGE.framesOnly, COVERAGE.framesOnlyHint],
    [overlooked, COVERAGE.overlooked, COVERAGE.overlookedHint],
  ] as const;
  return parts.map(([count, words, hint]) => count > 0 && <Warning key={hint} text={words(count)} hint={hint} />);
}

function RecordingState() {
  const { recording, isStored } = usePanel();
  const status = recording.status.value;
  if (status === 'orphaned' || recording.failure.value) return <span>{STATUS.notRecording}</span>;
  if (status === 'connecting') return <span>{STATUS.connecting}</span>;
  if (isStored) return <span class="status-stored">{STATUS.stored}</span>;
  const isOn = recording.isRecording.value;
  return <span class={isOn ? 'status-recording' : 'status-paused'}>{isOn ? STATUS.recording : STATUS.paused}</span>;
}

/** Always there, so that screen readers hear of what is put into it. */
function DropOutcome() {
  const report = usePanel().drop.report.value;
  const outcome = report?.outcome;
  const isGood = outcome === 'done' || outcome === null;
  return (
    <output class={`status-drop ${isGood ? '' : 'status-warning'}`} aria-live="polite" title={report?.url}>
      {report && DROP_OUTCOMES[outcome ?? 'pending']}
    </output>
  );
}
