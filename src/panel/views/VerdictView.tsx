/** The scorecard of a drop: each line passed, failed or not applicable, and the frames that prove it one click away. */
import { useState } from 'preact/hooks';
import type { Evidence } from '../../analysis/verdict/input.ts';
import type { Line, LineState, Scorecard } from '../../analysis/verdict/scorecard.ts';
import { verdictMarkdown } from '../../analysis/verdict/verdict-markdown.ts';
import { LINE_STATES, policyWords, UNITS } from '../../analysis/verdict/words.ts';
import { formatCount } from '../../words/words.ts';
import { formatDuration } from '../models/format.ts';
import { VERDICT } from '../words-faults.ts';
import { BudgetsDialog } from './BudgetsDialog.tsx';
import { CopyButton } from './CopyButton.tsx';
import { usePanel } from './use-panel.ts';
import '../styles/verdict.css';

const SIGNS: Readonly<Record<LineState, string>> = {
  passed: '✓',
  failed: '✗',
  notApplicable: '–',
  pending: '…',
  interrupted: '!',
};
const MAX_EVIDENCE = 3;

export function VerdictView() {
  const { verdict } = usePanel();
  const [isBudgetsOpen, setBudgetsOpen] = useState(false);
  const card = verdict.card.value;
  if (!card) return <p class="note">{VERDICT.reading}</p>;
  return (
    <section class="verdict" aria-label={VERDICT.label}>
      <div class="verdict-head">
        <State state={card.state} />
        <span>
          {VERDICT.policy} <b>{policyWords(card.policy)}</b>
        </span>
        <span>{VERDICT.attempts(card.attempts.length)}</span>
        <span class="verdict-tools">
          <button type="button" class="button" onClick={() => setBudgetsOpen(true)}>
            {VERDICT.budgets}
          </button>
          <span class="verdict-copy" title={VERDICT.copy}>
            <CopyButton text={() => verdictMarkdown([card])} isDisabled={false} label={VERDICT.copy} />
          </span>
        </span>
      </div>
      <div class="verdict-scroll">
        <Lines card={card} />
      </div>
      {isBudgetsOpen && <BudgetsDialog onClose={() => setBudgetsOpen(false)} />}
    </section>
  );
}

function State({ state }: { readonly state: LineState }) {
  return (
    <span class={`verdict-state verdict-${state}`}>
      <span aria-hidden="true">{SIGNS[state]} </span>
      {LINE_STATES[state]}
    </span>
  );
}

/** What failed first: it is what one came for. */
const ORDER: readonly LineState[] = ['failed', 'interrupted', 'pending', 'passed', 'notApplicable'];

function Lines({ card }: { readonly card: Scorecard }) {
  const { columns } = VERDICT;
  const lines = [...card.lines].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <table class="verdict-table">
      <thead>
        <tr>
          <th scope="col">{columns.state}</th>
          <th scope="col">{columns.line}</th>
          <th scope="col" class="is-number">
            {columns.value}
          </th>
          <th scope="col" class="is-number">
            {columns.budget}
          </th>
          <th scope="col">{columns.evidence}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id} class={`is-${line.state}`}>
            <td>
              <State state={line.state} />
            </td>
            <td>
              <span class="verdict-title">{line.title}</span>
              <span class="verdict-why">{line.why}</span>
            </td>
            <td class="is-number">{measured(line.value, line.unit)}</td>
            <td class="is-number">{measured(line.budget, line.unit)}</td>
            <td>
              <EvidenceLinks evidence={line.evidence} card={card} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function measured(value: Line['value'], unit: Line['unit']): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (unit === 'ms') return formatDuration(value);
  return unit === null ? formatCount(value) : `${formatCount(value)} ${UNITS[unit]}`;
}

interface EvidenceLinksProps {
  readonly evidence: readonly Evidence[];
  readonly card: Scorecard;
}

function EvidenceLinks({ evidence, card }: EvidenceLinksProps) {
  const state = usePanel();
  function show({ connectionId, seq }: Evidence): void {
    state.select(connectionId);
    if (seq !== undefined) state.frames.select(seq);
    state.verdict.show(false);
  }
  return (
    <span class="verdict-evidence">
      {evidence.slice(0, MAX_EVIDENCE).map((one) => (
        <button
          key={`${one.connectionId} ${one.seq}`}
          type="button"
          class="link"
          title={VERDICT.evidenceHint}
          onClick={() => show(one)}
        >
          {nameOf(one, card)}
        </button>
      ))}
      {evidence.length > MAX_EVIDENCE && <span class="faint">{VERDICT.more(evidence.length - MAX_EVIDENCE)}</span>}
    </span>
  );
}

/** What it is to the drop, and which frame of it. */
function nameOf({ connectionId, seq }: Evidence, { dropped, attempts }: Scorecard): string {
  const attempt = attempts.findIndex(({ connection }) => connection.id === connectionId);
  const isOther = attempt < 0 && connectionId !== dropped.id;
  const name = isOther ? VERDICT.other : attempt < 0 ? VERDICT.dropped : VERDICT.attempt(attempt + 1);
  return seq === undefined ? name : `${name} #${seq}`;
}
