/** What stands in the cells of a frame's row. */
import type { ComponentChildren } from 'preact';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { formatCount } from '../../words/words.ts';
import { factsOf } from '../models/content.ts';
import { formatBytes } from '../models/format.ts';
import { formatFrameTime, formatLatency } from '../models/frame-time.ts';
import { hexPreview } from '../models/hex-rows.ts';
import type { ScopeRow, ScopeRows } from '../models/scope-rows.ts';
import type { LoadedFrame } from '../state/chunk-cache.ts';
import type { FrameColumn } from '../state/frame-list-state.ts';
import type { PanelState } from '../state/panel-state.ts';
import { FRAME_KINDS, FRAMES } from '../words.ts';
import { FRAME_GRID } from '../words-grids.ts';
import { Icon } from './Icon.tsx';

const PREVIEW_CHARS = 300;
const PREVIEW_BYTES = 48;

export interface FrameCellProps {
  readonly state: PanelState;
  readonly rows: ScopeRows;
  readonly at: number;
  readonly row: ScopeRow;
  readonly column: FrameColumn;
}

export function FrameCell({ state, rows, at, row: { record, row }, column }: FrameCellProps): ComponentChildren {
  if (row.kind !== 'frame') return null;
  const { frames } = state;
  const { connectionId } = record;
  const frame = frames.frameAt({ connectionId, seq: row.seq });
  if (column === 'seq') return formatCount(row.seq);
  if (column === 'event') return <Event name={frames.indexOf(connectionId)?.nameAt(row.seq) ?? ''} />;
  if (column === 'latency') {
    const latencyMs = frames.indexOf(connectionId)?.latencyMs(row.seq) ?? null;
    return latencyMs !== null && <span title={FRAME_GRID.latencyHint}>{formatLatency(latencyMs)}</span>;
  }
  if (!frame) return column === 'text' && <span class="faint">{FRAMES.reading}</span>;
  if (column === 'time') return timeOf(state, record, frame, rows, at);
  if (column === 'text') return <Text state={state} record={record} frame={frame} />;
  return CELLS[column](frame);
}

const CELLS: Readonly<
  Record<Extract<FrameColumn, 'direction' | 'size' | 'kind'>, (frame: LoadedFrame) => ComponentChildren>
> = {
  direction: ({ flags }) => {
    const { isOut } = factsOf(flags);
    return (
      <span
        class={`direction ${isOut ? 'direction-out' : 'direction-in'}`}
        title={isOut ? FRAMES.outHint : FRAMES.inHint}
      >
        <Icon name={isOut ? 'out' : 'in'} />
        <span class="direction-word">{isOut ? FRAMES.out : FRAMES.in}</span>
      </span>
    );
  },
  size: ({ sizeBytes }) => formatBytes(sizeBytes),
  kind: ({ flags }) => FRAME_KINDS[factsOf(flags).kind],
};

function Event({ name }: { readonly name: string }) {
  return <span title={name}>{name}</span>;
}

function timeOf(
  { frames, frameList }: PanelState,
  { openedAtMs, createdAtMs }: ConnectionRecord,
  frame: LoadedFrame,
  rows: ScopeRows,
  at: number,
): string {
  return formatFrameTime(frameList.timeMode.value, {
    atMs: frame.atMs,
    openedAtMs: openedAtMs ?? createdAtMs,
    beforeMs: lastMsOf(rows.at(at - 1), frames),
  });
}

/** When the last frame of a row was; null where it has none, or it is not known. */
function lastMsOf(before: ScopeRow | null, frames: PanelState['frames']): number | null {
  if (!before) return null;
  const { connectionId } = before.record;
  const { row } = before;
  const seq =
    row.kind === 'frame'
      ? row.seq
      : row.kind === 'beats'
        ? row.run.firstSeq + (row.isOpen ? 0 : row.run.frames - 1)
        : -1;
  if (seq < 0) return null;
  return frames.frameAt({ connectionId, seq })?.atMs ?? frames.indexOf(connectionId)?.atMs(seq) ?? null;
}

interface TextProps {
  readonly state: PanelState;
  readonly record: ConnectionRecord;
  readonly frame: LoadedFrame;
}

function Text({ state, record, frame }: TextProps) {
  const { isSimulated, isDiscarded, isTruncated } = factsOf(frame.flags);
  const mark = state.frames.marksOf(record).bySeq.get(frame.seq);
  return (
    <>
      {mark && (
        <span class="mark" title={mark.text || FRAME_GRID.moment}>
          <Icon name="flag" />
          <span class={mark.text ? '' : 'visually-hidden'}>{mark.text || FRAME_GRID.moment}</span>
        </span>
      )}
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
}

function preview(frame: LoadedFrame): ComponentChildren {
  if (frame.sizeBytes === 0) return <span class="faint">{FRAMES.empty}</span>;
  if (factsOf(frame.flags).kind === 'text') return frame.text().slice(0, PREVIEW_CHARS);
  const bytes = frame.bytes();
  return bytes ? hexPreview(bytes, PREVIEW_BYTES) : <span class="faint">{FRAMES.blobPending}</span>;
}
