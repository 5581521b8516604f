/**
 * A recorded session, wherever it is stored: its rows, and its frames chunk by chunk, so that a million of them are never in
 * memory at once. Exporters read it, imports write it.
 */
import type { HandshakeRecord, ProbeRecord } from './evidence.ts';
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  ContextRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
} from './records.ts';

/** Up to CHUNK_FRAMES consecutive frames of one connection with all that is known of them. */
export interface RecordedChunk {
  readonly chunk: ChunkRecord;
  /** null: none was kept. */
  readonly payload: PayloadRecord | null;
  /** Late bytes of Blob frames of this chunk. */
  readonly contents: readonly ContentRecord[];
}

/** All of a session but its frames. */
export interface RecordingRows {
  readonly session: SessionRecord;
  /** In the order of their opening. */
  readonly documents: readonly DocumentRecord[];
  /** In the order of their creation. */
  readonly connections: readonly ConnectionRecord[];
  readonly context: readonly ContextRecord[];
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
}

export interface Recording extends RecordingRows {
  /** Of one connection, in order. Rejects when the store fails. */
  chunks(connectionId: string): AsyncIterable<RecordedChunk>;
}

/** One row of a recording that comes row by row: parents before their children, chunks of a connection in order. */
export type RecordingRow =
  | { readonly kind: 'session'; readonly row: SessionRecord }
  | { readonly kind: 'document'; readonly row: DocumentRecord }
  | { readonly kind: 'connection'; readonly row: ConnectionRecord }
  | { readonly kind: 'context'; readonly row: ContextRecord }
  | { readonly kind: 'handshake'; readonly row: HandshakeRecord }
  | { readonly kind: 'probe'; readonly row: ProbeRecord }
  | { readonly kind: 'chunk'; readonly row: RecordedChunk };
