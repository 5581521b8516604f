/** What a list has that the one before had not, and what it has no longer: for sums that are kept instead of made anew. */

export interface DifferenceEnds<Row> {
  gone(row: Row): void;
  came(row: Row): void;
}

/**
 * Gives a function that is called with each state of a list. A row that took another one's place is told as one gone and
 * one come; so are those behind a row that was put in or taken out, which is rare.
 */
export function createListDifference<Row>({ gone, came }: DifferenceEnds<Row>): (list: readonly Row[]) => void {
  let before: readonly Row[] = [];
  return (list) => {
    if (list === before) return;
    for (let i = 0; i < Math.max(list.length, before.length); i++) {
      const [old, row] = [before[i], list[i]];
      if (old === row) continue;
      if (old !== undefined) gone(old);
      if (row !== undefined) came(row);
    }
    before = list;
  };
}
