/** The grid "Frames": the frames of the selected connection or its logical session, and what is missing between them. */
import { useCallback, useMemo, useState } from 'preact/hooks';
import { factsOf } from '../models/content.ts';
import { TIME_MODES } from '../models/frame-time.ts';
import type { ScopeRow } from '../models/scope-rows.ts';
import { percentOf } from '../models/totals.ts';
import type { RowRange } from '../models/virtual-range.ts';
import type { FrameColumn } from '../state/frame-list-state.ts';
import type { PanelState } from '../state/panel-state.ts';
import { EMPTY, FRAMES, STATUS } from '../words.ts';
import { FRAME_GRID, GRID_MENU } from '../words-grids.ts';
import { FRAME_CHOICES, FRAME_TITLES } from './column-titles.ts';
import { EmptyState } from './EmptyState.tsx';
import { FrameCell } from './FrameCell.tsx';
import { FrameMenu, MARK_KEY } from './FrameMenu.tsx';
import { ComparingBar } from './FrameTools.tsx';
import { FrameWideCell } from './FrameWideCell.tsx';
import { GridMenuButton } from './GridMenuButton.tsx';
import { PopupMenu, type PopupSection } from './PopupMenu.tsx';
import { usePanel } from './use-panel.ts';
import type { RowAnchor } from './use-virtual-scroll.ts';
import { type GridColumn, type Point, type TreePlace, VirtualGrid } from './VirtualGrid.tsx';

const COLUMNS: readonly GridColumn<FrameColumn>[] = (
  [
    { id: 'direction', widthPx: 74, narrowPx: 38 },
    { id: 'seq', widthPx: 70, isNumber: true },
    { id: 'time', widthPx: 104, narrowPx: 100 },
    { id: 'size', widthPx: 72, narrowPx: 64, isNumber: true },
    { id: 'kind', widthPx: 56, minGridPx: 620 },
    { id: 'event', widthPx: 116, minGridPx: 560 },
    { id: 'latency', widthPx: 70, minGridPx: 680, isNumber: true },
    { id: 'text', widthPx: 'rest' },
  ] as const
).map((column) => ({
  ...column,
  title: FRAME_TITLES[column.id],
  ...(column.id === 'direction' ? { narrowTitle: FRAMES.directionShort } : {}),
}));

/** So many rows without a frame may stand above one. */
const MAX_ABOVE = 32;

export interface FramesGridProps {
  onOpen(): void;
}

export function FramesGrid({ onOpen }: FramesGridProps) {
  const state = usePanel();
  const { frames, frameList } = state;
  const rows = frames.rows.value;
  const selectedSeq = frames.selectedSeq.value;
  const selectedId = state.selected.value?.connectionId ?? null;
  const shown = frameList.columns.shown.value;
  frames.loads.value; // frames have been read: the rows say more now
  const [menu, setMenu] = useState<{ readonly row: ScopeRow | null; readonly at: Point } | null>(null);
  /** A row without a frame that the keyboard is at; frames are selected for the whole panel. */
  const [wideKey, setWideKey] = useState<string | null>(null);
  const onRange = useCallback((range: RowRange) => frames.show(range), [frames]);
  const anchor = useMemo(() => anchorOf(state), [rows]);
  const isTree = frames.search.value === null;
  const selectedRow =
    wideKey !== null
      ? anchor.rowOf(wideKey)
      : selectedSeq === null || selectedId === null
        ? -1
        : rows.rowOf(selectedId, selectedSeq);

  const closeMenu = () => setMenu(null);

  function select(at: number): void {
    const row = rows.at(at);
    if (!row) return;
    setWideKey(row.row.kind === 'frame' ? null : keyOf(row));
    if (row.row.kind === 'frame') frames.selectAt({ connectionId: row.record.connectionId, seq: row.row.seq });
  }

  return (
    <>
      <ComparingBar />
      <VirtualGrid
        key={frames.isWhole.value ? state.lineages.value.lineageOf(selectedId ?? '')?.lineageId : selectedId}
        label={FRAMES.label}
        columns={COLUMNS.filter(({ id }) => id === 'text' || shown.has(id))}
        rowCount={rows.rowCount}
        selectedRow={selectedRow < 0 ? null : selectedRow}
        selectedKey={wideKey ?? (selectedSeq === null ? null : `${selectedId} ${selectedSeq}`)}
        cell={(at, column) => {
          const row = rows.at(at);
          return row && <FrameCell state={state} rows={rows} at={at} row={row} column={column} />;
        }}
        wideCell={(at) => {
          const row = rows.at(at);
          return row && row.row.kind !== 'frame' ? <FrameWideCell row={row} /> : null;
        }}
        rowClass={(at) => classOf(rows.at(at), state)}
        pointedRow={() => {
          const place = state.timeline.pointed.value;
          return place && rows.rowOf(place.connectionId, place.seq);
        }}
        onSelect={select}
        onOpen={onOpen}
        onMenu={(at, point) => setMenu({ row: at === null ? null : rows.at(at), at: point })}
        onKey={(event) => isMarkKey(event) && markSelected(state)}
        onRange={onRange}
        treePlace={isTree ? (at) => placeOf(rows.at(at), state) : undefined}
        onExpand={(at, isOpen) => {
          const row = rows.at(at);
          if (row?.row.kind !== 'beats') return;
          frames.expand({ connectionId: row.record.connectionId, seq: row.row.run.firstSeq }, isOpen);
        }}
        anchor={anchor}
        hasEndButton
        corner={
          <GridMenuButton
            label={FRAME_GRID.menu}
            isOpen={menu?.row === null}
            onMenu={(at) => setMenu({ row: null, at })}
          />
        }
      >
        <NoFrames />
      </VirtualGrid>
      {menu &&
        (menu.row ? (
          <FrameMenu row={menu.row} at={menu.at} onClose={closeMenu} />
        ) : (
          <GridMenu at={menu.at} onClose={closeMenu} />
        ))}
    </>
  );
}

