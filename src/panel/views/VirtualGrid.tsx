/**
 * A grid of any number of rows, as assistive technology and keyboards know it: the grid has the focus, one of its rows
 * is selected, arrows move the selection. https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RowRange } from '../models/virtual-range.ts';
import { ROW_PX } from './engine.ts';
import { useVirtualScroll } from './use-virtual-scroll.ts';

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

/** Below it a grid is one of a narrow panel, docked at the side. */
export const NARROW_GRID_PX = 520;

export interface VirtualGridProps<Id extends string> {
  readonly label: string;
  readonly columns: readonly GridColumn<Id>[];
  readonly rowCount: number;
  readonly selectedRow: number | null;
  /** What makes the selected row the selected one; when it changes, the row is brought into view. */
  readonly selectedKey: string | number | null;
  /** A cell's content. `isNarrow`: there is little room. */
  cell(row: number, column: Id, isNarrow: boolean): ComponentChildren;
  /** Content of a row that is one wide cell; null for an ordinary row. */
  wideCell?(row: number): ComponentChildren;
  rowClass?(row: number): string;
  onSelect(row: number): void;
  /** Enter. */
  onOpen?(): void;
  onRange?(range: RowRange): void;
  /** Shown instead of rows when there are none. */
  readonly children?: ComponentChildren;
}

export function VirtualGrid<Id extends string>(props: VirtualGridProps<Id>) {
  const { label, rowCount, selectedRow, selectedKey, onRange } = props;
  const scroll = useVirtualScroll({ rowCount, rowPx: ROW_PX, headPx: ROW_PX, followsEnd: true });
  const { scroller, size, range } = scroll;
  const isNarrow = size.widthPx < NARROW_GRID_PX;
  const columns = props.columns.filter(({ minGridPx = 0 }) => size.widthPx >= minGridPx);
  const selected = selectedRow !== null && selectedRow >= 0 && selectedRow < rowCount ? selectedRow : null;
  const idOf = (row: number) => `${label}-${row}`;

  useEffect(() => onRange?.(range), [onRange, range.first, range.end, rowCount]);
  useEffect(() => {
    if (selected !== null) scroll.reveal(selected);
    // Just when another row is selected; the row of a selected frame may change when a filter does.
  }, [selectedKey]);
  // What was selected in sight stays in sight when the grid shrinks, say for the details of that very row.
  const wasInSight = useRef(false);
  useEffect(() => {
    if (wasInSight.current && selected !== null) scroll.reveal(selected);
  }, [size.heightPx]);
  useEffect(() => {
    wasInSight.current = selected !== null && selected >= range.first && selected < range.end;
  });

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'Enter') {
      props.onOpen?.();
      event.preventDefault();
      return;
    }
    const target = targetRow(event.key, selected, rowCount, scroll.pageRows);
    if (target === null) return;
    event.preventDefault();
    props.onSelect(target);
    scroll.reveal(target);
  }

  const rows = [];
  for (let row = range.first; row < range.end; row++) {
    const wide = props.wideCell?.(row) ?? null;
    rows.push(
      // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
      // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be virtual
      <div
        key={row}
        id={idOf(row)}
        role="row"
        class={`grid-row${row % 2 === 1 ? ' odd' : ''} ${props.rowClass?.(row) ?? ''}`}
        aria-rowindex={row + 2}
        aria-selected={row === selected}
        style={{ transform: `translateY(${scroll.rowTopPx(row)}px)` }}
        onMouseDown={(event) => {
          if (event.button === 0) props.onSelect(row);
        }}
      >
        {wide === null
          ? columns.map(({ id, isNumber }) => (
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div
                key={id}
                role="gridcell"
                aria-colindex={columnIndex(props.columns, id)}
                class={cellClass(id, isNumber)}
              >
                {props.cell(row, id, isNarrow)}
              </div>
            ))
          : wideGridCell(wide, columns.length)}
      </div>,
    );
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual
    <div
      ref={scroller}
      class={`grid ${isNarrow ? 'narrow' : ''}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={props.columns.length}
      aria-activedescendant={
        selected !== null && selected >= range.first && selected < range.end ? idOf(selected) : undefined
      }
      tabIndex={0}
      style={{ '--columns': template(columns, isNarrow), '--row': `${ROW_PX}px` }}
      onScroll={scroll.onScroll}
      onWheel={scroll.onWheel}
      onKeyDown={onKeyDown}
    >
      <div class="grid-spacer" role="presentation" style={{ height: `${scroll.spacerPx + ROW_PX}px` }}>
        <div class="grid-window" role="presentation" style={{ height: `${size.heightPx}px` }}>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div class="grid-head" role="rowgroup">
            {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
            {/* biome-ignore lint/a11y/useSemanticElements: as above */}
            <div class="grid-row" role="row" aria-rowindex={1}>
              {columns.map(({ id, title, narrowTitle, isNumber }) => (
                // biome-ignore lint/a11y/useFocusableInteractive: as above
                // biome-ignore lint/a11y/useSemanticElements: as above
                <div
                  key={id}
                  role="columnheader"
                  aria-colindex={columnIndex(props.columns, id)}
                  class={cellClass(id, isNumber)}
                  aria-label={title}
                  title={title}
                >
                  {isNarrow ? (narrowTitle ?? title) : title}
                </div>
              ))}
            </div>
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div class="grid-body" role="rowgroup">
            {rows}
          </div>
        </div>
      </div>
      {rowCount === 0 && <div class="grid-empty">{props.children}</div>}
    </div>
  );
}

function wideGridCell(content: ComponentChildren, columnCount: number) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
    // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be virtual
    <div role="gridcell" aria-colindex={1} aria-colspan={columnCount} class="grid-cell grid-cell-wide">
      {content}
    </div>
  );
}

function cellClass(id: string, isNumber = false): string {
  return `grid-cell cell-${id}${isNumber ? ' number' : ''}`;
}

/** From 1, among all columns, also those that there is no room for. */
function columnIndex<Id extends string>(columns: readonly GridColumn<Id>[], id: Id): number {
  return columns.findIndex((column) => column.id === id) + 1;
}

function template<Id extends string>(columns: readonly GridColumn<Id>[], isNarrow: boolean): string {
  return columns
    .map(({ widthPx, narrowPx }) => {
      const width = isNarrow ? (narrowPx ?? widthPx) : widthPx;
      return width === 'rest' ? 'minmax(0, 1fr)' : `${width}px`;
    })
    .join(' ');
}

/** The row that a key leads to; null for a key that leads nowhere. */
function targetRow(key: string, selected: number | null, rowCount: number, pageRows: number): number | null {
  if (rowCount === 0) return null;
  const last = rowCount - 1;
  const from = selected ?? -1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: selected === null ? last : from - 1,
    PageDown: from + pageRows,
    PageUp: from - pageRows,
    Home: 0,
    End: last,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined ? null : Math.min(Math.max(target, 0), last);
}
