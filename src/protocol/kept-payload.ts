/**
 * Cuts the payloads of a report to what a user wants kept of each. Pure. Sizes stay true, and a cut frame says that it
 * is: less is kept than there was.
 */
import {
  bytesOf,
  FRAME_BLOB,
  FRAME_TRUNCATED,
  type FrameColumns,
  SIZE_OF_TEXT,
  textOf,
  utf8Bytes,
} from './frame-columns.ts';
import type { PageReport } from './page-report.ts';

/** The report itself when nothing in it is longer than `keptBytes` (UTF-16 units of text); else a smaller one. */
export function keepPayloads(report: PageReport, keptBytes: number): PageReport {
  if (report.kind === 'frameContent') {
    return report.bytes.length > keptBytes ? { ...report, bytes: report.bytes.slice(0, keptBytes) } : report;
  }
  if (report.kind !== 'framesCaptured') return report;
  const columns = markBlobs(keepPayloadsOf(report.columns, keptBytes), keptBytes);
  return columns === report.columns ? report : { ...report, columns };
}

/** The bytes of a Blob come later, in a report of their own, and will be cut there. */
function markBlobs(columns: FrameColumns, keptBytes: number): FrameColumns {
  const isCut = (flag: number, i: number) =>
    (flag & FRAME_BLOB) !== 0 && (flag & FRAME_TRUNCATED) === 0 && (columns.sizeBytes[i] ?? 0) > keptBytes;
  return columns.flags.some(isCut)
    ? { ...columns, flags: columns.flags.map((flag, i) => (isCut(flag, i) ? flag | FRAME_TRUNCATED : flag)) }
    : columns;
}

/** The same for the payloads that are in these columns. */
export function keepPayloadsOf(columns: FrameColumns, keptBytes: number): FrameColumns {
  const { count, atMs } = columns;
  const cut: number[] = [];
  for (let i = 0; i < count; i++) {
    if (lengthOf(columns.textEnds, i) > keptBytes || lengthOf(columns.byteEnds, i) > keptBytes) cut.push(i);
  }
  if (cut.length === 0) return columns;

  const flags = columns.flags.slice();
  const sizeBytes = columns.sizeBytes.slice();
  for (const i of cut) {
    flags[i] = (flags[i] ?? 0) | FRAME_TRUNCATED;
    if (sizeBytes[i] === SIZE_OF_TEXT) sizeBytes[i] = utf8Bytes(columns.text, ...rangeOf(columns.textEnds, i));
  }
  let text = '';
  const textEnds = new Uint32Array(count);
  const bytes = new Uint8Array(columns.bytes.length);
  const byteEnds = new Uint32Array(count);
  let byteEnd = 0;
  for (let i = 0; i < count; i++) {
    text += textOf(columns, i).slice(0, keptBytes);
    textEnds[i] = text.length;
    if (lengthOf(columns.byteEnds, i) > 0) {
      const part = bytesOf(columns, i).subarray(0, keptBytes);
      bytes.set(part, byteEnd);
      byteEnd += part.length;
    }
    byteEnds[i] = byteEnd;
  }
  return {
    count,
    atMs,
    flags,
    sizeBytes,
    // A slice shares memory with the whole; its clone does not.
    text: structuredClone(text),
    textEnds,
    bytes: bytes.slice(0, byteEnd),
    byteEnds,
  };
}

function rangeOf(ends: Uint32Array, i: number): readonly [from: number, to: number] {
  return [i === 0 ? 0 : (ends[i - 1] ?? 0), ends[i] ?? 0];
}

function lengthOf(ends: Uint32Array, i: number): number {
  const [from, to] = rangeOf(ends, i);
  return to - from;
}
