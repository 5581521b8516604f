/** The command line of `npx socketscope`, parsed. Pure. */
import { parseArgs } from 'node:util';
import { BUDGETS, type BudgetId, type Budgets, STANDARD_BUDGETS } from '../analysis/verdict/budgets.ts';
import { FAIL_ON, type FailOn } from './judge.ts';

const OUTPUTS = ['html', 'markdown', 'json'] as const;
export type Output = (typeof OUTPUTS)[number];

export interface ReportOptions {
  readonly file: string;
  /** Where each is written; '-' is standard output. */
  readonly outputs: Readonly<Partial<Record<Output, string>>>;
  readonly budgets: Budgets;
  readonly failOn: FailOn;
}

/** A mistake of the user; its message says what to do. */
export class UsageError extends Error {}

export const USAGE = `npx socketscope report FILE [options]

Reads a recording (.ndjson of Socketscope, or a .har) and says why its connections closed and how the page came back.

  --html OUT         writes the report as one HTML file; - for standard output
  --markdown OUT     as Markdown                                default: - when nothing else is asked for
  --json OUT         findings and verdicts as JSON
  --budget ID=N      what counts as good enough, may be given again; ${BUDGETS.map(({ id }) => id).join(', ')}
  --fail-on WHAT     ${FAIL_ON.join(' | ')}                     default: verdict
  --help

Exit code 0: passed; 1: a budget failed, or what --fail-on says; 2: the file or the command line cannot be used.`;

/** 'help' where that is all that was wanted. Throws a UsageError. */
export function parseReportOptions(args: readonly string[]): ReportOptions | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help || (args.length === 0 && positionals.length === 0)) return 'help';
  const [command, file, ...more] = positionals;
  if (command !== 'report') throw new UsageError(`There is no command "${command ?? ''}".\n\n${USAGE}`);
  if (file === undefined || more.length > 0) throw new UsageError(`"report" wants one file.\n\n${USAGE}`);
  const outputs = Object.fromEntries(
    OUTPUTS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
  const failOn = FAIL_ON.find((name) => name === (values['fail-on'] ?? 'verdict'));
  if (!failOn) throw new UsageError(`--fail-on wants one of: ${FAIL_ON.join(', ')}.`);
  return {
    file,
    outputs: Object.keys(outputs).length === 0 ? { markdown: '-' } : outputs,
    budgets: { ...STANDARD_BUDGETS, ...Object.fromEntries((values.budget ?? []).map(parseBudget)) },
    failOn,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        html: { type: 'string' },
        markdown: { type: 'string' },
        json: { type: 'string' },
        budget: { type: 'string', multiple: true },
        'fail-on': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function parseBudget(text: string): readonly [BudgetId, number] {
  const [id, value = ''] = text.split('=');
  const budget = BUDGETS.find((one) => one.id === id);
  if (!budget)
    throw new UsageError(`--budget: there is no "${id}". There are: ${BUDGETS.map((one) => one.id).join(', ')}.`);
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!(number >= budget.least && number <= budget.most)) {
    throw new UsageError(
      `--budget ${id}: a number from ${budget.least} to ${budget.most}, as ${id}=${budget.standard}.`,
    );
  }
  return [budget.id, number];
}
