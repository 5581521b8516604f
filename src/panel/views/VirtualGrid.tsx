/**
 * A grid of any number of rows, as assistive technology and keyboards know it: the grid has the focus, one of its rows
 * is selected, arrows move the selection. Rows may open and close (then it is a treegrid), its heads may sort it.
 * https://www.w3.org/WAI/ARIA/apg/patterns/grid/ and …/treegrid/
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RowRange } from '../models/virtual-range.ts';
import { GRID_MENU } from '../words-grids.ts';
import { ROW_PX } from './engine.ts';
import { GridHead } from './GridHead.tsx';
import {
  cellClass,
  columnIndex,
  type GridColumn,
  type GridSort,
  headIdOf,
  NARROW_GRID_PX,
  templateOf,
} from './grid-columns.ts';
import { Icon } from './Icon.tsx';
import { type RowAnchor, useVirtualScroll } from './use-virtual-scroll.ts';

export type { GridColumn } from './grid-columns.ts';

/** In CSS pixels, from the window's corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a row of a treegrid stands. */
export interface TreePlace {
  /** From 1. */
  readonly level: number;
  /** Null: there is nothing to open. */
  readonly isExpanded: boolean | null;
}

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
  /** The row of what is pointed at elsewhere; null: none. Reads signals: when they change, no row is drawn anew. */
  pointedRow?(): number | null;
  onSelect(row: number): void;
  /** Enter. */
  onOpen?(): void;
  onRange?(range: RowRange): void;
  /** By what it is sorted; with `onSort`, which a head was chosen for. */
  readonly sort?: GridSort<Id> | null;
  onSort?(column: Id): void;
  /** Makes it a treegrid. */
  treePlace?: ((row: number) => TreePlace) | undefined;
  onExpand?(row: number, isExpanded: boolean): void;
  /** A menu is asked for, of a row or (null) of the grid itself. */
  onMenu?(row: number | null, at: Point): void;
  /** Further keys, when none of the grid's own was pressed; true: it was one. */
  onKey?(event: KeyboardEvent): boolean;
  /** At the right end of the heads. */
  readonly corner?: ComponentChildren;
  /** Whether rows that come at the end are followed; they are, unless it says otherwise. */
  readonly followsEnd?: boolean;
  /** A button that leads back to the end. */
  readonly hasEndButton?: boolean;
  readonly anchor?: RowAnchor;
  /** Shown instead of rows when there are none. */
  readonly children?: ComponentChildren;
}

