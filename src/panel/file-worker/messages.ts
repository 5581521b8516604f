/**
 * Panel ↔ file worker: one worker a job, ended with it. It writes a stored session as a file, says what will be hidden in it,
 * reads a file into the database, sums a session up, compares two, or writes a conversation as code. Everything here is structured-cloneable.
 */
import type { Budgets } from '../../analysis/verdict/budgets.ts';
import type { SessionSummary } from '../../protocol/records.ts';
import type { Snippet, SnippetKind } from '../../report/code/snippets.ts';
import type { Comparison } from '../../report/compare/compare.ts';
import type { FileProblem } from '../../report/read-record.ts';
import type { RedactionPreview } from '../../report/redaction/names-given.ts';
import type { RedactionMode } from '../../report/redaction/redact-recording.ts';
import type { SecretKind } from '../../report/redaction/span.ts';
import type { ImportCounts } from '../../store/import-session.ts';
import type { ExportFormat } from '../models/export-formats.ts';

/** What is hidden in what leaves the browser. */
export interface Redaction {
  readonly mode: RedactionMode;
  /** The user's own regular expressions, validated. */
  readonly patterns: readonly string[];
  readonly keepKinds: readonly SecretKind[];
}

export type FileJob =
  | { readonly kind: 'preview'; readonly sessionId: string; readonly redaction: Redaction }
  | {
      readonly kind: 'export';
      readonly sessionId: string;
      readonly redaction: Redaction;
      readonly format: ExportFormat;
      /** Reports judge by them. */
      readonly budgets: Budgets;
      /** Of Socketscope. */
      readonly version: string;
      readonly nowMs: number;
    }
  | { readonly kind: 'import'; readonly file: File }
  | { readonly kind: 'summarise'; readonly sessionId: string; readonly budgets: Budgets; readonly nowMs: number }
  | {
      readonly kind: 'compare';
      readonly beforeId: string;
      readonly afterId: string;
      readonly budgets: Budgets;
    }
  | {
      /** A conversation as code. */
      readonly kind: 'snippet';
      readonly sessionId: string;
      readonly connectionId: string;
      readonly snippet: SnippetKind;
      readonly redaction: Redaction;
    };

/** Answers, while a job runs. */
export type FileOrder =
  /** To `asksToKeep`. */
  | { readonly kind: 'keep'; readonly on: boolean }
  /** An import leaves nothing behind; anything else is just ended. */
  | { readonly kind: 'cancel' };

export interface ImportReport {
  readonly sessionId: string;
  readonly read: ImportCounts;
  /** At most MAX_REFUSALS of them. */
  readonly problems: readonly FileProblem[];
  readonly refused: number;
  /** What broke the file off after what was kept; null: it is whole. */
  readonly brokenBy: string | null;
}

export type FileNews =
  /** Frames; of an import, bytes of its file. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'previewed'; readonly preview: RedactionPreview }
  | { readonly kind: 'exported'; readonly content: Blob; readonly preview: RedactionPreview }
  /** The file is broken in the middle: is what was read before to be kept? */
  | { readonly kind: 'asksToKeep'; readonly problem: string; readonly read: ImportCounts }
  | { readonly kind: 'imported'; readonly report: ImportReport }
  | { readonly kind: 'summarised'; readonly summary: SessionSummary }
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  /** `leftOut`: frames that are not in it. */
  | { readonly kind: 'snippet'; readonly snippet: Snippet; readonly leftOut: number }
  | { readonly kind: 'cancelled' }
  /** Plain text that says what to do. */
  | { readonly kind: 'failed'; readonly problem: string };
