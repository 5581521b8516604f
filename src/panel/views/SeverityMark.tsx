/** How much a finding hurts, as a shape and a colour; its word stands beside it. */
import type { Severity } from '../../analysis/findings/finding.ts';

const SHAPES: Readonly<Record<Severity, string>> = {
  problem: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM5.7 5.7l4.6 4.6m0-4.6-4.6 4.6',
  warning: 'M8 2.2 14.4 13.4H1.6zM8 6.3v3.6m0 1.2v1.2',
  note: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 7.2v4M8 4.6v1.2',
};

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <svg class={`icon severity severity-${severity}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SHAPES[severity]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linejoin="round" />
    </svg>
  );
}
