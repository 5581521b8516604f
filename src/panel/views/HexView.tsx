/** A hex dump, its rows virtual. */
import { useRef } from 'preact/hooks';
import { formatOffset, hexRow, hexRowCount } from '../models/hex-rows.ts';
import { LINE_PX } from './engine.ts';
import { useSize } from './use-size.ts';
import { useVirtualScroll } from './use-virtual-scroll.ts';

/** Room that 16 bytes take in a usual monospaced font, with offset and characters. */
const WIDE_PX = 560;

export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const outer = useRef<HTMLDivElement>(null);
  const perRow = useSize(outer).widthPx >= WIDE_PX ? 16 : 8;
  const rowCount = hexRowCount(bytes.length, perRow);
  const scroll = useVirtualScroll({ rowCount, rowPx: LINE_PX, headPx: 0, followsEnd: false });
  const rows = [];
  for (let row = scroll.range.first; row < scroll.range.end; row++) {
    const { offset, cells, ascii } = hexRow(bytes, row, perRow);
    rows.push(
      <div key={row} class="hex-row" style={{ transform: `translateY(${scroll.rowTopPx(row)}px)` }}>
        <span class="hex-offset">{formatOffset(offset)}</span>
        <span class="hex-bytes">{cells.join(' ')}</span>
        <span class="hex-ascii">{ascii}</span>
      </div>,
    );
  }
  return (
    <div ref={outer} class="hex-view">
      <div ref={scroll.scroller} class="hex-scroller" onScroll={scroll.onScroll}>
        <div style={{ height: `${scroll.spacerPx}px` }}>
          <div class="hex-window" style={{ height: `${scroll.size.heightPx}px` }}>
            {rows}
          </div>
        </div>
      </div>
    </div>
  );
}