export function VirtualGrid<Id extends string>(props: VirtualGridProps<Id>) {
  const { label, rowCount, selectedRow, selectedKey, onRange, treePlace, followsEnd = true, anchor } = props;
  const scroll = useVirtualScroll({ rowCount, rowPx: ROW_PX, headPx: ROW_PX, followsEnd, anchor });
  const { scroller, size, range } = scroll;
  const isNarrow = size.widthPx < NARROW_GRID_PX;
  const columns = props.columns.filter(({ minGridPx = 0 }) => size.widthPx >= minGridPx);
  const selected = selectedRow !== null && selectedRow >= 0 && selectedRow < rowCount ? selectedRow : null;
  /** Of the head that the keyboard is at; null: it is among the rows. */
  const [headIndex, setHeadIndex] = useState<number | null>(null);
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

  function select(row: number): void {
    setHeadIndex(null);
    props.onSelect(row);
  }

  /** Gives true when the key was one of the heads'. */
  function onHeadKey(key: string): boolean {
    if (!props.onSort) return false;
    if (headIndex === null) {
      if (key !== 'ArrowUp' || (selected ?? 0) !== 0) return false;
      if (selected === null && rowCount > 0) return false;
      setHeadIndex(0);
      return true;
    }
    const column = columns[headIndex];
    if (key === 'ArrowRight') setHeadIndex(Math.min(headIndex + 1, columns.length - 1));
    else if (key === 'ArrowLeft') setHeadIndex(Math.max(headIndex - 1, 0));
    else if (key === 'ArrowDown' || key === 'Escape') setHeadIndex(null);
    else if ((key === 'Enter' || key === ' ') && column) props.onSort(column.id);
    else return false;
    return true;
  }

  /** Gives true when the key opened or closed the row, or led out of it. */
  function onTreeKey(key: string): boolean {
    if (selected === null || !treePlace) return false;
    const { level, isExpanded } = treePlace(selected);
    const wanted = key === 'ArrowRight' ? true : key === 'ArrowLeft' ? false : key === 'Enter' ? !isExpanded : null;
    if (wanted === null) return false;
    if (isExpanded !== null && isExpanded !== wanted) {
      props.onExpand?.(selected, wanted);
      return true;
    }
    if (key !== 'ArrowLeft' || level === 1) return false;
    const parent = parentRow(treePlace, selected, level);
    if (parent !== null) select(parent);
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return; // of a control within it
    const isMenuKey = event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10');
    if (isMenuKey && props.onMenu) props.onMenu(selected, menuPoint());
    else if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
      if (!props.onKey?.(event)) return;
    } else if (!onHeadKey(event.key) && !onTreeKey(event.key)) {
      const target = targetRow(event.key, selected, rowCount, scroll.pageRows);
      if (target !== null) {
        select(target);
        scroll.reveal(target);
      } else if (event.key === 'Enter') props.onOpen?.();
      else if (!props.onKey?.(event)) return;
    }
    event.preventDefault();
  }

  /** Below the selected row. */
  function menuPoint(): Point {
    const row = selected === null ? null : document.getElementById(idOf(selected));
    const { left, bottom } = (row ?? scroller.current ?? document.body).getBoundingClientRect();
    return { x: left + 24, y: row ? bottom : bottom - 24 };
  }

  function onContextMenu(event: MouseEvent, row: number | null): void {
    if (!props.onMenu) return;
    event.preventDefault();
    event.stopPropagation();
    if (row !== null) select(row);
    props.onMenu(row, { x: event.clientX, y: event.clientY });
  }

  const rows = [];
  for (let row = range.first; row < range.end; row++) {
    const wide = props.wideCell?.(row) ?? null;
    const place = treePlace?.(row);
    const twisty = place && <Twisty place={place} onExpand={(isExpanded) => props.onExpand?.(row, isExpanded)} />;
    rows.push(
      // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
      // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be virtual
      <div
        key={row}
        id={idOf(row)}
        role="row"
        class={`grid-row${row % 2 === 1 ? ' odd' : ''}${wide === null ? '' : ' is-wide'} ${props.rowClass?.(row) ?? ''}`}
        aria-rowindex={row + 2}
        aria-selected={row === selected}
        aria-level={place?.level}
        aria-expanded={place?.isExpanded ?? undefined}
        style={{ transform: `translateY(${scroll.rowTopPx(row)}px)` }}
        onMouseDown={(event) => {
          if (event.button === 0) select(row);
        }}
        onDblClick={() => {
          if (place && place.isExpanded !== null) props.onExpand?.(row, !place.isExpanded);
        }}
        onContextMenu={(event) => onContextMenu(event, row)}
      >
        {wide === null
          ? columns.map(({ id, isNumber }, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: as above
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div
                key={id}
                role="gridcell"
                aria-colindex={columnIndex(props.columns, id)}
                class={`${cellClass(id, isNumber)}${index === 0 && (place?.level ?? 1) > 1 ? ' is-nested' : ''}`}
              >
                {props.cell(row, id, isNarrow)}
              </div>
            ))
          : wideGridCell(twisty, wide, columns.length)}
      </div>,
    );
  }

  const active = selected !== null && selected >= range.first && selected < range.end ? idOf(selected) : undefined;
  const activeHead = headIndex === null ? undefined : columns[headIndex];
  return (
    <div class="grid-frame" style={{ '--row': `${ROW_PX}px` }}>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: a grid has a label, rows and columns */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: as above */}
      <div
        ref={scroller}
        class={`grid ${isNarrow ? 'narrow' : ''}`}
        role={treePlace ? 'treegrid' : 'grid'}
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={props.columns.length}
        aria-activedescendant={activeHead ? headIdOf(label, activeHead.id) : active}
        tabIndex={0}
        style={{ '--columns': templateOf(columns, isNarrow) }}
        onScroll={scroll.onScroll}
        onWheel={scroll.onWheel}
        onKeyDown={onKeyDown}
        onBlur={() => setHeadIndex(null)}
        onContextMenu={(event) => onContextMenu(event, null)}
      >
        <div class="grid-spacer" role="presentation" style={{ height: `${scroll.spacerPx + ROW_PX}px` }}>
          <div class="grid-window" role="presentation" style={{ height: `${size.heightPx}px` }}>
            <GridHead
              label={label}
              columns={props.columns}
              shown={columns}
              isNarrow={isNarrow}
              sort={props.sort ?? null}
              onSort={props.onSort}
              activeIndex={headIndex}
            />
            {/* biome-ignore lint/a11y/useSemanticElements: as above */}
            <div class="grid-body" role="rowgroup">
              {rows}
            </div>
            {props.pointedRow && <PointedRow rowOf={props.pointedRow} range={range} topPx={scroll.rowTopPx} />}
          </div>
        </div>
        {rowCount === 0 && <div class="grid-empty">{props.children}</div>}
      </div>
      {/* Beside the grid: it may hold nothing but rows. */}
      {props.corner !== undefined && (
        <div class="grid-corner" style={{ left: `${size.widthPx}px` }}>
          {props.corner}
        </div>
      )}
      {props.hasEndButton && !scroll.isAtEnd && (
        <button
          type="button"
          class="grid-to-end"
          aria-label={GRID_MENU.jumpToEnd}
          title={GRID_MENU.jumpToEnd}
          onClick={() => scroll.reveal(rowCount - 1)}
        >
          <Icon name="in" />
        </button>
      )}
    </div>
  );
}

