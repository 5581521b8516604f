/**
 * A recorded session as exporters read it, wherever it is stored: its rows, and its frames chunk by chunk, so that a
 * million of them are never in memory at once.
 */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  ContextRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
} from '../protocol/records.ts';

/** Up to CHUNK_FRAMES consecutive frames of one connection with all that is known of them. */
export interface RecordedChunk {
  readonly chunk: ChunkRecord;
  /** null: none was kept. */
  readonly payload: PayloadRecord | null;
  /** Late bytes of Blob frames of this chunk. */
  readonly contents: readonly ContentRecord[];
}

export interface Recording {
  readonly session: SessionRecord;
  /** In the order of their opening. */
  readonly documents: readonly DocumentRecord[];
  /** In the order of their creation. */
  readonly connections: readonly ConnectionRecord[];
  readonly context: readonly ContextRecord[];
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
  /** Of one connection, in order. Rejects when the store fails. */
  chunks(connectionId: string): AsyncIterable<RecordedChunk>;
}
