/** Asks the worker for the rows of the tree that are in view. */
import type { RowRange } from '../../models/virtual-range.ts';
import type { PayloadDesk, ShownRows } from '../../payload-worker/messages.ts';

export const NO_ROWS: ShownRows = { rowCount: 0, first: 0, rows: [] };
/** Beyond the edges, so that a small scroll shows no gap. */
const MARGIN_ROWS = 20;
/** Until the height of the view is known. */
const FIRST_ROWS = 60;

/** Gives a function that ends the interest in them. */
export function readRows(desk: PayloadDesk, { first, end }: RowRange, onRows: (rows: ShownRows) => void): () => void {
  let isOver = false;
  const from = Math.max(0, first - MARGIN_ROWS);
  desk.rows(from, Math.max(end + MARGIN_ROWS, from + FIRST_ROWS)).then(
    (rows) => {
      if (!isOver) onRows(rows);
    },
    // The worker was ended: the view says so.
    () => undefined,
  );
  return () => {
    isOver = true;
  };
}
