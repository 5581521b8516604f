/**
 * Reads the frames of one connection, chunk by chunk, into a `Digest`. Linear in the frames, bounded in memory whatever
 * they hold, and never throws. What Socketscope put in itself is not read; what faults kept from the page had come, and
 * what they kept from the server was not sent.
 */
import { type Frame, frameOf } from '../../decoders/frame.ts';
import { homeMade } from '../../decoders/home-made.ts';
import type { FrameKind, Opening, Protocol } from '../../decoders/protocol.ts';
import { FIRST_FRAMES, type Recognition, recognise } from '../../decoders/protocols.ts';
import {
  bytesOf,
  FRAME_BINARY,
  FRAME_BLOB,
  FRAME_DELAYED,
  FRAME_DISCARDED,
  FRAME_LOST,
  FRAME_OUT,
  FRAME_SIMULATED,
  FRAME_TRUNCATED,
  textOf,
} from '../../protocol/frame-columns.ts';
import type { ChunkRecord, ConnectionRecord, PayloadRecord } from '../../protocol/records.ts';
import { endedAtMs } from '../connection-state.ts';
import { shapeOf } from '../shape.ts';
import { type ConversationReader, createConversationReader, type ReadFrame } from './conversation.ts';
import { type Digest, type FrameFacts, LAST_FRAMES, type RecognisedProtocol } from './digest.ts';
import { createNumberingReader } from './numbering.ts';
import { createPace } from './pace.ts';
import { createTokenReader } from './tokens.ts';
import { createValidationReader, type Validate } from './validation.ts';

export interface DigestOptions {
  /** What is wrong with a received message, or null; see `src/validation`. */
  readonly validate?: Validate | null;
}

export interface Digester {
  /**
   * Reads on. Chunks come in the order of their seq; one that has grown may be given again. Without its payloads a chunk
   * tells times and sizes only.
   */
  add(chunk: ChunkRecord, payload: PayloadRecord | null): void;
  /** What was read so far, with the connection as it is now. May be asked again and again. */
  finish(record: ConnectionRecord, untilMs: number): Digest;
}

/** The digest of frames that are all at hand. */
export function digestOf(
  record: ConnectionRecord,
  chunks: readonly ChunkRecord[],
  payloads: readonly (PayloadRecord | null)[],
  untilMs: number,
  options: DigestOptions = {},
): Digest {
  const digester = createDigester(record, options);
  chunks.forEach((chunk, i) => {
    digester.add(chunk, payloads[i] ?? null);
  });
  return digester.finish(record, untilMs);
}

/** A frame that a digest will show, until its shape is taken at the end of its chunk: frames keep their chunk in memory. */
interface Shown {
  readonly frame: ReadFrame;
  readonly kind: FrameKind;
}

