/** What makes a recording fail where nobody looks at it. Pure. */
import type { Severity } from '../analysis/findings/finding.ts';
import type { AnalysedRecording } from '../report/summary/analyse-recording.ts';

export const FAIL_ON = ['verdict', 'problem', 'warning', 'never'] as const;
/** `verdict`: a line of a verdict missed its budget; `problem`, `warning`: that, or a finding at least so severe. */
export type FailOn = (typeof FAIL_ON)[number];

const SEVERITIES: Readonly<Record<FailOn, readonly Severity[]>> = {
  never: [],
  verdict: [],
  problem: ['problem'],
  warning: ['problem', 'warning'],
};

/** Sentences, one for each reason; none: it passed. */
export function failuresOf({ scorecards, findings }: AnalysedRecording, failOn: FailOn): readonly string[] {
  if (failOn === 'never') return [];
  const lines = scorecards.flatMap(({ drop, lines: ofDrop }) =>
    ofDrop
      .filter(({ state }) => state === 'failed')
      .map(({ title, why }) => `verdict on ${drop.connectionId}: ${title}: ${why}`),
  );
  const grave = findings.filter(({ severity }) => SEVERITIES[failOn].includes(severity));
  return [...lines, ...grave.map(({ severity, title }) => `${severity}: ${title}`)];
}
