/**
 * Reads a file into the database, record by record: what is broken is left out and told with its line, and nothing that is
 * stored already is touched. A file that is broken off is kept as far as it goes, if that is wanted.
 */
import { countSession } from '../../analysis/ticks/count-session.ts';
import { SESSION_BYTES } from '../../protocol/limits.ts';
import type { RecordingRow } from '../../protocol/recording.ts';
import { readHar } from '../../report/har/read.ts';
import { readNdjson } from '../../report/ndjson/read.ts';
import type { FileProblem, ReadRecord } from '../../report/read-record.ts';
import { type ImportCounts, writeImported } from '../../store/import-session.ts';
import type { Store } from '../../store/open.ts';
import { text } from '../../words/words.ts';
import { createStoreSource } from '../link/store-source.ts';
import type { ImportReport } from './messages.ts';

export interface ImportEdges {
  readonly store: Store;
  readonly signal: AbortSignal;
  /** Whether what was read before the file broke is to be kept. */
  keepsRest(problem: string, read: ImportCounts): Promise<boolean>;
  /** Of the file's size; after each commit. */
  onProgress(readBytes: number): void;
  newId(): string;
  nowMs(): number;
}

/** `nothing`: nothing is left of it; the problem says why, null when it was cancelled. */
export type ImportResult =
  | { readonly kind: 'imported'; readonly report: ImportReport }
  | { readonly kind: 'nothing'; readonly problem: string | null };

/** As for what is recorded: without it, one file would displace all other sessions. */
const BOUNDS = { maxFrameBytes: SESSION_BYTES };

/** Ends the stream of rows where the file does. */
class FileBroken extends Error {}

/** Rejects when the store fails, with what `storeFailureOf` knows. */
export async function importSession(file: File, edges: ImportEdges): Promise<ImportResult> {
  const { store, signal, keepsRest, onProgress, newId, nowMs } = edges;
  const problems: FileProblem[] = [];
  let refused = 0;
  let readBytes = 0;
  const format = await formatOf(file);

  async function* rows(): AsyncGenerator<RecordingRow, void> {
    const pieces = piecesOf(file, (bytes) => {
      readBytes += bytes;
    });
    const records =
      format === 'har'
        ? readHar(pieces, { name: file.name, nowMs: nowMs(), newId }, BOUNDS)
        : readNdjson(pieces, { newId }, BOUNDS);
    for await (const record of records) {
      if (record.kind === 'refused') problems.push(record.problem);
      else if (record.kind === 'end') {
        ({ refused } = record);
        if (record.failed) throw new FileBroken(problemText(record.failed));
        if (!record.isComplete) throw new FileBroken(brokenOffText(problems));
      } else yield rowOf(record);
    }
  }

  const outcome = await writeImported(store, rows(), {
    from: { fileName: file.name, format },
    refusedByReader: () => refused,
    keepsRest: (error, read) => keepsRest(messageOf(error), read),
    onProgress: () => onProgress(readBytes),
    signal,
    newId,
    nowMs,
  });
  if (outcome.kind === 'written')
    await countSession(outcome.sessionId, createStoreSource(store)).catch(() => undefined);
  if (outcome.kind === 'nothing') return { kind: 'nothing', problem: signal.aborted ? null : messageOf(outcome.error) };
  return {
    kind: 'imported',
    report: {
      sessionId: outcome.sessionId,
      read: outcome.read,
      problems,
      refused: refused + outcome.read.refused,
      brokenBy: outcome.error === null ? null : messageOf(outcome.error),
    },
  };
}

/** By what is in it: users rename files. Ours begins with its header, a HAR with its log. */
async function formatOf(file: File): Promise<'ndjson' | 'har'> {
  const beginning = await file.slice(0, 4_096).text();
  return /^\ufeff?\s*\{\s*"log"\s*:/.test(beginning) ? 'har' : 'ndjson';
}

async function* piecesOf(file: File, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array, void> {
  // Not `for await` over the stream itself: Chrome has had that since 124 only, and types do not know it everywhere.
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onRead(value.length);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function rowOf(record: Exclude<ReadRecord, { kind: 'refused' | 'end' }>): RecordingRow {
  if (record.kind === 'sessionAgain') return { kind: 'session', row: record.row };
  if (record.kind === 'connectionAgain') return { kind: 'connection', row: record.row };
  return record;
}

/** The line in which it broke off is, as a rule, the last that could not be read. */
function brokenOffText(problems: readonly FileProblem[]): string {
  const last = problems.at(-1);
  return [text('fileProblems_brokenOff'), ...(last ? [problemText(last)] : [])].join(' ');
}

function problemText({ line, unit, text: problem }: FileProblem): string {
  if (line === null) return problem;
  return text(unit === 'entry' ? 'fileProblems_entry' : 'fileProblems_line', line, problem);
}

function messageOf(error: unknown): string {
  if (error === null) return text('fileProblems_empty');
  return error instanceof Error ? error.message : String(error);
}