export function createDigester(record: ConnectionRecord, { validate = null }: DigestOptions = {}): Digester {
  const opening: Opening = record;
  const tokens = createTokenReader(record);
  const numbering = createNumberingReader();
  const pace = createPace(record.openedAtMs ?? record.createdAtMs);
  const validation = createValidationReader(validate);

  /** Null until the protocol is known, or known not to be. */
  let conversation: ConversationReader | null = null;
  let recognition: Recognition | null = recognise(opening, []);
  let undecided: ReadFrame[] = [];
  let nextSeq = 0;
  let discardedSends = 0;
  let firstDiscardedSeq: number | null = null;
  let lastFrames: readonly FrameFacts[] = [];
  const largest: { in: FrameFacts | null; out: FrameFacts | null } = { in: null, out: null };

  if (recognition?.signs.includes('subprotocol')) conversation = createConversationReader(recognition.protocol);

  /** Decides for a protocol when enough is known, and reads what has waited for that. */
  function decide(): void {
    recognition = recognise(opening, undecided.map(frameIn));
    const isSure = recognition !== null && recognition.protocol !== homeMade;
    if (!isSure && undecided.length < FIRST_FRAMES) return;
    conversation = createConversationReader(recognition?.protocol ?? null);
    for (const frame of undecided) conversation.add(frame);
    undecided = [];
  }

  function breakOff(): void {
    conversation?.breakOff();
    numbering.breakOff();
  }

  function read(frame: ReadFrame, flags: number): FrameKind {
    const { seq, atMs, isOut } = frame;
    const { content, sizeBytes } = frame.frame;
    if (!frame.isLost) pace.add(atMs, isOut);
    const isUnread = content.length === 0 && sizeBytes > 0;
    if (isUnread && (flags & FRAME_BLOB) === 0) breakOff();
    if (flags & FRAME_TRUNCATED) numbering.breakOff();
    if (typeof content === 'string' && content.length > 0) {
      tokens.add(frame, content);
      numbering.add(seq, frame.frame);
    }
    const kind = conversation ? conversation.add(frame) : wait(frame);
    if (!isOut && kind === 'message') validation.add(seq, frame.frame);
    return kind;
  }

  /** A frame of which it is not known yet in which protocol it speaks. */
  function wait(frame: ReadFrame): FrameKind {
    undecided.push(frame);
    decide();
    return (recognition?.protocol ?? homeMade).read(frame.frame).kind;
  }

  function add(chunk: ChunkRecord, payload: PayloadRecord | null): void {
    const { firstSeq, count } = chunk;
    if (firstSeq > nextSeq) {
      breakOff();
      pace.breakOff();
    }
    let shown: Shown[] = [];
    let largestIn: Shown | null = null;
    let largestOut: Shown | null = null;
    let largestInBytes = largest.in?.sizeBytes ?? -1;
    let largestOutBytes = largest.out?.sizeBytes ?? -1;
    for (let i = Math.max(0, nextSeq - firstSeq); i < count; i++) {
      const flags = chunk.flags[i] ?? 0;
      if (flags & FRAME_SIMULATED) continue;
      const seq = firstSeq + i;
      if (flags & FRAME_DISCARDED) {
        discardedSends++;
        firstDiscardedSeq ??= seq;
        continue;
      }
      const isOut = (flags & FRAME_OUT) !== 0;
      const sizeBytes = chunk.sizeBytes[i] ?? 0;
      const frame: ReadFrame = {
        seq,
        atMs: chunk.atMs[i] ?? 0,
        isOut,
        frame: frameOf(isOut, contentOf(flags, payload, i), sizeBytes),
        isTimely: (flags & FRAME_DELAYED) === 0,
        isLost: isOut && (flags & FRAME_LOST) !== 0,
      };
      const item: Shown = { frame, kind: read(frame, flags) };
      shown.push(item);
      if (shown.length >= 4 * LAST_FRAMES) shown = shown.slice(-LAST_FRAMES);
      if (isOut && sizeBytes > largestOutBytes) {
        largestOutBytes = sizeBytes;
        largestOut = item;
      } else if (!isOut && sizeBytes > largestInBytes) {
        largestInBytes = sizeBytes;
        largestIn = item;
      }
    }
    nextSeq = Math.max(nextSeq, firstSeq + count);
    lastFrames = [...lastFrames, ...shown.slice(-LAST_FRAMES).map(factsOf)].slice(-LAST_FRAMES);
    if (largestIn) largest.in = factsOf(largestIn);
    if (largestOut) largest.out = factsOf(largestOut);
  }

  function finish(now: ConnectionRecord, untilMs: number): Digest {
    const endMs = endedAtMs(now) ?? untilMs;
    const { heartbeat, rhythm, latency, farewell, beats } = (conversation ?? conversationOf()).facts(endMs);
    const marked = (facts: FrameFacts) => ({
      ...facts,
      isHeartbeat: facts.isHeartbeat || (rhythm?.shapes[facts.isOut ? 'out' : 'in'].has(facts.shape) ?? false),
    });
    return {
      connectionId: record.connectionId,
      protocol: protocolFacts(recognition, beats > 0),
      heartbeat: heartbeat && withoutShapes(heartbeat),
      ...pace.facts(endMs, now.openedAtMs),
      lastFrames: lastFrames.map(marked),
      largestIn: largest.in && marked(largest.in),
      largestOut: largest.out && marked(largest.out),
      latency,
      numbering: numbering.facts(),
      token: tokens.facts(),
      farewell,
      discardedSends,
      firstDiscardedSeq,
      validation: validation.facts(),
    };
  }

  /** Too few frames to be sure: what they say is read as if no more came. */
  function conversationOf(): ConversationReader {
    const reader = createConversationReader(recognition?.protocol ?? null);
    for (const frame of undecided) reader.add(frame);
    return reader;
  }

  return { add, finish };
}

function frameIn({ frame }: ReadFrame): Frame {
  return frame;
}

function contentOf(flags: number, payload: PayloadRecord | null, index: number): string | Uint8Array {
  if (flags & FRAME_BINARY) return payload ? bytesOf(payload, index) : new Uint8Array();
  return payload ? textOf(payload, index) : '';
}

function factsOf({ frame: { seq, atMs, isOut, frame }, kind }: Shown): FrameFacts {
  const isHeartbeat = kind === 'beat' || kind === 'beatAnswer';
  return { seq, atMs, isOut, sizeBytes: frame.sizeBytes, shape: shapeOf(frame), isHeartbeat };
}

/** A conversation of no known protocol in which somebody says `ping` is home-made. */
function protocolFacts(recognition: Recognition | null, hasBeats: boolean): RecognisedProtocol | null {
  const protocol: Protocol | null = recognition?.protocol ?? (hasBeats ? homeMade : null);
  if (!protocol) return null;
  const { id, name, isDevServer } = protocol;
  return { id, name, isDevServer, signs: protocol === homeMade ? ['heartbeat'] : (recognition?.signs ?? []) };
}

function withoutShapes<Facts extends object>(facts: Facts): Facts {
  const { shapes: _, ...rest } = facts as Facts & { readonly shapes?: unknown };
  return rest as Facts;
}
