/**
 * A hex dump, its rows virtual. A press sets the cursor, drawing selects; the arrow keys do the same. What a decoded value
 * stands in is marked.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatOffset, hexRow, hexRowCount } from '../../models/hex-rows.ts';
import type { ByteRange } from '../../state/detail-state.ts';
import { INSPECTOR } from '../../words-detail.ts';
import { LINE_PX } from '../engine.ts';
import { useSize } from '../use-size.ts';
import { useVirtualScroll } from '../use-virtual-scroll.ts';
import { DataInspector } from './DataInspector.tsx';

/** Room that 16 bytes take in a usual monospaced font, with offset and characters. */
const WIDE_PX = 560;

export interface HexViewProps {
  readonly bytes: Uint8Array;
  /** Where the active value stands. */
  readonly marked: ByteRange | null;
  /** There is little room: the bytes are not read as numbers. */
  readonly isCompact?: boolean;
  /** A byte was pressed or gone to. */
  onCursor(byte: number): void;
  /** Brings the value at the cursor into view; missing: there is no value. */
  onShowValue?: (byte: number) => void;
}

interface Selection {
  readonly anchor: number;
  readonly cursor: number;
}

export function HexView({ bytes, marked, isCompact = false, onCursor, onShowValue }: HexViewProps) {
  const outer = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  const perRow = useSize(outer).widthPx >= WIDE_PX ? 16 : 8;
  const rowCount = hexRowCount(bytes.length, perRow);
  const scroll = useVirtualScroll({ rowCount, rowPx: LINE_PX, headPx: 0, followsEnd: false });

  useEffect(() => {
    if (marked && marked.from < bytes.length) scroll.reveal(Math.floor(marked.from / perRow));
  }, [marked?.from, marked?.to, bytes]);

  function select(next: Selection): void {
    setSelection(next);
    onCursor(next.cursor);
  }

  function onPointerDown(event: PointerEvent): void {
    const byte = byteAt(event, perRow, bytes.length);
    if (byte === null || event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    select({ anchor: event.shiftKey && selection ? selection.anchor : byte, cursor: byte });
  }

  function onPointerMove(event: PointerEvent): void {
    if (!(event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) return;
    const byte = byteAt(event, perRow, bytes.length);
    if (byte !== null && selection && byte !== selection.cursor) setSelection({ ...selection, cursor: byte });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const at = selection?.cursor ?? 0;
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - perRow,
      ArrowDown: at + perRow,
      PageUp: at - perRow * scroll.pageRows,
      PageDown: at + perRow * scroll.pageRows,
      Home: 0,
      End: bytes.length - 1,
    };
    const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
    if (target === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const cursor = Math.min(Math.max(target, 0), bytes.length - 1);
    select({ anchor: event.shiftKey && selection ? selection.anchor : cursor, cursor });
    scroll.reveal(Math.floor(cursor / perRow));
  }

  const selected = selection && {
    from: Math.min(selection.anchor, selection.cursor),
    to: Math.max(selection.anchor, selection.cursor) + 1,
  };
  const rows = [];
  for (let row = scroll.range.first; row < scroll.range.end; row++) {
    const { offset, cells, ascii } = hexRow(bytes, row, perRow);
    rows.push(
      <div
        key={row}
        class="hex-row"
        data-row={row}
        style={{ transform: `translateY(${scroll.rowTopPx(row)}px)`, '--per-row': perRow }}
      >
        <span class="hex-offset">{formatOffset(offset)}</span>
        <span class="hex-bytes">
          <Mark class="hex-marked" range={marked} offset={offset} perRow={perRow} chars={3} />
          <Mark class="hex-selected" range={selected} offset={offset} perRow={perRow} chars={3} />
          <span class="hex-text">{cells.join(' ')}</span>
        </span>
        <span class="hex-ascii">
          <Mark class="hex-marked" range={marked} offset={offset} perRow={perRow} chars={1} />
          <Mark class="hex-selected" range={selected} offset={offset} perRow={perRow} chars={1} />
          <span class="hex-text">{ascii}</span>
        </span>
      </div>,
    );
  }
  return (
    <div class="hex">
      <div ref={outer} class="hex-view">
        {/* biome-ignore lint/a11y/useSemanticElements: there is no element for a hex dump */}
        <div
          ref={scroll.scroller}
          class="hex-scroller"
          role="group"
          aria-label={INSPECTOR.hex}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the cursor moves by keys
          tabIndex={0}
          onScroll={scroll.onScroll}
          onKeyDown={onKeyDown}
          onPointerDown={onPointerDown}
          onPointerMove={onPointerMove}
        >
          <div style={{ height: `${scroll.spacerPx}px` }}>
            <div class="hex-window" style={{ height: `${scroll.size.heightPx}px` }}>
              {rows}
            </div>
          </div>
        </div>
      </div>
      {!isCompact && selection && selected && (
        <DataInspector bytes={bytes} cursor={selected.from} selected={selected} onShowValue={onShowValue} />
      )}
    </div>
  );
}

interface MarkProps {
  readonly class: string;
  readonly range: ByteRange | null;
  /** Of the row. */
  readonly offset: number;
  readonly perRow: number;
  /** That one byte takes. */
  readonly chars: number;
}

function Mark({ class: ownClass, range, offset, perRow, chars }: MarkProps) {
  if (!range) return null;
  const from = Math.max(range.from - offset, 0);
  const to = Math.min(range.to - offset, perRow);
  if (from >= to) return null;
  const gap = chars > 1 ? 1 : 0;
  return <span class={ownClass} style={{ left: `${from * chars}ch`, width: `${(to - from) * chars - gap}ch` }} />;
}

/** By where the pointer is: bytes have no elements of their own, there would be thousands. */
function byteAt({ target, clientX, clientY }: PointerEvent, perRow: number, byteLength: number): number | null {
  const under = document.elementFromPoint(clientX, clientY) ?? (target as Element);
  const row = under.closest<HTMLElement>('.hex-row');
  if (!row) return null;
  for (const [name, chars] of [
    ['.hex-bytes', 3],
    ['.hex-ascii', 1],
  ] as const) {
    const text = row.querySelector<HTMLElement>(`${name} .hex-text`);
    const length = text?.textContent?.length ?? 0;
    const box = text?.getBoundingClientRect();
    if (!box || length === 0 || clientX < box.left - 4 || clientX > box.right + 4) continue;
    const char = Math.floor(((clientX - box.left) / box.width) * length);
    const byte = Number(row.dataset.row) * perRow + Math.min(Math.max(Math.floor(char / chars), 0), perRow - 1);
    return byte < byteLength ? byte : byteLength - 1;
  }
  return null;
}
