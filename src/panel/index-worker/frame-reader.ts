/**
 * Reads the frames of one connection for the index: what they are in their protocol, what they are called, which answer
 * belongs to which request. Linear, bounded in memory, never throws. Used by the index worker alone.
 */
import { createRhythmReader, type Rhythm } from '../../analysis/digest/rhythm.ts';
import { shapeOf } from '../../analysis/shape.ts';
import { type Frame, frameOf } from '../../decoders/frame.ts';
import { homeMade } from '../../decoders/home-made.ts';
import type { FrameKind, FrameReading, Opening, Protocol } from '../../decoders/protocol.ts';
import { FIRST_FRAMES, recognise } from '../../decoders/protocols.ts';
import { FRAME_DELAYED, FRAME_DISCARDED, FRAME_LOST, FRAME_SIMULATED } from '../../protocol/frame-columns.ts';
import { eventNameOf } from '../models/filter/events.ts';
import { ReadFrame } from '../models/filter/frames.ts';
import { FRAME_KINDS, type FrameSlice, INDEX_FOLDABLE, INDEX_MISSING, INDEX_OUT } from '../models/frame-index.ts';
import type { FrameBatch } from '../search-worker/frame-source.ts';

/** What was done to such a frame must be seen. */
const TOUCHED = FRAME_SIMULATED | FRAME_LOST | FRAME_DISCARDED | FRAME_DELAYED;
const MAX_NAMES = 4_096;
const MAX_NAME_CHARS = 64;
const MAX_PENDING = 4_096;
/** Learned heartbeats are as small as that; see `rhythm.ts`. */
const MAX_BEAT_BYTES = 256;
/** Among so many frames a rhythm shows, if there is one. */
const RHYTHM_FRAMES = 65_536;
/** Ids of unknown protocols may be anything: they are believed when they mostly pair, and seldom recur. */
const MIN_ANSWERED_SHARE = 0.5;
const MAX_REPEATED_SHARE = 0.1;

export type BeatShapes = Rhythm['shapes'];

export interface FrameReader {
  /** Reads on from the frame behind the last, to `toSeq`. */
  read(batch: FrameBatch, fromSeq: number): FrameSlice;
  /** Shapes of heartbeats that no protocol tells; null while none are seen. */
  learned(): BeatShapes | null;
  /** False as long as further frames may tell the protocol. */
  readonly isDecided: boolean;
}

export interface FrameReaderOptions {
  /** What has been learned in an earlier reading. */
  readonly shapes: BeatShapes | null;
}

