/** Frames and reports for tests, each right in itself, to be changed where a test needs it otherwise. */
import { FRAME_BINARY, FRAME_OUT, type FrameColumns, utf8Bytes } from './frame-columns.ts';
import type { PageReport } from './page-report.ts';

export interface FrameSketch {
  readonly atMs?: number;
  readonly flags?: number;
  readonly data: string | readonly number[];
  /** Default: the true one. */
  readonly sizeBytes?: number;
}

/** Frames as a page sends them. */
export function columnsOf(frames: readonly FrameSketch[]): FrameColumns {
  const isText = (data: FrameSketch['data']) => typeof data === 'string';
  const texts = frames.map(({ data }) => (typeof data === 'string' ? data : ''));
  const bytes = frames.map(({ data }) => (typeof data === 'string' ? [] : data));
  const ends = (lengths: readonly number[]) => {
    let end = 0;
    return Uint32Array.from(lengths, (length) => {
      end += length;
      return end;
    });
  };
  return {
    count: frames.length,
    atMs: Float64Array.from(frames, ({ atMs }, i) => atMs ?? i),
    flags: Uint8Array.from(frames, ({ flags = 0, data }) => flags | (isText(data) ? 0 : FRAME_BINARY)),
    sizeBytes: Float64Array.from(
      frames,
      ({ data, sizeBytes }) => sizeBytes ?? (typeof data === 'string' ? utf8Bytes(data) : data.length),
    ),
    text: texts.join(''),
    textEnds: ends(texts.map((text) => text.length)),
    bytes: Uint8Array.from(bytes.flat()),
    byteEnds: ends(bytes.map((list) => list.length)),
  };
}

/** `count` text frames '<prefix><seq>', one received, one sent, and so on. */
export function numberedFrames(count: number, from = 0, prefix = '#'): FrameColumns {
  return columnsOf(
    Array.from({ length: count }, (_, i) => ({
      atMs: from + i,
      flags: (from + i) % 2 === 0 ? 0 : FRAME_OUT,
      data: `${prefix}${from + i}`,
    })),
  );
}

export function created(connection = 0, atMs = 1): PageReport {
  return { kind: 'connectionCreated', connection, atMs, url: `ws://127.0.0.1/${connection}`, protocols: [] };
}

export function captured(firstSeq: number, columns: FrameColumns, connection = 0): PageReport {
  return { kind: 'framesCaptured', connection, firstSeq, columns };
}

export function closed(connection = 0, atMs = 9): PageReport {
  return { kind: 'connectionClosed', connection, atMs, code: 1006, reason: '', wasClean: false, simulated: false };
}
