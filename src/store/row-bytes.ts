/**
 * What rows take in the database beside their frames: without it a page could fill the store with rows of long names that
 * no limit ever sees. Estimates, in bytes; pure.
 */
import type { ConnectionActs, HandshakeRecord, Header, ProbeRecord } from '../protocol/evidence.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord, TickRecord } from '../protocol/records.ts';

/** The names of the fields, the numbers, keys and ids of a row, and its entries in the indexes. */
const ROW_BYTES = 512;
const SMALL_ROW_BYTES = 192;
const GAP_BYTES = 32;
const SAMPLE_BYTES = 24;
const FAULT_BYTES = 160;

export function documentBytes({ url }: DocumentRecord): number {
  return ROW_BYTES + url.length;
}

/** 0 where there is no row. Text counts a byte per UTF-16 unit, as everywhere in the store. */
export function connectionBytes(row: ConnectionRecord | null): number {
  if (!row) return 0;
  const texts = [
    row.url,
    ...row.protocols,
    row.protocol,
    row.extensions,
    row.closeRequested?.reason,
    row.close?.reason,
  ];
  const listed = row.gaps.length * GAP_BYTES + actsBytes(row.acts) + faultBytes(row);
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), ROW_BYTES + listed);
}

function faultBytes({ faults = [], held = [] }: ConnectionRecord): number {
  const heldBytes = held.reduce((sum, { text, bytes }) => sum + FAULT_BYTES + (text ?? bytes ?? '').length, 0);
  return faults.length * FAULT_BYTES + heldBytes;
}

function actsBytes(acts: ConnectionActs | undefined): number {
  if (!acts) return 0;
  const { constructedAt, closedAt, handlerErrorText, buffered } = acts;
  const texts = (constructedAt?.length ?? 0) + (closedAt?.length ?? 0) + handlerErrorText.length;
  return ROW_BYTES / 2 + texts + buffered.length * SAMPLE_BYTES;
}

/** 0 where there is no row. */
export function tickBytes(row: TickRecord | undefined): number {
  return row ? SMALL_ROW_BYTES + row.columns.byteLength : 0;
}

export function contextBytes({ detail, url, text }: ContextRecord): number {
  return SMALL_ROW_BYTES + (detail?.length ?? 0) + (url?.length ?? 0) + (text?.length ?? 0);
}

/** 0 where there is no row, here and in `probeBytes`. */
export function handshakeBytes(row: HandshakeRecord | undefined): number {
  return row ? ROW_BYTES + row.url.length + headersBytes(row.headers) : 0;
}

export function probeBytes(row: ProbeRecord | undefined): number {
  return row ? ROW_BYTES + row.url.length + headersBytes(row.headers) : 0;
}

function headersBytes(headers: readonly Header[]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + GAP_BYTES, 0);
}
