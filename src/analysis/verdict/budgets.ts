/** The budgets of a verdict: what counts as good enough. Data, with bounds and units; a user may set each. */

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

type Row = readonly [id: BudgetId, unit: Unit, standard: number, least: number, most: number, title: string];

const ROWS: readonly Row[] = [
  ['noticeMs', 'ms', 30_000, 0, DAY_MS, 'The app must have noticed within'],
  ['firstAttemptMs', 'ms', 5_000, 0, DAY_MS, 'The first attempt must come within'],
  ['longestWaitMs', 'ms', 60_000, 0, DAY_MS, 'No wait between attempts may be longer than'],
  ['stormWaitMs', 'ms', 1_000, 0, DAY_MS, 'When attempts go on failing, waits must grow to at least'],
  ['attempts', 'attempts', 5, 0, 1_000_000, 'It must not give up before this many attempts'],
  ['reopenMs', 'ms', 30_000, 0, DAY_MS, 'It must be open again within'],
  ['usefulFrameMs', 'ms', 5_000, 0, DAY_MS, 'After opening, the first useful frame must come within'],
  ['lostSends', 'frames', 0, 0, 1_000_000, 'So many frames may be sent into the void and never again'],
  ['duplicates', 'frames', 0, 0, 1_000_000, 'So many frames may be sent twice'],
  ['deadSends', 'frames', 0, 0, 1_000_000, 'So many frames may go to the dead socket after reopening'],
  ['spareSockets', 'sockets', 0, 0, 1_000, 'So many more sockets than before may be open'],
  ['silenceMs', 'ms', 10_000, 0, DAY_MS, 'It has given up when nothing was tried for'],
];

export const BUDGETS: readonly Budget[] = ROWS.map(([id, unit, standard, least, most, title]) => ({
  id,
  title,
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
