/** The budgets of a verdict: what counts as good enough. Data, with bounds and units; a user may set each. */
import { text, type WordKey } from '../../words/words.ts';

export type BudgetId =
  | 'noticeMs'
  | 'firstAttemptMs'
  | 'longestWaitMs'
  | 'stormWaitMs'
  | 'attempts'
  | 'reopenMs'
  | 'usefulFrameMs'
  | 'lostSends'
  | 'duplicates'
  | 'deadSends'
  | 'spareSockets'
  | 'silenceMs';

export type Unit = 'ms' | 'attempts' | 'frames' | 'sockets';

export interface Budget {
  readonly id: BudgetId;
  readonly title: string;
  readonly unit: Unit;
  readonly standard: number;
  readonly least: number;
  readonly most: number;
}

const DAY_MS = 86_400_000;

type Row = readonly [id: BudgetId, unit: Unit, standard: number, least: number, most: number, title: WordKey];

const ROWS: readonly Row[] = [
  ['noticeMs', 'ms', 30_000, 0, DAY_MS, 'budgets_noticeMs'],
  ['firstAttemptMs', 'ms', 5_000, 0, DAY_MS, 'budgets_firstAttemptMs'],
  ['longestWaitMs', 'ms', 60_000, 0, DAY_MS, 'budgets_longestWaitMs'],
  ['stormWaitMs', 'ms', 1_000, 0, DAY_MS, 'budgets_stormWaitMs'],
  ['attempts', 'attempts', 5, 0, 1_000_000, 'budgets_attempts'],
  ['reopenMs', 'ms', 30_000, 0, DAY_MS, 'budgets_reopenMs'],
  ['usefulFrameMs', 'ms', 5_000, 0, DAY_MS, 'budgets_usefulFrameMs'],
  ['lostSends', 'frames', 0, 0, 1_000_000, 'budgets_lostSends'],
  ['duplicates', 'frames', 0, 0, 1_000_000, 'budgets_duplicates'],
  ['deadSends', 'frames', 0, 0, 1_000_000, 'budgets_deadSends'],
  ['spareSockets', 'sockets', 0, 0, 1_000, 'budgets_spareSockets'],
  ['silenceMs', 'ms', 10_000, 0, DAY_MS, 'budgets_silenceMs'],
];

export const BUDGETS: readonly Budget[] = ROWS.map(([id, unit, standard, least, most, title]) => ({
  id,
  get title() {
    return text(title);
  },
  unit,
  standard,
  least,
  most,
}));

export type Budgets = Readonly<Record<BudgetId, number>>;

export const STANDARD_BUDGETS = Object.fromEntries(BUDGETS.map(({ id, standard }) => [id, standard])) as Budgets;

/** The standard budgets with these instead; what is unknown, no number or out of bounds is left at its standard. */
export function budgetsWith(changes: Readonly<Partial<Record<BudgetId, unknown>>>): Budgets {
  const entries = BUDGETS.map(({ id, standard, least, most }) => {
    const wanted = changes[id];
    return [id, typeof wanted === 'number' && wanted >= least && wanted <= most ? wanted : standard];
  });
  return Object.fromEntries(entries) as Budgets;
}
