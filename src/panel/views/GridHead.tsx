/** The heads of a grid's columns: names, and, where the grid can be sorted, by what it is. */
import { cellClass, columnIndex, type GridColumn, type GridSort, headIdOf } from './grid-columns.ts';
import { Icon } from './Icon.tsx';

export interface GridHeadProps<Id extends string> {
  readonly label: string;
  /** All, and those of them that there is room for. */
  readonly columns: readonly GridColumn<Id>[];
  readonly shown: readonly GridColumn<Id>[];
  readonly isNarrow: boolean;
  readonly sort: GridSort<Id> | null;
  /** Missing: it cannot be sorted. */
  onSort?: ((column: Id) => void) | undefined;
  /** Which of the shown ones the keyboard is at; null: it is among the rows. */
  readonly activeIndex: number | null;
}

export function GridHead<Id extends string>(props: GridHeadProps<Id>) {
  const { label, columns, shown, isNarrow, sort, onSort, activeIndex } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual
    <div class="grid-head" role="rowgroup">
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and says which cell is active */}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div class="grid-row" role="row" aria-rowindex={1}>
        {shown.map(({ id, title, narrowTitle, isNumber }, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
          <div
            key={id}
            id={headIdOf(label, id)}
            role="columnheader"
            aria-colindex={columnIndex(columns, id)}
            aria-sort={onSort && sortWord(sort, id)}
            class={`${cellClass(id, isNumber)}${onSort ? ' is-sortable' : ''}${index === activeIndex ? ' is-active' : ''}`}
            aria-label={title}
            title={title}
            onClick={() => onSort?.(id)}
          >
            <span class="grid-head-title">{isNarrow ? (narrowTitle ?? title) : title}</span>
            {sort?.column === id && <Icon name="menu" class={`sort-mark${sort.isDescending ? '' : ' is-rising'}`} />}
          </div>
        ))}
      </div>
    </div>
  );
}

function sortWord<Id extends string>(sort: GridSort<Id> | null, id: Id) {
  if (sort?.column !== id) return 'none';
  return sort.isDescending ? 'descending' : 'ascending';
}
