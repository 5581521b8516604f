/** What a chart shows, as data: drawn by `statistics/Chart.tsx`, and told as a table to those who do not see it. */

/** Names of colours of the theme. */
export type ChartColour = 'in' | 'out' | 'open' | 'abnormal' | 'simulated' | 'suspicious' | 'neutral' | 'accent';

export interface ChartSeries {
  readonly label: string;
  readonly colour: ChartColour;
  /** One for each x; null: nothing there. */
  readonly values: readonly (number | null)[];
}

/** A line across the chart at a place that means something. */
export interface ChartMarker {
  readonly x: number;
  readonly label: string;
  /** What it is, for the table and the pointer. */
  readonly title: string;
}

/**
 * `steps`: a value holds until the next; `bars`: one per x, series beside each other; `area`: counts over time. On a `time`
 * axis x are epoch milliseconds; on a `places` axis x are 0, 1, 2 … with a label each.
 */
export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly kind: 'steps' | 'bars' | 'area';
  readonly axis: { readonly kind: 'time' } | { readonly kind: 'places'; readonly labels: readonly string[] };
  readonly xs: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly markers: readonly ChartMarker[];
  readonly unit: 'count' | 'ms' | 'perSecond';
  readonly table: ChartTable;
}

export interface ChartTable {
  readonly columns: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that were left out. */
  readonly more: number;
}

/** A table is to be read, not searched. */
const MAX_TABLE_ROWS = 60;

export function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): ChartTable {
  return { columns, rows: rows.slice(0, MAX_TABLE_ROWS), more: Math.max(0, rows.length - MAX_TABLE_ROWS) };
}
