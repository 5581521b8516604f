/** Columns of grids: which of them there is room for, and how wide they are. */

export interface GridColumn<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** Shown where there is little room; the title is still the name. */
  readonly narrowTitle?: string;
  /** 'rest': what the others leave. */
  readonly widthPx: number | 'rest';
  /** Left out in a grid that is narrower. */
  readonly minGridPx?: number;
  /** Width in a grid that is narrower than NARROW_GRID_PX. */
  readonly narrowPx?: number;
  readonly isNumber?: boolean;
}

export interface GridSort<Id extends string> {
  readonly column: Id;
  readonly isDescending: boolean;
}

/** Below it a grid is one of a narrow panel, docked at the side. */
export const NARROW_GRID_PX = 520;

export function headIdOf(label: string, id: string): string {
  return `${label}-head-${id}`;
}

export function cellClass(id: string, isNumber = false): string {
  return `grid-cell cell-${id}${isNumber ? ' number' : ''}`;
}

/** From 1, among all columns, also those that there is no room for. */
export function columnIndex<Id extends string>(columns: readonly GridColumn<Id>[], id: Id): number {
  return columns.findIndex((column) => column.id === id) + 1;
}

/** The value of `grid-template-columns`. */
export function templateOf<Id extends string>(columns: readonly GridColumn<Id>[], isNarrow: boolean): string {
  return columns
    .map(({ widthPx, narrowPx }) => {
      const width = isNarrow ? (narrowPx ?? widthPx) : widthPx;
      return width === 'rest' ? 'minmax(0, 1fr)' : `${width}px`;
    })
    .join(' ');
}
