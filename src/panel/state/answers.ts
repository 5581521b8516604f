/**
 * Which frame answers the selected one, and which one it answers, by the ids that the protocol has for that. Looks through the
 * frames around it, so many and no more, and gives way to others between chunks.
 */
import { type Frame, frameOf } from '../../decoders/frame.ts';
import type { FrameReading, Protocol } from '../../decoders/protocol.ts';
import { bytesOf, FRAME_BINARY, FRAME_BLOB, FRAME_OUT, textOf } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, PayloadRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import type { ChunkCache } from './chunk-cache.ts';

export interface AnswerLink {
  readonly seq: number;
  /** Between the two. */
  readonly afterMs: number;
}

export interface AnswerLinks {
  readonly answeredBy: AnswerLink | null;
  readonly answers: AnswerLink | null;
}

export interface AnswersInput {
  readonly source: Pick<RecordingSource, 'chunks'> & Pick<ChunkCache, 'payloadOf'>;
  readonly connectionId: string;
  /** Frames of the connection so far. */
  readonly nextSeq: number;
  readonly seq: number;
  readonly protocol: Protocol;
  yieldToOthers(): Promise<void>;
  /** Nobody waits for it any more. */
  isOver(): boolean;
}

/** To each side of the frame. */
const MAX_FRAMES = 4_096;
const STEP_FRAMES = 256;

interface Seen {
  readonly seq: number;
  readonly atMs: number;
  readonly isOut: boolean;
  readonly reading: FrameReading;
}

export const NO_LINKS: AnswerLinks = { answeredBy: null, answers: null };

export async function findAnswers(input: AnswersInput): Promise<AnswerLinks> {
  const { seq, protocol } = input;
  const [self] = await readFrames(input, seq, seq + 1);
  if (!self || self.seq !== seq) return NO_LINKS;
  const { reading, isOut, atMs } = self;
  const asked = reading.asks ?? [];
  const answered = reading.answers ?? [];
  const isBeat = reading.kind === 'beat' && protocol.heartbeat.isAnswered;
  const isBeatAnswer = reading.kind === 'beatAnswer';

  const question =
    answered.length > 0 || isBeatAnswer
      ? await lookBack(input, (seen) => seen.isOut !== isOut && isQuestion(seen.reading, answered, isBeatAnswer))
      : null;
  // Where an id alone pairs them, what has a question before it is the answer.
  const isAmbiguous = question !== null && asked.some((id) => answered.includes(id));
  const answer =
    (asked.length > 0 || isBeat) && !isAmbiguous
      ? await lookAhead(input, (seen) => seen.isOut !== isOut && isAnswer(seen.reading, asked, isBeat))
      : null;
  return {
    answers: question && { seq: question.seq, afterMs: atMs - question.atMs },
    answeredBy: answer && { seq: answer.seq, afterMs: answer.atMs - atMs },
  };
}

function isQuestion({ kind, asks = [] }: FrameReading, ids: readonly string[], isBeatAnswer: boolean): boolean {
  return (isBeatAnswer && kind === 'beat') || asks.some((id) => ids.includes(id));
}

function isAnswer({ kind, answers = [] }: FrameReading, ids: readonly string[], isBeat: boolean): boolean {
  return (isBeat && kind === 'beatAnswer') || answers.some((id) => ids.includes(id));
}

async function lookAhead(input: AnswersInput, isIt: (seen: Seen) => boolean): Promise<Seen | null> {
  const end = Math.min(input.nextSeq, input.seq + MAX_FRAMES);
  for (let from = input.seq + 1; from < end; from += STEP_FRAMES) {
    const found = (await readFrames(input, from, Math.min(from + STEP_FRAMES, end))).find(isIt);
    if (found) return found;
    await input.yieldToOthers();
    if (input.isOver()) return null;
  }
  return null;
}

async function lookBack(input: AnswersInput, isIt: (seen: Seen) => boolean): Promise<Seen | null> {
  const start = Math.max(0, input.seq - MAX_FRAMES);
  for (let to = input.seq; to > start; to -= STEP_FRAMES) {
    const found = (await readFrames(input, Math.max(start, to - STEP_FRAMES), to)).findLast(isIt);
    if (found) return found;
    await input.yieldToOthers();
    if (input.isOver()) return null;
  }
  return null;
}

async function readFrames(
  { source, connectionId, protocol }: AnswersInput,
  from: number,
  to: number,
): Promise<readonly Seen[]> {
  const chunks = await source.chunks(connectionId, from, to);
  const payloads = await Promise.all(chunks.map((chunk) => source.payloadOf(chunk)));
  return chunks.flatMap((chunk, i) => {
    const payload = payloads[i];
    return payload ? seenIn(chunk, payload, from, to, protocol) : [];
  });
}

function seenIn(
  chunk: ChunkRecord,
  payload: PayloadRecord,
  from: number,
  to: number,
  protocol: Protocol,
): readonly Seen[] {
  const seen: Seen[] = [];
  const end = Math.min(to, chunk.firstSeq + chunk.count);
  for (let seq = Math.max(from, chunk.firstSeq); seq < end; seq++) {
    const frame = frameAt(chunk, payload, seq);
    seen.push({ seq, atMs: chunk.atMs[seq - chunk.firstSeq] ?? 0, isOut: frame.isOut, reading: protocol.read(frame) });
  }
  return seen;
}

/** A frame of a chunk as protocols read it. */
export function frameAt({ firstSeq, flags, sizeBytes }: ChunkRecord, payload: PayloadRecord, seq: number): Frame {
  const i = seq - firstSeq;
  const flag = flags[i] ?? 0;
  const content = (flag & (FRAME_BINARY | FRAME_BLOB)) === 0 ? textOf(payload, i) : bytesOf(payload, i);
  return frameOf((flag & FRAME_OUT) !== 0, content, sizeBytes[i] ?? 0);
}
