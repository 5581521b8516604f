/** What is worth knowing of a connection at a glance, beside its URL: findings, faults, who saw it. */
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { PanelState } from '../state/panel-state.ts';
import { CONNECTIONS, SEEN_FROM_OUTSIDE } from '../words.ts';
import { MARKS } from '../words-grids.ts';
import { SeverityMark } from './SeverityMark.tsx';
import { usePanel } from './use-panel.ts';

export function ConnectionTags({ record }: { readonly record: ConnectionRecord }) {
  const state = usePanel();
  const scenarios = scenariosOf(record, state);
  return (
    <span class="tags">
      <Findings record={record} />
      {record.droppedAtMs !== null && <Simulated word={MARKS.dropped} hint={MARKS.droppedHint} />}
      {record.refusedAtMs !== undefined && <Simulated word={MARKS.refused} hint={MARKS.refusedHint} />}
      {scenarios.map((name) => (
        <Simulated key={name} word={name} hint={MARKS.scenarioHint} />
      ))}
      {(record.faults ?? []).length > 0 && scenarios.length === 0 && record.droppedAtMs === null && (
        <Simulated word={MARKS.fault} hint={MARKS.faultHint} />
      )}
      {record.seenBy !== 'page' && (
        <span class="tag" title={SEEN_FROM_OUTSIDE[record.seenBy].hint}>
          {SEEN_FROM_OUTSIDE[record.seenBy].tag}
        </span>
      )}
      {isPageGone(record, state) && <span class="tag">{CONNECTIONS.pageGone}</span>}
    </span>
  );
}

function Simulated({ word, hint }: { readonly word: string; readonly hint: string }) {
  return (
    <span class="tag tag-simulated" title={hint}>
      {word}
    </span>
  );
}

/** Problems and warnings that are about it. */
function Findings({ record: { connectionId } }: { readonly record: ConnectionRecord }) {
  const { analysis } = usePanel();
  const found = analysis.findings.value.filter(
    ({ severity, connectionIds }) => severity !== 'note' && connectionIds.includes(connectionId),
  );
  const [first] = found;
  if (!first) return null;
  return (
    <span class="tag tag-findings" title={found.map(({ title }) => title).join('\n')}>
      <SeverityMark severity={first.severity} />
      <span aria-hidden="true">{found.length}</span>
      <span class="visually-hidden">{MARKS.findings(found.length)}</span>
    </span>
  );
}

/** Names of the scenarios that did something to it; ids of their faults begin with that of their run. */
function scenariosOf({ faults = [] }: ConnectionRecord, { scenarios }: PanelState): readonly string[] {
  if (faults.length === 0) return [];
  const runIds = new Set(faults.map(({ fault }) => fault.split('.')[0] ?? ''));
  return [...new Set(scenarios.runs.value.filter(({ runId }) => runIds.has(runId)).map(({ name }) => name))];
}

function isPageGone({ documentId }: ConnectionRecord, { recording }: PanelState): boolean {
  return (recording.documents.value.get(documentId)?.goneAtMs ?? null) !== null;
}
