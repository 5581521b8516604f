/**
 * The frames of a file while it is judged: in memory as long as they are few, beyond that in a temporary file. So a recording
 * of many gigabytes takes disk, not memory. The temporary file has no name any more once it is open: nothing is left of it,
 * however the process ends.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { RecordedChunk } from '../protocol/recording.ts';
import type { ChunkShelf } from '../report/read-record.ts';

/** Most recordings are smaller and never touch the disk. */
const MEMORY_BYTES = 64 * 1024 * 1024;
/** Written at once. */
const WRITTEN_BYTES = 1024 * 1024;

export interface ChunkSpool extends ChunkShelf {
  /** Forgets everything. */
  close(): void;
}

/** Where chunks are in the file: two numbers each, because there may be millions. */
interface Places {
  readonly offsets: number[];
  readonly lengths: number[];
}

/** Methods throw what the disk says, in words that name the directory. `directory`: of the temporary file. */
export function createChunkSpool({ memoryBytes = MEMORY_BYTES, directory = tmpdir() } = {}): ChunkSpool {
  const held = new Map<string, RecordedChunk[]>();
  const places = new Map<string, Places>();
  let heldBytes = 0;
  let file: number | null = null;
  let fileBytes = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  function openFile(): number {
    const path = join(directory, `socketscope-${randomUUID()}`);
    const opened = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return opened;
  }

  function flush(): void {
    if (waitingBytes === 0) return;
    file ??= openFile();
    const bytes = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    for (let from = 0; from < bytes.length; ) {
      const written = writeSync(file, bytes, from, bytes.length - from, fileBytes);
      from += written;
      fileBytes += written;
    }
  }

  function spill(chunk: RecordedChunk): void {
    const bytes = serialize(chunk);
    const { connectionId } = chunk.chunk;
    const known = places.get(connectionId) ?? { offsets: [], lengths: [] };
    places.set(connectionId, known);
    known.offsets.push(fileBytes + waitingBytes);
    known.lengths.push(bytes.length);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes >= WRITTEN_BYTES) flush();
  }

  function* spilled({ offsets, lengths }: Places): Generator<RecordedChunk, void> {
    flush();
    for (const [at, offset] of offsets.entries()) yield read(offset, lengths[at] ?? 0);
  }

  function read(offset: number, length: number): RecordedChunk {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let have = 0; have < length; ) {
      const got = readSync(file ?? -1, bytes, have, length - have, offset + have);
      if (got === 0) throw new Error('its end is missing');
      have += got;
    }
    return deserialize(bytes) as RecordedChunk;
  }

  function attempt<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`frames are set aside in ${directory} while they are read, and that failed: ${why}`);
    }
  }

  return {
    add(chunk) {
      const { connectionId } = chunk.chunk;
      if (heldBytes >= memoryBytes) {
        attempt(() => spill(chunk));
        return;
      }
      heldBytes += bytesOf(chunk);
      const known = held.get(connectionId);
      if (known) known.push(chunk);
      else held.set(connectionId, [chunk]);
    },
    *chunks(connectionId) {
      yield* held.get(connectionId) ?? [];
      const rest = places.get(connectionId);
      if (!rest) return;
      const reading = spilled(rest);
      for (let next = attempt(() => reading.next()); !next.done; next = attempt(() => reading.next())) yield next.value;
    },
    close() {
      held.clear();
      places.clear();
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** What it takes in memory, about: objects have a price of their own. */
function bytesOf({ chunk, payload, contents }: RecordedChunk): number {
  const kept = payload ? 2 * payload.text.length + payload.bytes.length : 0;
  return 1_024 + chunk.count * 32 + kept + contents.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