export function createFrameReader(opening: Opening, first: readonly Frame[], options: FrameReaderOptions): FrameReader {
  const { shapes } = options;
  const recognition = recognise(opening, first);
  const protocol: Protocol | null = recognition?.protocol ?? null;
  const names = new Map<string, number>([['', 0]]);
  const rhythm = createRhythmReader();
  const answers = createAnswers(protocol !== null && protocol !== homeMade);
  const cursor = new ReadFrame();
  let hasBeats = false;
  let lastAtMs = 0;

  function nameIdOf(frame: Frame, newNames: string[]): number {
    const name = eventNameOf(protocol, frame).slice(0, MAX_NAME_CHARS);
    const known = names.get(name);
    if (known !== undefined) return known;
    if (names.size >= MAX_NAMES) return 0;
    const id = names.size;
    names.set(name, id);
    newNames.push(name);
    return id;
  }

  function isLearnedBeat(frame: Frame): boolean {
    if (!shapes || frame.sizeBytes > MAX_BEAT_BYTES) return false;
    return shapes[frame.isOut ? 'out' : 'in'].has(shapeOf(frame));
  }

  return {
    isDecided: first.length >= FIRST_FRAMES || (recognition !== null && protocol !== homeMade),
    learned: () => (hasBeats ? null : (rhythm.facts(lastAtMs)?.shapes ?? null)),
    read: ({ chunks, payloads, contents, toSeq }, fromSeq) => {
      const length = Math.max(0, toSeq - fromSeq);
      const atMs = new Float64Array(length);
      const kinds = new Uint8Array(length).fill(INDEX_MISSING);
      const nameIds = new Uint16Array(length);
      const newNames: string[] = [];
      const found = answers.begin();
      for (const chunk of chunks) {
        cursor.open(chunk, payloads.get(chunk.firstSeq) ?? null, contents);
        const end = Math.min(chunk.count, toSeq - chunk.firstSeq);
        for (let i = Math.max(0, fromSeq - chunk.firstSeq); i < end; i++) {
          cursor.moveTo(i);
          const { seq, flags, isOut } = cursor;
          const frame = frameOf(isOut, cursor.content(), cursor.sizeBytes);
          const reading = (protocol ?? homeMade).read(frame);
          const isTouched = (flags & TOUCHED) !== 0;
          if (reading.kind === 'beat' || reading.kind === 'beatAnswer') hasBeats = true;
          else if (!isTouched && !hasBeats && seq < RHYTHM_FRAMES) rhythm.add(cursor, frame);
          const kind: FrameKind = reading.kind === 'message' && isLearnedBeat(frame) ? 'beat' : reading.kind;
          const isBeat = kind === 'beat' || kind === 'beatAnswer';
          const at = seq - fromSeq;
          atMs[at] = cursor.atMs;
          lastAtMs = Math.max(lastAtMs, cursor.atMs);
          kinds[at] = FRAME_KINDS.indexOf(kind) | (isOut ? INDEX_OUT : 0) | (isBeat && !isTouched ? INDEX_FOLDABLE : 0);
          nameIds[at] = nameIdOf(frame, newNames);
          if (!isTouched) found.add(seq, cursor.atMs, isOut, reading);
        }
      }
      return { firstSeq: fromSeq, atMs, kinds, nameIds, newNames, ...found.columns() };
    },
  };
}

interface Asked {
  readonly seq: number;
  readonly atMs: number;
}

/** Requests and their answers. Either side may ask; ids of the two sides have nothing to do with each other. */
function createAnswers(isCertain: boolean) {
  const pending = { out: new Map<string, Asked>(), in: new Map<string, Asked>() };
  /** The last beat of each side that nobody has answered. */
  const beats: { out: Asked | null; in: Asked | null } = { out: null, in: null };
  let asked = 0;
  let answered = 0;
  let repeated = 0;

  return {
    begin: () => {
      const seqs: number[] = [];
      const latencies: number[] = [];
      const answer = (question: Asked, atMs: number) => {
        seqs.push(question.seq);
        latencies.push(Math.max(0, atMs - question.atMs));
      };
      return {
        add: (seq: number, atMs: number, isOut: boolean, reading: FrameReading) => {
          const [own, other] = isOut ? (['out', 'in'] as const) : (['in', 'out'] as const);
          if (reading.kind === 'beat') beats[own] = { seq, atMs };
          if (reading.kind === 'beatAnswer') {
            const question = beats[other];
            if (question) answer(question, atMs);
            beats[other] = null;
          }
          const isAnswer = new Set<string>();
          for (const id of reading.answers ?? []) {
            const question = pending[other].get(id);
            if (!question) continue;
            pending[other].delete(id);
            isAnswer.add(id);
            answered++;
            answer(question, atMs);
          }
          for (const id of reading.asks ?? []) {
            if (isAnswer.has(id)) continue;
            asked++;
            if (pending[own].delete(id)) repeated++;
            pending[own].set(id, { seq, atMs });
            if (pending[own].size > MAX_PENDING) forgetOldest(pending[own]);
          }
        },
        columns: () => ({
          answeredSeqs: Uint32Array.from(seqs),
          latenciesMs: Float32Array.from(latencies),
          areAnswersSure:
            isCertain || (answered >= MIN_ANSWERED_SHARE * asked && repeated <= MAX_REPEATED_SHARE * asked),
        }),
      };
    },
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const id of map.keys()) {
    map.delete(id);
    return;
  }
}
