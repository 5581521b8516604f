/** A JSON text as a tree that opens and closes, its rows virtual. https://www.w3.org/WAI/ARIA/apg/patterns/treeview/ */
import { useMemo, useState } from 'preact/hooks';
import { type FoundJson, isContainer, type JsonNode } from '../models/json-parse.ts';
import { firstExpanded, flattenJson, isExpandable, type JsonRow, previewJson } from '../models/json-tree.ts';
import { DETAIL } from '../words.ts';
import { LINE_PX } from './engine.ts';
import { Icon } from './Icon.tsx';
import { useVirtualScroll } from './use-virtual-scroll.ts';

/** Rows that are opened at first: about a screenful. */
const FIRST_ROWS = 40;
const PREVIEW_CHARS = 120;
const VALUE_CHARS = 10_000;
const INDENT_PX = 14;

export function JsonView({ json }: { readonly json: FoundJson }) {
  const [expanded, setExpanded] = useState(() => firstExpanded(json.root, FIRST_ROWS));
  const [active, setActive] = useState('');
  const rows = useMemo(() => flattenJson(json.root, expanded), [json, expanded]);
  const scroll = useVirtualScroll({ rowCount: rows.length, rowPx: LINE_PX, headPx: 0, followsEnd: false });
  const activeRow = rows.findIndex(({ id }) => id === active);

  function toggle({ id, isExpanded, node }: JsonRow): void {
    if (!isExpandable(node)) return;
    const next = new Set(expanded);
    if (isExpanded) next.delete(id);
    else next.add(id);
    setExpanded(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[activeRow];
    if (!row) return;
    const moveTo = (target: number) => {
      const next = rows[Math.min(Math.max(target, 0), rows.length - 1)];
      if (!next) return;
      setActive(next.id);
      scroll.reveal(rows.indexOf(next));
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(activeRow + 1),
      ArrowUp: () => moveTo(activeRow - 1),
      PageDown: () => moveTo(activeRow + scroll.pageRows),
      PageUp: () => moveTo(activeRow - scroll.pageRows),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      Enter: () => toggle(row),
      ArrowRight: () => (isExpandable(row.node) && !row.isExpanded ? toggle(row) : moveTo(activeRow + 1)),
      ArrowLeft: () =>
        row.isExpanded ? toggle(row) : moveTo(rows.findIndex(({ id }) => id === row.id.replace(/\/\d+$/, ''))),
    };
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }

  return (
    <div
      ref={scroll.scroller}
      class="json-view"
      role="tree"
      aria-label={DETAIL.jsonTree}
      aria-activedescendant={`json${active}`}
      tabIndex={0}
      onScroll={scroll.onScroll}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: `${scroll.spacerPx}px` }}>
        <div class="json-window" role="presentation" style={{ height: `${scroll.size.heightPx}px` }}>
          {rows.slice(scroll.range.first, scroll.range.end).map((row, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and says which item is active
            // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the focus and the keys
            <div
              key={row.id}
              id={`json${row.id}`}
              role="treeitem"
              class={`json-row ${row.id === active ? 'is-active' : ''}`}
              aria-level={row.depth + 1}
              aria-posinset={row.position}
              aria-setsize={row.siblings}
              aria-selected={row.id === active}
              aria-expanded={isExpandable(row.node) ? row.isExpanded : undefined}
              style={{
                transform: `translateY(${scroll.rowTopPx(scroll.range.first + i)}px)`,
                paddingLeft: `${4 + row.depth * INDENT_PX}px`,
              }}
              onMouseDown={() => setActive(row.id)}
              onClick={() => toggle(row)}
            >
              <span class={`json-twisty ${row.isExpanded ? 'is-open' : ''}`}>
                {isExpandable(row.node) && <Icon name="twisty" />}
              </span>
              {row.depth === 0 && json.prefix !== '' && (
                <span class="json-prefix" title={DETAIL.prefix}>
                  {json.prefix}
                </span>
              )}
              {row.label !== null && <span class="json-key">{row.label}</span>}
              {row.label !== null && <span class="json-colon">: </span>}
              <Value node={row.node} isExpanded={row.isExpanded} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Value({ node, isExpanded }: { readonly node: JsonNode; readonly isExpanded: boolean }) {
  if (!isContainer(node)) return <span class={`json-${node.kind}`}>{previewJson(node, VALUE_CHARS)}</span>;
  const count = node.kind === 'object' ? DETAIL.keys(node.items.length) : DETAIL.items(node.items.length);
  if (isExpanded) return <span class="json-preview">{node.kind === 'object' ? `{} ${count}` : `[] ${count}`}</span>;
  return <span class="json-preview">{previewJson(node, PREVIEW_CHARS)}</span>;
}
