/** Recordings for tests: frames as sketches, in chunks as the store has them. */

import { columnsOf, type FrameSketch } from '../../protocol/fixtures.ts';
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord } from '../../protocol/records.ts';
import { connectionOf } from '../fixtures.ts';
import type { Digest } from './digest.ts';
import { createDigester, type DigestOptions } from './digester.ts';

export function sent(atMs: number, data: FrameSketch['data'], flags = 0): FrameSketch {
  return { atMs, data, flags: flags | FRAME_OUT };
}

export function received(atMs: number, data: FrameSketch['data'], flags = 0): FrameSketch {
  return { atMs, data, flags };
}

/** Every `everyMs` from `fromMs` on, `count` times. */
export function every(
  everyMs: number,
  count: number,
  sketch: (atMs: number, n: number) => FrameSketch | readonly FrameSketch[],
  fromMs = 0,
): readonly FrameSketch[] {
  return Array.from({ length: count }, (_, n) => sketch(fromMs + n * everyMs, n)).flat();
}

export function inOrder(...frames: readonly (readonly FrameSketch[])[]): readonly FrameSketch[] {
  return frames.flat().sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
}

export interface Recording {
  readonly record?: Partial<ConnectionRecord>;
  readonly untilMs?: number;
  readonly chunkFrames?: number;
  readonly options?: DigestOptions;
}

/** The row of a chunk and that of its payloads, in one object. */
export function chunkOf(
  connectionId: string,
  firstSeq: number,
  frames: readonly FrameSketch[],
): ChunkRecord & PayloadRecord {
  return { connectionId, firstSeq, ...columnsOf(frames) };
}

/** The digest of such frames, seq from 0, of a connection that opened at 0. */
export function digestFrames(
  frames: readonly FrameSketch[],
  { record = {}, untilMs, chunkFrames = 7, options = {} }: Recording = {},
): Digest {
  const connection = connectionOf({ createdAtMs: 0, openedAtMs: 0, protocol: '', ...record });
  const digester = createDigester(connection, options);
  for (let firstSeq = 0; firstSeq < frames.length; firstSeq += chunkFrames) {
    const chunk = chunkOf(connection.connectionId, firstSeq, frames.slice(firstSeq, firstSeq + chunkFrames));
    digester.add(chunk, chunk);
  }
  return digester.finish(connection, untilMs ?? frames.at(-1)?.atMs ?? 0);
}
