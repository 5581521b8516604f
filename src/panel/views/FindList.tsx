/** What the search bar found, by connection, with a piece of each frame around it. */
import { useCallback } from 'preact/hooks';
import type { FramePlace } from '../models/find-rows.ts';
import { formatClock } from '../models/format.ts';
import type { RowRange } from '../models/virtual-range.ts';
import type { Excerpt } from '../search-worker/messages.ts';
import type { FindState } from '../state/find-state.ts';
import { FRAMES } from '../words.ts';
import { FIND } from '../words-search.ts';
import type { GridColumn } from './grid-columns.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';
import { VirtualGrid } from './VirtualGrid.tsx';

type ColumnId = keyof typeof FIND.columns;

const COLUMNS: readonly GridColumn<ColumnId>[] = [
  { id: 'time', title: FIND.columns.time, widthPx: 104, minGridPx: 420 },
  { id: 'direction', title: FIND.columns.direction, narrowTitle: FIND.directionShort, widthPx: 74, narrowPx: 44 },
  { id: 'text', title: FIND.columns.text, widthPx: 'rest' },
];

export function FindList({ find }: { readonly find: FindState }) {
  const { connections } = usePanel();
  const rows = find.rows.value;
  const current = find.current.value;
  find.loads.value; // excerpts have come: the rows say more now
  const selectedRow = current ? rows.rowOf(current) : -1;
  const urls = new Map(connections.value.map(({ connectionId, url }) => [connectionId, url]));

  const onRange = useCallback(
    ({ first, end }: RowRange) => {
      const places: FramePlace[] = [];
      for (let row = first; row < end; row++) {
        const at = find.rows.peek().at(row);
        if (at?.kind === 'hit') places.push({ connectionId: at.connectionId, seq: at.seq });
      }
      find.want(places);
    },
    [find, rows],
  );

  return (
    <div class="find-list">
      <VirtualGrid
        label={FIND.results}
        columns={COLUMNS}
        rowCount={rows.rowCount}
        selectedRow={selectedRow < 0 ? null : selectedRow}
        selectedKey={current ? `${current.connectionId} ${current.seq}` : null}
        followsEnd={false}
        cell={(row, column) => {
          const at = rows.at(row);
          const excerpt = at?.kind === 'hit' ? find.excerpt(at) : null;
          if (excerpt) return <Cell column={column} excerpt={excerpt} />;
          return column === 'text' && <span class="faint">{FIND.reading}</span>;
        }}
        wideCell={(row) => {
          const at = rows.at(row);
          if (at?.kind !== 'connection') return null;
          return (
            <>
              <b class="find-url">{urls.get(at.connectionId)}</b> <span class="faint">{FIND.hits(at.hits)}</span>
            </>
          );
        }}
        rowClass={(row) => (rows.at(row)?.kind === 'connection' ? 'find-connection' : '')}
        onSelect={(row) => {
          const at = rows.at(row);
          if (at?.kind === 'hit') find.goTo({ connectionId: at.connectionId, seq: at.seq });
        }}
        onRange={onRange}
      />
    </div>
  );
}

function Cell({ column, excerpt }: { readonly column: ColumnId; readonly excerpt: Excerpt }) {
  const { atMs, isOut, text, from, to } = excerpt;
  if (column === 'time') return <>{formatClock(atMs)}</>;
  if (column === 'direction') {
    return (
      <span class={`direction ${isOut ? 'direction-out' : 'direction-in'}`}>
        <Icon name={isOut ? 'out' : 'in'} />
        {isOut ? FRAMES.out : FRAMES.in}
      </span>
    );
  }
  if (to <= from) return <>{text}</>;
  return (
    <>
      {text.slice(0, from)}
      <mark class="find-hit">{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}
