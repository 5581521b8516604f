/** What readers of files give, one after the other, in an order in which it can be written to a store as it comes. */
import type { HandshakeRecord, ProbeRecord } from '../protocol/evidence.ts';
import type { RecordedChunk, Recording, RecordingRow } from '../protocol/recording.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from '../protocol/records.ts';

export type ReadRecord =
  /** The session comes once, before everything else. */
  | RecordingRow
  /** At the end of a file, what only then is known: rows that take the place of earlier ones. */
  | { readonly kind: 'sessionAgain'; readonly row: SessionRecord }
  | { readonly kind: 'connectionAgain'; readonly row: ConnectionRecord }
  /** One record was left out, all others are unharmed. After MAX_REFUSALS they are only counted. */
  | { readonly kind: 'refused'; readonly problem: FileProblem }
  /** The last. `failed`: nothing of this file can be used, or no more than what came before. */
  | {
      readonly kind: 'end';
      readonly failed: FileProblem | null;
      /** False: the file is broken off; what came before is whole. */
      readonly isComplete: boolean;
      readonly refused: number;
    };

export interface FileProblem {
  /** From 1. null: it is about the whole. */
  readonly line: number | null;
  /** What `line` counts, when it is not lines: entries of a HAR. */
  readonly unit?: 'entry';
  /** What is wrong and, where there is something, what to do. Plain text; may quote the file. */
  readonly text: string;
}

export const MAX_REFUSALS = 100;

/** How ids of the file become ids of a store in which they may exist already. */
export interface ReadOptions {
  /** A new unique id each time; missing: ids stay as they are in the file. */
  readonly newId?: () => string;
}

/** What was read, as one recording: for tests, for `npx socketscope`. Its rows are held in memory, its frames by the shelf. */
export interface ReadRecording {
  /** null: the file holds no session. */
  readonly recording: Recording | null;
  readonly problems: readonly FileProblem[];
  readonly isComplete: boolean;
  readonly failed: FileProblem | null;
}

/** Where chunks are put while a file is read, and taken from afterwards: those of one connection, in their order. */
export interface ChunkShelf {
  add(chunk: RecordedChunk): void;
  chunks(connectionId: string): Iterable<RecordedChunk>;
}

function createChunkMemory(): ChunkShelf {
  const all = new Map<string, RecordedChunk[]>();
  return {
    add(chunk) {
      const { connectionId } = chunk.chunk;
      const known = all.get(connectionId);
      if (known) known.push(chunk);
      else all.set(connectionId, [chunk]);
    },
    chunks: (connectionId) => all.get(connectionId) ?? [],
  };
}

/** Rejects when the records do, or the shelf. */
export async function collectRecording(
  records: AsyncIterable<ReadRecord>,
  shelf: ChunkShelf = createChunkMemory(),
): Promise<ReadRecording> {
  let session: SessionRecord | null = null;
  const documents: DocumentRecord[] = [];
  const connections = new Map<string, ConnectionRecord>();
  const context: ContextRecord[] = [];
  const handshakes: HandshakeRecord[] = [];
  const probes: ProbeRecord[] = [];
  const problems: FileProblem[] = [];
  let isComplete = false;
  let failed: FileProblem | null = null;
  for await (const record of records) {
    switch (record.kind) {
      case 'session':
      case 'sessionAgain':
        session = record.row;
        break;
      case 'document':
        documents.push(record.row);
        break;
      case 'connection':
      case 'connectionAgain':
        connections.set(record.row.connectionId, record.row);
        break;
      case 'context':
        context.push(record.row);
        break;
      case 'handshake':
        handshakes.push(record.row);
        break;
      case 'probe':
        probes.push(record.row);
        break;
      case 'chunk':
        shelf.add(record.row);
        break;
      case 'refused':
        problems.push(record.problem);
        break;
      case 'end':
        ({ isComplete, failed } = record);
    }
  }
  const rows = session && { session, documents, connections: [...connections.values()], context, handshakes, probes };
  return { recording: rows && { ...rows, chunks: (id) => eachOf(shelf.chunks(id)) }, problems, isComplete, failed };
}

async function* eachOf<Item>(items: Iterable<Item>): AsyncGenerator<Item, void> {
  yield* items;
}