interface PointedRowProps {
  rowOf(): number | null;
  readonly range: RowRange;
  topPx(row: number): number;
}

/** Lies on the row that is pointed at elsewhere, while that is in view. */
function PointedRow({ rowOf, range, topPx }: PointedRowProps) {
  const row = rowOf();
  if (row === null || row < range.first || row >= range.end) return null;
  return <div class="grid-pointed" aria-hidden="true" style={{ transform: `translateY(${topPx(row)}px)` }} />;
}

interface TwistyProps {
  readonly place: TreePlace;
  onExpand(isExpanded: boolean): void;
}

/** For the mouse; the keyboard has its arrows. */
function Twisty({ place: { isExpanded }, onExpand }: TwistyProps) {
  if (isExpanded === null) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    // biome-ignore lint/a11y/noStaticElementInteractions: the row says whether it is expanded
    <span
      class={`grid-twisty${isExpanded ? ' is-open' : ''}`}
      onClick={() => onExpand(!isExpanded)}
      onDblClick={(event) => event.stopPropagation()}
    >
      <Icon name="twisty" />
    </span>
  );
}

function wideGridCell(twisty: ComponentChildren, content: ComponentChildren, columnCount: number) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and says which row is active
    // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be virtual
    <div role="gridcell" aria-colindex={1} aria-colspan={columnCount} class="grid-cell grid-cell-wide">
      {twisty}
      {content}
    </div>
  );
}

/** The nearest row above that the row is in. */
function parentRow(treePlace: (row: number) => TreePlace, row: number, level: number): number | null {
  for (let above = row - 1; above >= 0; above--) if (treePlace(above).level < level) return above;
  return null;
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
