/**
 * A decoded value as a tree that opens and closes, its rows virtual and asked of the worker one screen at a time.
 * https://www.w3.org/WAI/ARIA/apg/patterns/treeview/
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownRow } from '../../payload-worker/messages.ts';
import type { DetailState } from '../../state/detail-state.ts';
import { PAYLOAD } from '../../words-detail.ts';
import { LINE_PX } from '../engine.ts';
import { Icon } from '../Icon.tsx';
import { useVirtualScroll } from '../use-virtual-scroll.ts';
import { NO_ROWS, readRows } from './read-rows.ts';
import { TreeFoot } from './TreeFoot.tsx';
import { TreeValue } from './TreeValue.tsx';

const INDENT_PX = 14;

interface Active {
  readonly row: number;
  readonly id: string;
}

export interface TreeViewProps {
  readonly detail: DetailState;
  onShowBytes(): void;
}

export function TreeView({ detail, onShowBytes }: TreeViewProps) {
  const { desk } = detail;
  const [active, setActive] = useState<Active | null>(null);
  const [shown, setShown] = useState(NO_ROWS);
  const scroll = useVirtualScroll({ rowCount: shown.rowCount, rowPx: LINE_PX, headPx: 0, followsEnd: false });
  const version = detail.version.value;
  const { first, end } = scroll.range;
  useEffect(() => readRows(desk, { first, end }, setShown), [desk, version, first, end]);
  const activeRow = shown.rows.find(({ id }) => id === active?.id) ?? null;

  // A value that is to be brought into view is known before its row is there.
  const spot = detail.spot.value;
  const wanted = useRef(spot);
  useEffect(() => {
    wanted.current = spot;
    if (spot) setActive(spot);
  }, [spot]);
  useLayoutEffect(() => {
    if (!wanted.current || wanted.current.row >= shown.rowCount) return;
    scroll.reveal(wanted.current.row);
    wanted.current = null;
  }, [shown, spot]);

  useEffect(() => {
    if (activeRow) detail.mark(activeRow.from < 0 ? null : { from: activeRow.from, to: activeRow.to });
  }, [activeRow?.id, activeRow?.from, activeRow?.to]);

  const toggle = ({ id, isExpandable }: ShownRow) => {
    if (isExpandable) void detail.change(desk.toggle(id));
  };

  async function moveTo(target: number): Promise<void> {
    const row = Math.min(Math.max(target, 0), shown.rowCount - 1);
    const known = shown.rows[row - shown.first] ?? (await desk.rows(row, row + 1)).rows[0];
    if (!known) return;
    setActive({ row, id: known.id });
    scroll.reveal(row);
  }

  async function moveToParent(id: string): Promise<void> {
    const parent = await desk.parentOf(id);
    if (!parent) return;
    setActive(parent);
    scroll.reveal(parent.row);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const at = active?.row ?? 0;
    const opens = activeRow?.isExpandable === true && !activeRow.isExpanded;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => void moveTo(active ? at + 1 : 0),
      ArrowUp: () => void moveTo(at - 1),
      PageDown: () => void moveTo(at + scroll.pageRows),
      PageUp: () => void moveTo(at - scroll.pageRows),
      Home: () => void moveTo(0),
      End: () => void moveTo(shown.rowCount - 1),
      Enter: () => activeRow && toggle(activeRow),
      ArrowRight: () => (opens && activeRow ? toggle(activeRow) : void moveTo(at + 1)),
      ArrowLeft: () => {
        if (activeRow?.isExpanded) toggle(activeRow);
        else if (active) void moveToParent(active.id);
      },
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    action();
  }

  const firstVisible = scroll.range.first - shown.first;
  const visible = shown.rows.slice(Math.max(0, firstVisible), scroll.range.end - shown.first);

  return (
    <div class="tree">
      <div
        ref={scroll.scroller}
        class="json-view"
        role="tree"
        aria-label={PAYLOAD.tree}
        aria-activedescendant={activeRow ? `json${activeRow.id}` : undefined}
        tabIndex={0}
        onScroll={scroll.onScroll}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: `${scroll.spacerPx}px` }}>
          <div class="json-window" role="presentation" style={{ height: `${scroll.size.heightPx}px` }}>
            {visible.map((row, i) => {
              const index = shown.first + Math.max(0, firstVisible) + i;
              return (
                // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and says which item is active
                // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the focus and the keys
                <div
                  key={row.id}
                  id={`json${row.id}`}
                  role="treeitem"
                  class={`json-row${row.id === active?.id ? ' is-active' : ''}${row.isMatch ? ' is-match' : ''}`}
                  aria-level={row.depth + 1}
                  aria-posinset={row.position}
                  aria-setsize={row.siblings}
                  aria-selected={row.id === active?.id}
                  aria-expanded={row.isExpandable ? row.isExpanded : undefined}
                  style={{
                    transform: `translateY(${scroll.rowTopPx(index)}px)`,
                    paddingLeft: `${4 + row.depth * INDENT_PX}px`,
                  }}
                  onMouseDown={() => setActive({ row: index, id: row.id })}
                  onClick={() => toggle(row)}
                >
                  <span class={`json-twisty ${row.isExpanded ? 'is-open' : ''}`}>
                    {row.isExpandable && <Icon name="twisty" />}
                  </span>
                  <TreeValue row={row} onUnfold={() => detail.change(desk.unfold(row.id))} />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <TreeFoot detail={detail} row={activeRow} onShowBytes={onShowBytes} />
    </div>
  );
}