function isMarkKey(event: KeyboardEvent): boolean {
  return event.key.toUpperCase() === MARK_KEY && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Begins to write a mark to the selected frame, or to change the one that it has. */
function markSelected({ frames, frameTools, selected }: PanelState): boolean {
  const record = selected.peek();
  const frame = frames.selectedFrame.peek();
  if (!record || !frame) return false;
  const mark = frames.marksOf(record).bySeq.get(frame.seq);
  const place = { connectionId: record.connectionId, seq: frame.seq };
  frameTools.startMarking(mark ? { kind: 'edit', mark } : { kind: 'new', place, atMs: frame.atMs });
  return true;
}

/** Which columns there are, how times are told, what is folded. */
function GridMenu({ at, onClose }: { readonly at: Point; onClose(): void }) {
  const { frames, frameList } = usePanel();
  const sections: readonly PopupSection[] = [
    {
      title: FRAME_GRID.show,
      items: [
        {
          label: FRAME_GRID.fold,
          kind: 'check',
          isChecked: frames.foldsHeartbeats.value,
          run: () => frames.setFoldsHeartbeats(!frames.foldsHeartbeats.value),
        },
        {
          label: FRAME_GRID.whole,
          kind: 'check',
          isChecked: frames.isWhole.value,
          run: () => frames.setWhole(!frames.isWhole.value),
        },
      ],
    },
    {
      title: FRAME_GRID.time,
      items: TIME_MODES.map((mode) => ({
        label: FRAME_GRID.timeModes[mode],
        kind: 'radio',
        isChecked: frameList.timeMode.value === mode,
        run: () => frameList.setTimeMode(mode),
      })),
    },
    {
      title: GRID_MENU.columns,
      items: FRAME_CHOICES.map((id) => ({
        label: FRAME_TITLES[id],
        kind: 'check',
        isChecked: frameList.columns.shown.value.has(id),
        run: () => frameList.columns.toggle(id),
      })),
    },
  ];
  return <PopupMenu label={FRAME_GRID.menu} at={at} sections={sections} onClose={onClose} />;
}

/** Rows are known again by what they are of, wherever they have gone. */
function anchorOf({ frames }: PanelState): RowAnchor {
  const rows = frames.rows.peek();
  return {
    version: rows,
    keyOf: (at) => {
      const row = rows.at(at);
      return row ? keyOf(row) : '';
    },
    rowOf: (key) => {
      const [id = '', seq = '-1'] = key.split(' ');
      const near = rows.rowOf(id, Number(seq));
      // Open heartbeats stand above their first, and what was marked above the frame that followed.
      for (let at = near; at >= 0 && at > near - MAX_ABOVE; at--) {
        const row = rows.at(at);
        if (row && keyOf(row) === key) return at;
      }
      return near;
    },
  };
}

/** The connection, and a frame by which the row is found again. */
function keyOf({ record, row }: ScopeRow): string {
  const id = record.connectionId;
  switch (row.kind) {
    case 'frame':
      return `${id} ${row.seq}`;
    case 'gap':
      return `${id} ${row.gap.firstSeq}`;
    case 'beats':
      return `${id} ${row.run.firstSeq} run`;
    case 'mark':
      return `${id} ${row.beforeSeq} ${row.mark.contextId ?? row.mark.atMs}`;
    case 'generation':
      return `${id} -1`;
  }
}

function placeOf(row: ScopeRow | null, { frames }: PanelState): TreePlace {
  if (row?.row.kind === 'beats') return { level: 1, isExpanded: row.row.isOpen };
  if (row?.row.kind !== 'frame' || !frames.foldsHeartbeats.peek()) return { level: 1, isExpanded: null };
  const index = frames.indexOf(row.record.connectionId);
  return { level: index?.isInRun(row.row.seq) ? 2 : 1, isExpanded: null };
}

function classOf(row: ScopeRow | null, { frames }: PanelState): string {
  if (!row) return '';
  if (row.row.kind !== 'frame') return `is-${row.row.kind}`;
  const place = { connectionId: row.record.connectionId, seq: row.row.seq };
  const frame = frames.frameAt(place);
  if (!frame) return '';
  const { isOut, isSimulated, isDiscarded } = factsOf(frame.flags);
  const kind = frames.indexOf(place.connectionId)?.kindAt(place.seq);
  const isBeat = kind === 'beat' || kind === 'beatAnswer';
  return `${isOut ? 'is-out' : 'is-in'}${isSimulated ? ' is-simulated' : ''}${isDiscarded ? ' is-discarded' : ''}${isBeat ? ' is-beat' : ''}`;
}

function NoFrames() {
  const { frames, selected } = usePanel();
  const search = frames.search.value;
  if (selected.value?.seenBy === 'network') return <EmptyState words={EMPTY.noFramesTold} />;
  if (!search) return <EmptyState words={EMPTY.noFrames} />;
  if (search.isDone) return <EmptyState words={EMPTY.noFramesFiltered} />;
  return <EmptyState words={[STATUS.searching(percentOf(search.searchedFrames, search.totalFrames)), '']} />;
}
