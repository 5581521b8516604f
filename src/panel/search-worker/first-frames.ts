/** The first frames of a batch, as protocols are recognised by them. */
import { type Frame, frameOf } from '../../decoders/frame.ts';
import { FIRST_FRAMES } from '../../decoders/protocols.ts';
import { ReadFrame } from '../models/filter/frames.ts';
import type { FrameBatch } from './frame-source.ts';

export function firstFramesOf({ chunks, payloads, contents }: FrameBatch): readonly Frame[] {
  const cursor = new ReadFrame();
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    cursor.open(chunk, payloads.get(chunk.firstSeq) ?? null, contents);
    for (let i = 0; i < chunk.count; i++) {
      if (frames.length === FIRST_FRAMES) return frames;
      cursor.moveTo(i);
      frames.push(frameOf(cursor.isOut, cursor.content(), cursor.sizeBytes));
    }
  }
  return frames;
}
