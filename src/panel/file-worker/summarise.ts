/** What the list of sessions says of one: its figures, out of the same analysis that reports are made of. Pure. */
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { SessionSummary } from '../../protocol/records.ts';
import type { AnalysedRecording } from '../../report/summary/analyse-recording.ts';

/** `atMs`: when it was analysed, epoch milliseconds. */
export function summaryOf({ facts, findings, scorecards }: AnalysedRecording, atMs: number): SessionSummary {
  const { connections } = facts;
  const lines = scorecards.flatMap((card) => card.lines);
  const count = (severity: 'problem' | 'warning' | 'note') =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    atMs,
    connections: connections.length,
    frames: connections.reduce((sum, { framesIn, framesOut }) => sum + framesIn + framesOut, 0),
    closes: connections.filter((record) => endedAtMs(record) !== null).length,
    abnormal: connections.filter(({ close }) => close?.code === 1006 && !close.simulated).length,
    findings: { problem: count('problem'), warning: count('warning'), note: count('note') },
    verdicts: {
      passed: lines.filter(({ state }) => state === 'passed').length,
      failed: lines.filter(({ state }) => state === 'failed').length,
    },
  };
}
