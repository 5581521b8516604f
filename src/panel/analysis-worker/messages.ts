/**
 * Panel ↔ analyst. The analyst reads a session, digests its frames and runs the rules; it lives in a worker, so that
 * nothing it does can hold up the panel. Everything here is structured-cloneable. Times are epoch milliseconds.
 */
import type { Durations, HeartbeatFacts, RecognisedProtocol, ValidationFacts } from '../../analysis/digest/digest.ts';
import type { Finding } from '../../analysis/findings/finding.ts';
import type { SessionFacts } from '../../analysis/findings/session-facts.ts';
import type { Statistics } from '../../analysis/statistics/statistics.ts';

export interface AnalysisRequest {
  /** Rising; news carry it, so that those of an earlier request are told from those of a later. */
  readonly runId: number;
  readonly sessionId: string;
  /** Connections of earlier pages are left out; null: none are. */
  readonly sinceMs: number | null;
  /** See PanelEdges. */
  readonly closesWhenLeaving: boolean;
  readonly untilMs: number;
  /** A JSON Schema for messages, as text; null: none. */
  readonly schema: string | null;
}

export type AnalystMessage =
  /** Figures of all recordings that are stored. */
  | { readonly kind: 'count'; readonly countId: number; readonly untilMs: number }
  | { readonly kind: 'analyse'; readonly request: AnalysisRequest }
  /** Whatever is being analysed is given up; what was digested is kept. */
  | { readonly kind: 'cancel' };

/** What is known of one connection's conversation, beside what the findings say. */
export interface Conversation {
  readonly connectionId: string;
  readonly protocol: RecognisedProtocol | null;
  readonly heartbeat: HeartbeatFacts | null;
  readonly validation: ValidationFacts | null;
  readonly latency: Durations | null;
}

export interface AnalysisResult extends Pick<SessionFacts, 'context' | 'handshakes' | 'probes'> {
  readonly findings: readonly Finding[];
  readonly conversations: readonly Conversation[];
  readonly statistics: Statistics;
  /** Connections whose frames could not be read through; the rules did without. */
  readonly unread: readonly string[];
  /** Frames of which the settings let only a part be kept. */
  readonly truncatedFrames: number;
  /** What is wrong with the schema; null: nothing, or there is none. */
  readonly schemaProblem: string | null;
  /** How long it took. */
  readonly tookMs: number;
}

export interface AllStatistics {
  readonly recordings: number;
  readonly statistics: Statistics;
}

/** The answer to `count`; `problem` where it failed. */
export type CountNews = { readonly kind: 'counted'; readonly countId: number } & (
  | { readonly all: AllStatistics; readonly problem: null }
  | { readonly all: null; readonly problem: string }
);

export type AnalysisNews =
  | {
      readonly kind: 'progress';
      readonly runId: number;
      readonly readFrames: number;
      readonly totalFrames: number;
    }
  | { readonly kind: 'done'; readonly runId: number; readonly result: AnalysisResult }
  | { readonly kind: 'cancelled'; readonly runId: number }
  | { readonly kind: 'failed'; readonly runId: number; readonly problem: string };
