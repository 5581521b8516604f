/**
 * The panel's door to what was recorded: reads rows, and writes none but what was counted of them. The database is behind it (`store-source.ts`), or, in
 * the tests, rows in memory. Every function may reject with an error that `storeFailureOf` understands.
 */
import type {
  ChunkRecord,
  ConnectionRecord,
  ContentRecord,
  ContextRecord,
  DocumentRecord,
  PayloadRecord,
  SessionRecord,
  TickRecord,
} from '../../protocol/records.ts';

export interface RecordedSession {
  readonly session: SessionRecord;
  readonly documents: readonly DocumentRecord[];
  readonly connections: readonly ConnectionRecord[];
}

export interface RecordingSource {
  /** Everything of a session but its frames; null when there is none of this id (yet). */
  session(sessionId: string): Promise<RecordedSession | null>;
  /** What happened beside the connections, in order. */
  context(sessionId: string): Promise<readonly ContextRecord[]>;
  /** All chunks that hold frames with fromSeq <= seq < toSeq, rising. */
  chunks(connectionId: string, fromSeq: number, toSeq: number): Promise<readonly ChunkRecord[]>;
  /** When the frames of its connections came, of those for which that has been counted before. */
  ticks(sessionId: string): Promise<readonly TickRecord[]>;
  /** Keeps what was counted, for who opens the session next. Of a session that is recorded it is not kept. */
  keepTicks(sessionId: string, rows: readonly TickRecord[]): Promise<void>;
  /** The payloads of the chunk that begins at `firstSeq`. They may be of more frames than the chunk had when it was read. */
  payload(connectionId: string, firstSeq: number): Promise<PayloadRecord | null>;
  /** The late bytes of a Blob frame. */
  content(connectionId: string, seq: number): Promise<ContentRecord | null>;
  /** Deletes every recording of this browser profile. Only after the user has been asked. */
  deleteEverything(): Promise<void>;
}
