/** Judges what was recorded: right after it was, or kept recordings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserKind } from '../browsers/browser.ts';
import { findingsIn } from './analyse.ts';
import type { CauseCase } from './case.ts';
import { CASES } from './cases/table.ts';
import { judge } from './judge.ts';
import type { CaseRun } from './record-in.ts';
import { fromRecording, type Recording, type Rows, toRows } from './recording.ts';
import type { CaseResult } from './report.ts';

const NOTHING = { why: null, isSkipped: false, plain: null, probed: null, findings: [] } as const;

export function resultOf(run: CaseRun): CaseResult {
  const { kind, case_ } = run;
  if (run.state !== 'recorded') return { kind, case_, ...NOTHING, why: run.why, isSkipped: run.state === 'skipped' };
  return judged(kind, case_, toRows(run.probed ?? run.rows));
}

/** What was known before the endpoint was asked is what is known without the answers. */
function judged(kind: BrowserKind, case_: CauseCase, rows: Rows): CaseResult {
  const findings = findingsIn(rows);
  if (rows.probes.length === 0) return { kind, case_, ...NOTHING, plain: judge(case_, kind, findings), findings };
  const plain = judge(case_, kind, findingsIn({ ...rows, probes: [] }));
  return { kind, case_, ...NOTHING, plain, probed: judge(case_, kind, findings, { hasAsked: true }), findings };
}

/** Recordings that were kept with `--record`: `CASE.BROWSER.json`. In the order of the cases; of no others. */
export function keptResults(folder: string, cases: readonly CauseCase[] = CASES): readonly CaseResult[] {
  const files = readdirSync(folder);
  return cases.flatMap((case_) =>
    (['chromium', 'firefox'] as const).flatMap((kind) => {
      const file = `${case_.name}.${kind}.json`;
      if (!files.includes(file)) return [];
      const recording = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording;
      return [judged(kind, case_, fromRecording(recording))];
    }),
  );
}
