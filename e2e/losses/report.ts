/** The results of the loss tests as text. Pure. */
import { renderTable } from '../bench/table.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import type { Outcome } from './context.ts';

export interface CaseResult {
  readonly browser: BrowserKind;
  readonly id: string;
  readonly title: string;
  /** Null when the browser cannot do it; `why` says so. */
  readonly outcome: Outcome | null;
  readonly why: string | null;
  readonly seconds: number;
}

const HEAD = ['', '', 'kills', 'connections', 'frames', 'stored', 'in gaps', 'lost', 'doubled', 'wrong', 'closes', 's'];

export function renderLosses(results: readonly CaseResult[]): string {
  const count = (value: number) => value.toLocaleString('en');
  const rows = results.map(({ browser, title, outcome, seconds }) => {
    if (!outcome) return [browser, title];
    const { connections, frames, stored, gaps, lost, doubled, changed, disordered, holes, closes, closesStored } =
      outcome.audit;
    return [
      browser,
      title,
      count(outcome.kills),
      count(connections),
      count(frames),
      count(stored),
      count(Object.values(gaps).reduce((sum, one) => sum + one, 0)),
      count(lost),
      count(doubled),
      count(changed + disordered + holes),
      `${closesStored}/${closes}`,
      seconds.toFixed(0),
    ];
  });
  const lines = results.flatMap(({ browser, title, outcome, why }) => {
    const reasons = Object.entries(outcome?.audit.gaps ?? {}).map(([reason, n]) => `${count(n)} in gaps: ${reason}`);
    return [
      ...(why === null ? [] : [`not done: ${why}`]),
      ...reasons,
      ...(outcome?.notes ?? []),
      ...(outcome?.faults ?? []).map((fault) => `FAULT  ${fault}`),
    ].map((line) => `${browser}, ${title}: ${line}`);
  });
  return [renderTable([HEAD, ...rows]), ...lines].join('\n');
}
