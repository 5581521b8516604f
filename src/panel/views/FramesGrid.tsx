/** The grid "Frames": the frames of the selected connection, and what is missing between them. */
import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { factsOf } from '../models/content.ts';
import { formatBytes, formatClock } from '../models/format.ts';
import { hexPreview } from '../models/hex-rows.ts';
import { percentOf } from '../models/totals.ts';
import type { RowRange } from '../models/virtual-range.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import { EMPTY, FRAME_KINDS, FRAMES, gap, STATUS } from '../words.ts';
import { EmptyState } from './EmptyState.tsx';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';
import { type GridColumn, VirtualGrid } from './VirtualGrid.tsx';

type ColumnId = keyof typeof FRAMES.columns;

const COLUMNS: readonly GridColumn<ColumnId>[] = (
  [
    { id: 'direction', widthPx: 74, narrowPx: 44 },
    { id: 'time', widthPx: 104, narrowPx: 100 },
    { id: 'size', widthPx: 72, narrowPx: 64, isNumber: true },
    { id: 'kind', widthPx: 56, minGridPx: 480 },
    { id: 'text', widthPx: 'rest' },
  ] as const
).map((column) => ({
  ...column,
  title: FRAMES.columns[column.id],
  ...(column.id === 'direction' ? { narrowTitle: FRAMES.directionShort } : {}),
}));

const PREVIEW_CHARS = 300;
const PREVIEW_BYTES = 48;

export interface FramesGridProps {
  onOpen(): void;
}

export function FramesGrid({ onOpen }: FramesGridProps) {
  const state = usePanel();
  const { frames } = state;
  const rows = frames.rows.value;
  const selectedSeq = frames.selectedSeq.value;
  frames.loads.value; // frames have been read: the rows say more now
  const connectionId = state.selected.value?.connectionId;
  const onRange = useCallback((range: RowRange) => frames.show(range), [frames]);

  return (
    <VirtualGrid
      key={connectionId}
      label={FRAMES.label}
      columns={COLUMNS}
      rowCount={rows.rowCount}
      selectedRow={selectedSeq === null ? null : rows.rowOf(selectedSeq)}
      selectedKey={selectedSeq}
      cell={(row, column) => {
        const at = rows.at(row);
        const frame = at?.kind === 'frame' ? frames.frame(at.seq) : null;
        return frame ? CELLS[column](frame) : column === 'text' && <span class="faint">{FRAMES.reading}</span>;
      }}
      wideCell={(row) => {
        const at = rows.at(row);
        return at?.kind === 'gap' ? gap(at.gap.count, at.gap.reason) : null;
      }}
      rowClass={(row) => {
        const at = rows.at(row);
        return at?.kind === 'gap' ? 'is-gap' : at ? classOf(frames.frame(at.seq)) : '';
      }}
      onSelect={(row) => {
        const at = rows.at(row);
        if (at?.kind === 'frame') frames.select(at.seq);
      }}
      onOpen={onOpen}
      onRange={onRange}
    >
      <NoFrames />
    </VirtualGrid>
  );
}

function classOf(frame: LoadedFrame | null): string {
  if (!frame) return '';
  const { isOut, isSimulated, isDiscarded } = factsOf(frame.flags);
  return `${isOut ? 'is-out' : 'is-in'}${isSimulated ? ' is-simulated' : ''}${isDiscarded ? ' is-discarded' : ''}`;
}

const CELLS: Readonly<Record<ColumnId, (frame: LoadedFrame) => ComponentChildren>> = {
  direction: ({ flags }) => {
    const { isOut } = factsOf(flags);
    return (
      <span
        class={`direction ${isOut ? 'direction-out' : 'direction-in'}`}
        title={isOut ? FRAMES.outHint : FRAMES.inHint}
      >
        <Icon name={isOut ? 'out' : 'in'} />
        {isOut ? FRAMES.out : FRAMES.in}
      </span>
    );
  },
  time: ({ atMs }) => formatClock(atMs),
  size: ({ sizeBytes }) => formatBytes(sizeBytes),
  kind: ({ flags }) => FRAME_KINDS[factsOf(flags).kind],
  text: (frame) => {
    const { isSimulated, isDiscarded, isTruncated } = factsOf(frame.flags);
    return (
      <>
        {isSimulated && <span class="tag tag-simulated">{FRAMES.simulated}</span>}
        {isDiscarded && (
          <span class="tag" title={FRAMES.discardedHint}>
            {FRAMES.discarded}
          </span>
        )}
        {isTruncated && <span class="tag">{FRAMES.truncated}</span>}
        {preview(frame)}
      </>
    );
  },
};

function preview(frame: LoadedFrame): ComponentChildren {
  if (frame.sizeBytes === 0) return <span class="faint">{FRAMES.empty}</span>;
  if (factsOf(frame.flags).kind === 'text') return frame.text().slice(0, PREVIEW_CHARS);
  const bytes = frame.bytes();
  return bytes ? hexPreview(bytes, PREVIEW_BYTES) : <span class="faint">{FRAMES.blobPending}</span>;
}

function NoFrames() {
  const { frames, selected } = usePanel();
  const search = frames.search.value;
  if (selected.value?.seenBy === 'network') return <EmptyState words={EMPTY.noFramesTold} />;
  if (!search) return <EmptyState words={EMPTY.noFrames} />;
  if (search.isDone) return <EmptyState words={EMPTY.noFramesFiltered} />;
  return <EmptyState words={[STATUS.searching(percentOf(search.searchedFrames, search.totalFrames)), '']} />;
}
