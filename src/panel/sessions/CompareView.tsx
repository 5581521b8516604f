/** Two stored sessions side by side: what differs, and whether that is better, where it is certain. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import type { Change, ComparedFinding, Comparison } from '../../report/compare/compare.ts';
import { type ComparedSide, comparisonMarkdown } from '../../report/compare/comparison-markdown.ts';
import {
  CHANGE_OF,
  CHANGE_SIGNS,
  COMPARISON,
  type ComparedRow,
  comparisonTables,
  type MeasureWords,
} from '../../report/compare/comparison-tables.ts';
import { formatCount } from '../../words/words.ts';
import { formatBytes, formatDate, formatDuration } from '../models/format.ts';
import { CopyButton } from '../views/CopyButton.tsx';
import { EmptyState } from '../views/EmptyState.tsx';
import { SeverityMark } from '../views/SeverityMark.tsx';
import { usePanel } from '../views/use-panel.ts';
import { COMPARE_SESSIONS } from '../words-sessions.ts';
import { useJob } from './use-job.ts';

export interface CompareViewProps {
  readonly before: SessionRecord;
  readonly after: SessionRecord;
  onBack(): void;
}

export function CompareView({ before, after, onBack }: CompareViewProps) {
  const { verdict } = usePanel();
  const job = useJob();
  const { news } = job;
  const comparison = news?.kind === 'compared' ? news.comparison : null;
  const sides = { before: sideOf(before), after: sideOf(after) };
  useEffect(() => {
    const budgets = verdict.budgets.peek();
    job.start({ kind: 'compare', beforeId: before.sessionId, afterId: after.sessionId, budgets });
  }, [before.sessionId, after.sessionId]);

  return (
    <section class="comparison" aria-label={COMPARISON.label}>
      <div class="sessions-head">
        <button type="button" class="button" onClick={onBack}>
          {COMPARE_SESSIONS.back}
        </button>
        <span class="comparison-sides">
          <Side word={COMPARISON.before} session={before} />
          <Side word={COMPARISON.after} session={after} />
        </span>
        <span class="sessions-end">
          <CopyButton
            text={() => (comparison ? comparisonMarkdown(comparison, { ...sides, measures: MEASURES }) : '')}
            isDisabled={comparison === null}
            label={COMPARE_SESSIONS.copy}
          />
        </span>
      </div>
      {comparison ? <Compared comparison={comparison} /> : <EmptyState words={[waitingFor(news), '']} />}
    </section>
  );
}

function waitingFor(news: ReturnType<typeof useJob>['news']): string {
  if (news?.kind === 'failed') return COMPARE_SESSIONS.failed(news.problem);
  if (news?.kind !== 'progress') return COMPARE_SESSIONS.comparing;
  return COMPARE_SESSIONS.progress(formatCount(news.done), formatCount(news.total));
}

/** Sizes and times as everywhere in the panel. */
const MEASURES: MeasureWords = { ms: formatDuration, bytes: formatBytes };

function sideOf({ name, notes, startedAtMs, environment }: SessionRecord): ComparedSide {
  const browser = environment?.browser;
  const facts = [formatDate(startedAtMs), browser ? `${browser.name} ${browser.version}` : '', notes ?? ''];
  return { name, facts: facts.filter((fact) => fact !== '') };
}

function Side({ word, session }: { readonly word: string; readonly session: SessionRecord }) {
  const { name, facts } = sideOf(session);
  return (
    <span class="comparison-side">
      {word} <strong dir="auto">{name}</strong>{' '}
      <span class="faint" dir="auto">
        {facts.join(' · ')}
      </span>
    </span>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison }) {
  const { findings } = comparison;
  return (
    <div class="comparison-body">
      <Part title={COMPARISON.findings} isEmpty={findings.length === 0}>
        <ul class="comparison-findings">
          {findings.map((finding) => (
            <FindingItem key={finding.rule} finding={finding} />
          ))}
        </ul>
      </Part>
      {comparisonTables(comparison, MEASURES).map(({ title, rows }) => (
        <Part key={title} title={title} isEmpty={rows.length === 0}>
          <Table rows={rows} />
        </Part>
      ))}
    </div>
  );
}

interface PartProps {
  readonly title: string;
  readonly isEmpty: boolean;
  readonly children: ComponentChildren;
}

function Part({ title, isEmpty, children }: PartProps) {
  return (
    <section class="comparison-part">
      <h2>{title}</h2>
      {isEmpty ? <p class="faint">{COMPARISON.none}</p> : children}
    </section>
  );
}

function Table({ rows }: { readonly rows: readonly ComparedRow[] }) {
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{COMPARISON.before}</th>
          <th scope="col">{COMPARISON.after}</th>
          <th scope="col">{COMPARISON.change}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before, after, change }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{before}</td>
            <td class="number">{after}</td>
            <td>{change && <Changed change={change} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Changed({ change }: { readonly change: Change }) {
  return (
    <span class={`change change-${change}`}>
      <span aria-hidden="true">{CHANGE_SIGNS[change]}</span> {COMPARISON.changes[change]}
    </span>
  );
}

function FindingItem({ finding: { where, before, after } }: { readonly finding: ComparedFinding }) {
  const shown = after[0] ?? before[0];
  if (!shown) return null;
  return (
    <li>
      <span class={`change change-${CHANGE_OF[where]}`}>
        <span aria-hidden="true">{CHANGE_SIGNS[CHANGE_OF[where]]}</span> {COMPARISON.where[where]}
      </span>
      <SeverityMark severity={shown.severity} />
      <span dir="auto">{shown.title}</span>
      <span class="faint">{COMPARISON.counts(before.length, after.length)}</span>
    </li>
  );
}
