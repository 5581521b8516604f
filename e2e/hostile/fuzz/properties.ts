/**
 * What must hold for every input: parsers are total (they give a fresh object or null and never throw), they accept
 * nothing that they would refuse the second time, nothing that could change under them, and nothing that takes long. The
 * store's rules take whatever passes, in any order, and leave rows that can be stored.
 */
import { isDeepStrictEqual } from 'node:util';
import { type FrameColumns, parseFrameColumns } from '../../../src/protocol/frame-columns.ts';
import { MAX_GAPS_PER_CONNECTION } from '../../../src/protocol/limits.ts';
import { type PageReport, parsePageMessage, parsePageReport } from '../../../src/protocol/page-report.ts';
import type { ConnectionRecord, DocumentRecord } from '../../../src/protocol/records.ts';
import { parseRelayMessage } from '../../../src/protocol/relay.ts';
import { applyBatches } from '../../../src/store/apply-batches.ts';
import { buildChunk, planChunks } from '../../../src/store/chunks.ts';

/** One call of one parser may not take longer. A busy machine can stop a process for a while, hence so much. */
const TOO_LONG_MS = 2_000;

const PARSERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  parsePageMessage,
  parsePageReport,
  parseFrameColumns,
  parseRelayMessage,
};

/** How often each parser accepted an input: a run in which one never did has proved nothing. */
export type Accepted = Record<string, number>;

export function noneAccepted(): Accepted {
  return Object.fromEntries([...Object.keys(PARSERS), 'applied'].map((name) => [name, 0]));
}

/** What is wrong with how this input is treated, as a sentence; null when all is well. Counts into `accepted`. */
export function findFault(input: unknown, accepted: Accepted): string | null {
  for (const [name, parse] of Object.entries(PARSERS)) {
    const startedMs = performance.now();
    let once: unknown;
    try {
      once = parse(input);
    } catch (error) {
      return `${name} threw ${String(error)}`;
    }
    if (performance.now() - startedMs > TOO_LONG_MS) return `${name} took more than ${TOO_LONG_MS} ms`;
    if (once === null) continue;
    accepted[name] = (accepted[name] ?? 0) + 1;
    const fault = faultOfAccepted(input, once, parse);
    if (fault !== null) return `${name} accepted ${fault}`;
  }
  return findStoreFault(input, accepted);
}

function faultOfAccepted(input: unknown, once: unknown, parse: (value: unknown) => unknown): string | null {
  if (once === undefined || typeof once !== 'object' || once === null) return 'something that is no object';
  if (once === input) return 'the very object of the sender';
  if (Object.getPrototypeOf(once) !== Object.prototype) return 'an object with a foreign prototype';
  if (Object.hasOwn(once, '__proto__')) return 'an object with an own __proto__';
  if (Object.hasOwn(once, 'tabId')) return 'a field that it does not know';
  const again = parse(once);
  return isDeepStrictEqual(again, once) ? unstableMemory(once) : 'what it refuses or changes the second time';
}

/** Shared memory can be changed by the page after it was checked; memory that grows cannot be stored everywhere. */
function unstableMemory(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!ArrayBuffer.isView(value)) {
    // Reports within an envelope are unparsed, on purpose.
    return Object.entries(value).reduce<string | null>(
      (found, [key, item]) => found ?? (key === 'reports' ? null : unstableMemory(item)),
      null,
    );
  }
  const { buffer } = value;
  if (!(buffer instanceof ArrayBuffer)) return 'a view of shared memory';
  if ((buffer as { readonly resizable?: boolean }).resizable) return 'a view of memory that can be resized';
  return buffer.byteLength === value.byteLength ? null : 'a view of more memory than it needs';
}

const DOCUMENT: DocumentRecord = {
  documentId: '0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b',
  sessionId: 's',
  tabId: 1,
  frameId: 0,
  url: 'http://127.0.0.1/',
  timeOriginMs: 1_700_000_000_000,
  openedAtMs: 1_700_000_000_000,
  goneAtMs: null,
  committedBatch: 0,
  rejected: 0,
  payloadsLeftOut: 0,
};

/** Applies the reports of an input, as background and store would, and looks at the rows. */
function findStoreFault(input: unknown, accepted: Accepted): string | null {
  const reports = reportsIn(input);
  if (reports.length === 0) return null;
  try {
    const batches = [{ batch: 1, reports, rejected: 0, goneAtMs: null }];
    const applied = applyBatches(DOCUMENT, new Map(), batches);
    accepted.applied = (accepted.applied ?? 0) + reports.length - applied.document.rejected;
    for (const row of applied.connections.values()) {
      const fault = faultOfRow(row);
      if (fault !== null) return `the store made a row with ${fault}`;
    }
    for (const [number, runs] of applied.runs) {
      const row = applied.connections.get(number);
      for (const plan of planChunks(row?.tail ?? null, runs)) {
        const { chunk, payload } = buildChunk('c', plan, null);
        const fault = faultOfChunk({ ...chunk, ...payload });
        if (fault !== null) return `the store made a chunk with ${fault}`;
      }
    }
    const replayed = applyBatches(applied.document, applied.connections, batches);
    return replayed.connections.size > 0 ? 'the store counted a batch twice' : null;
  } catch (error) {
    return `the store threw ${String(error)}`;
  }
}

/** Every report in an input, wherever it sits. */
function reportsIn(input: unknown): readonly PageReport[] {
  const envelope = parsePageMessage(input) ?? parseRelayMessage(input);
  const candidates = envelope && 'reports' in envelope ? envelope.reports : [input];
  return candidates.map(parsePageReport).filter((report) => report !== null);
}

function faultOfRow(row: ConnectionRecord): string | null {
  const counts = [row.framesIn, row.framesOut, row.framesMissed, row.nextSeq];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return `counts ${counts.join(', ')}`;
  if (row.framesIn + row.framesOut + row.framesMissed > row.nextSeq) return 'more frames than numbers';
  if (row.gaps.length > MAX_GAPS_PER_CONNECTION) return 'too many gaps';
  const times = [row.createdAtMs, row.openedAtMs, row.erroredAtMs, row.droppedAtMs, row.lastFrameAtMs];
  return times.every((at) => at === null || Number.isFinite(new Date(at).getTime()))
    ? null
    : `times ${times.join(', ')}`;
}

/** The stored form is the wire form, with every size counted. */
function faultOfChunk(columns: FrameColumns): string | null {
  if (columns.sizeBytes.some((size) => size < 0)) return 'a size that was left open';
  return parseFrameColumns(columns) === null ? 'columns that are not consistent' : null;
}
