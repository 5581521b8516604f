/** Panel ↔ indexer, which reads all frames of the connections that are looked at. Structured-cloneable. */
import type { FrameSlice } from '../models/frame-index.ts';

/** What protocols are recognised by. */
export interface IndexedConnection {
  readonly connectionId: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly protocol: string | null;
  /** Frames with lower seqs are to be read. */
  readonly toSeq: number;
}

export type IndexerMessage =
  /** All that are looked at, what is wanted first first. Others are forgotten. */
  { readonly kind: 'index'; readonly connections: readonly IndexedConnection[] };

export type IndexNews =
  | {
      readonly kind: 'slice';
      readonly connectionId: string;
      /** Rising; a higher number begins anew at seq 0, because more has become known. */
      readonly edition: number;
      readonly slice: FrameSlice;
    }
  /** The connection's frames cannot be read any further. */
  | { readonly kind: 'failed'; readonly connectionId: string; readonly problem: string };
