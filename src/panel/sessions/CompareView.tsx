/** Two stored sessions side by side: what differs, and whether that is better, where it is certain. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SessionRecord } from '../../protocol/records.ts';
import type { Change, ComparedFigure, ComparedFinding, Comparison, LineCounts } from '../../report/compare/compare.ts';
import { formatCount, formatDecimal } from '../../words/words.ts';
import { formatBytes, formatDate, formatDuration } from '../models/format.ts';
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
  useEffect(() => {
    const budgets = verdict.budgets.peek();
    job.start({ kind: 'compare', beforeId: before.sessionId, afterId: after.sessionId, budgets });
  }, [before.sessionId, after.sessionId]);

  return (
    <section class="comparison" aria-label={COMPARE_SESSIONS.label}>
      <div class="sessions-head">
        <button type="button" class="button" onClick={onBack}>
          {COMPARE_SESSIONS.back}
        </button>
        <Side word={COMPARE_SESSIONS.before} session={before} />
        <Side word={COMPARE_SESSIONS.after} session={after} />
      </div>
      {news?.kind === 'compared' ? (
        <Compared comparison={news.comparison} />
      ) : (
        <EmptyState words={[waitingFor(news), '']} />
      )}
    </section>
  );
}

function waitingFor(news: ReturnType<typeof useJob>['news']): string {
  if (news?.kind === 'failed') return COMPARE_SESSIONS.failed(news.problem);
  if (news?.kind !== 'progress') return COMPARE_SESSIONS.comparing;
  return COMPARE_SESSIONS.progress(formatCount(news.done), formatCount(news.total));
}

function Side({ word, session }: { readonly word: string; readonly session: SessionRecord }) {
  const { name, notes, startedAtMs, environment } = session;
  const browser = environment?.browser;
  const facts = [formatDate(startedAtMs), browser ? `${browser.name} ${browser.version}` : '', notes ?? ''];
  return (
    <span class="comparison-side">
      {word} <strong dir="auto">{name}</strong>{' '}
      <span class="faint" dir="auto">
        {facts.filter((fact) => fact !== '').join(' · ')}
      </span>
    </span>
  );
}

function Compared({ comparison }: { readonly comparison: Comparison }) {
  const { figures, closes, lines, findings } = comparison;
  return (
    <div class="comparison-body">
      <Part title={COMPARE_SESSIONS.findings} isEmpty={findings.length === 0}>
        <ul class="comparison-findings">
          {findings.map((finding) => (
            <FindingItem key={finding.rule} finding={finding} />
          ))}
        </ul>
      </Part>
      <Part title={COMPARE_SESSIONS.closes} isEmpty={closes.length === 0}>
        <Table
          rows={closes.map(({ code, name, before, after }) => ({
            name: `${code} ${name}`,
            before: formatCount(before),
            after: formatCount(after),
            change: null,
          }))}
        />
      </Part>
      <Part title={COMPARE_SESSIONS.figures} isEmpty={figures.length === 0}>
        <Table
          rows={figures.map(({ id, title, unit, before, after, change }) => ({
            name: FIGURE_NAMES[id] ?? title,
            before: measured(before, unit),
            after: measured(after, unit),
            change,
          }))}
        />
      </Part>
      <Part title={COMPARE_SESSIONS.verdicts} isEmpty={lines.length === 0}>
        <Table
          rows={lines.map(({ title, before, after, medianBefore, medianAfter, unit, change }) => ({
            name: title,
            before: counted(before, medianBefore, unit),
            after: counted(after, medianAfter, unit),
            change,
          }))}
        />
      </Part>
    </div>
  );
}

const FIGURE_NAMES: Readonly<Record<string, string>> = COMPARE_SESSIONS.figureNames;

interface PartProps {
  readonly title: string;
  readonly isEmpty: boolean;
  readonly children: ComponentChildren;
}

function Part({ title, isEmpty, children }: PartProps) {
  return (
    <section class="comparison-part">
      <h2>{title}</h2>
      {isEmpty ? <p class="faint">{COMPARE_SESSIONS.none}</p> : children}
    </section>
  );
}

interface Row {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** null: it is not judged. */
  readonly change: Change | null;
}

function Table({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{COMPARE_SESSIONS.before}</th>
          <th scope="col">{COMPARE_SESSIONS.after}</th>
          <th scope="col">{COMPARE_SESSIONS.change}</th>
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

/** A sign and a word: the colour only helps. */
const SIGNS: Readonly<Record<Change, string>> = { same: '=', better: '✓', worse: '✗', unclear: '≠' };

function Changed({ change }: { readonly change: Change }) {
  return (
    <span class={`change change-${change}`}>
      <span aria-hidden="true">{SIGNS[change]}</span> {COMPARE_SESSIONS.changes[change]}
    </span>
  );
}

function FindingItem({ finding: { where, before, after } }: { readonly finding: ComparedFinding }) {
  const shown = after[0] ?? before[0];
  if (!shown) return null;
  return (
    <li>
      <span class={`change change-${CHANGE_OF[where]}`}>
        <span aria-hidden="true">{SIGNS[CHANGE_OF[where]]}</span> {COMPARE_SESSIONS.where[where]}
      </span>
      <SeverityMark severity={shown.severity} />
      <span dir="auto">{shown.title}</span>
      <span class="faint">{COMPARE_SESSIONS.counts(before.length, after.length)}</span>
    </li>
  );
}

const CHANGE_OF: Readonly<Record<ComparedFinding['where'], Change>> = {
  before: 'better',
  after: 'worse',
  both: 'same',
};

function counted({ passed, failed }: LineCounts, median: number | null, unit: string | null): string {
  const counts = passed + failed === 0 ? '–' : COMPARE_SESSIONS.lineCounts(passed, failed);
  if (median === null) return counts;
  return `${counts}, ${unit === 'ms' ? formatDuration(median) : formatDecimal(median, 1)}`;
}

const UNITS: Readonly<Record<ComparedFigure['unit'], (value: number) => string>> = {
  ms: formatDuration,
  bytes: formatBytes,
  count: formatCount,
  perHour: (value) => formatDecimal(value, 1),
};

function measured(value: number | null, unit: ComparedFigure['unit']): string {
  return value === null ? '–' : UNITS[unit](value);
}
