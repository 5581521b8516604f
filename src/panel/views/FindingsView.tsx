/** What was found: a list, what hurts most first, and the chosen finding beside or below it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Finding } from '../../analysis/findings/finding.ts';
import { SEVERITIES } from '../../analysis/findings/words.ts';
import { familyOf } from '../models/families.ts';
import { healthOf } from '../models/health.ts';
import { percentOf } from '../models/totals.ts';
import { EMPTY, SPLITTERS } from '../words.ts';
import { FINDINGS, SEVERITY_HINTS, SURENESSES } from '../words-findings.ts';
import { EmptyState } from './EmptyState.tsx';
import { FamilyTag } from './FamilyTag.tsx';
import { FindingDetail } from './FindingDetail.tsx';
import { SchemaDialog } from './SchemaDialog.tsx';
import { SeverityMark } from './SeverityMark.tsx';
import { Split } from './Split.tsx';
import { usePanel } from './use-panel.ts';

export interface FindingsViewProps {
  readonly isWide: boolean;
}

export function FindingsView({ isWide }: FindingsViewProps) {
  const { analysis, selectFinding } = usePanel();
  const findings = analysis.findings.value;
  const first = findings[0]?.findingId ?? null;
  // Where there is room for it, what hurts most is read without a click. Once: what was closed stays closed.
  const hasShown = useRef(false);
  useEffect(() => {
    if (hasShown.current || !isWide || first === null) return;
    hasShown.current = true;
    if (analysis.selected.peek() === null) selectFinding(first);
  }, [first, isWide]);
  return (
    <div class="findings">
      <FindingsHead />
      {findings.length === 0 ? (
        <NoFindings />
      ) : (
        <div class="panes">
          <Split
            name="findings"
            label={SPLITTERS.findings}
            direction={isWide ? 'row' : 'column'}
            share={isWide ? 0.36 : 0.4}
            first={<FindingList findings={findings} />}
            second={
              analysis.selected.value ? (
                <FindingDetail key={analysis.selected.value.findingId} finding={analysis.selected.value} />
              ) : (
                isWide && <EmptyState words={FINDINGS.choose} />
              )
            }
          />
        </div>
      )}
    </div>
  );
}

/** What is going on, what went wrong, and the schema. */
function FindingsHead() {
  const { analysis, connections } = usePanel();
  const [isSchemaOpen, setSchemaOpen] = useState(false);
  const progress = analysis.progress.value;
  const result = analysis.result.value;
  const { trouble, findings } = analysis;
  return (
    <div class="findings-head">
      <output class="findings-state" aria-live="polite">
        {findings.value.length > 0 && (
          <span>
            {trouble.value === 0 && `${FINDINGS.healthy(connections.value.length)}. `}
            {FINDINGS.counts(trouble.value, findings.value.length - trouble.value)}
          </span>
        )}
        {result && result.unread.length > 0 && (
          <span class="status-warning">{FINDINGS.unread(result.unread.length)}</span>
        )}
        {analysis.problem.value !== null && (
          <span class="status-abnormal">
            {FINDINGS.failed}: {analysis.problem.value}
          </span>
        )}
        {progress && (
          <span>
            {progress.totalFrames === 0
              ? FINDINGS.analysing
              : FINDINGS.analysingSome(percentOf(progress.readFrames, progress.totalFrames))}
          </span>
        )}
      </output>
      {progress && (
        <button type="button" class="button" onClick={() => analysis.cancel()}>
          {FINDINGS.cancel}
        </button>
      )}
      {!progress && (analysis.problem.value !== null || analysis.isCancelled.value) && (
        <button type="button" class="button" onClick={() => analysis.again()}>
          {FINDINGS.again}
        </button>
      )}
      <button type="button" class="button" aria-haspopup="dialog" onClick={() => setSchemaOpen(true)}>
        {FINDINGS.schema}
      </button>
      {isSchemaOpen && <SchemaDialog onClose={() => setSchemaOpen(false)} />}
    </div>
  );
}

function NoFindings() {
  const { analysis, connections, recording } = usePanel();
  if (connections.value.length === 0) {
    return <EmptyState words={recording.isRecording.value ? EMPTY.recording : EMPTY.paused} />;
  }
  if (analysis.isCancelled.value) return <EmptyState words={FINDINGS.cancelled} />;
  if (!analysis.result.value) return <EmptyState words={[FINDINGS.analysing, '']} />;
  const { connections: count, ...parts } = healthOf(connections.value);
  const said = Object.entries(parts).filter(([, number]) => number > 0) as [keyof typeof parts, number][];
  return (
    <EmptyState
      words={[FINDINGS.healthy(count), said.map(([name, number]) => FINDINGS.healthyParts[name](number)).join(', ')]}
    />
  );
}

/** One stop for the Tab key; arrows choose. */
function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const { analysis, selectFinding } = usePanel();
  const list = useRef<HTMLDivElement>(null);
  const selectedId = analysis.selected.value?.findingId ?? null;
  const at = findings.findIndex(({ findingId }) => findingId === selectedId);

  function choose(index: number): void {
    const finding = findings[index];
    if (!finding) return;
    selectFinding(finding.findingId);
    list.current?.children[index]?.scrollIntoView({ block: 'nearest' });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const last = findings.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: last,
    };
    const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  }

  return (
    <div
      ref={list}
      class="finding-list"
      role="listbox"
      aria-label={FINDINGS.label}
      tabIndex={0}
      aria-activedescendant={at < 0 ? undefined : `finding-${at}`}
      onKeyDown={onKeyDown}
    >
      {findings.map((finding, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and names it
        <div
          key={finding.findingId}
          id={`finding-${i}`}
          class={`finding-row is-${finding.severity}`}
          role="option"
          aria-selected={i === at}
          onClick={() => choose(i)}
        >
          <SeverityMark severity={finding.severity} />
          <span class="finding-title">{finding.title}</span>
          <span class="finding-facts">
            <span title={SEVERITY_HINTS[finding.severity]}>{SEVERITIES[finding.severity]}</span>
            <span title={finding.because}>{SURENESSES[finding.sureness]}</span>
            <FamilyTag {...familyOf(finding)} />
            {finding.connectionIds.length > 0 && <span>{FINDINGS.about(finding.connectionIds.length)}</span>}
          </span>
        </div>
      ))}
    </div>
  );
}
