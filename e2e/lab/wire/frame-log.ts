/**
 * A bounded log of the frames that went over the wire in one direction of one endpoint. Counters are exact for ever;
 * entries are the newest ones only, and how many were given up is counted, so that nobody mistakes a part for the whole.
 */
import type { FrameKind, WireFrame } from './frame-decoder.ts';

/** Entries that a log keeps. Enough for a loss test of some ten thousand frames, small enough to forget about. */
const MAX_ENTRIES = 50_000;
/** Payload bytes kept of each message: enough for a frame's number and to recognise it by eye. */
export const HEAD_BYTES = 96;

/** One frame as JSON. */
export interface LoggedFrame {
  /** Number of the connection at this endpoint, from 1. */
  readonly connection: number;
  readonly kind: FrameKind;
  readonly payloadBytes: number;
  readonly fragments: number;
  /** Milliseconds since the Unix epoch at which the server handed it to, or got it from, TCP. */
  readonly atMs: number;
  /** First bytes of the payload: text as it is, everything else as hexadecimal. For 'close' the reason. */
  readonly head: string;
  /** The code in a 'close' frame; 1005 where the frame holds none (RFC 6455 section 7.1.5); null for other kinds. */
  readonly closeCode: number | null;
}

/** Exact counts since the endpoint was made. */
export interface FrameCounts {
  /** Text and binary messages: what a page calls messages and DevTools calls frames. */
  readonly frames: number;
  /** Payload bytes of those. */
  readonly bytes: number;
  /** Close, ping and pong frames. */
  readonly control: number;
}

export interface FrameLog {
  /** Kept entries, oldest first; a copy. */
  entries(): readonly LoggedFrame[];
  counts(): FrameCounts;
  /** Entries that were dropped because the log was full. Zero: `entries()` is complete. */
  dropped(): number;
  /** Forgets the entries; the counts stay. */
  clear(): void;
  add(connection: number, frame: WireFrame): void;
}

const NO_STATUS_CODE = 1005;

function readClose(head: Buffer): Pick<LoggedFrame, 'head' | 'closeCode'> {
  if (head.length < 2) return { head: '', closeCode: NO_STATUS_CODE };
  return { head: head.toString('utf8', 2), closeCode: head.readUInt16BE(0) };
}

function readHead({ kind, head }: WireFrame): Pick<LoggedFrame, 'head' | 'closeCode'> {
  if (kind === 'close') return readClose(head);
  return { head: head.toString(kind === 'text' ? 'utf8' : 'hex'), closeCode: null };
}

/** An empty log. */
export function createFrameLog(): FrameLog {
  let entries: LoggedFrame[] = [];
  let droppedCount = 0;
  let frames = 0;
  let bytes = 0;
  let control = 0;
  return {
    entries: () => entries.slice(),
    counts: () => ({ frames, bytes, control }),
    dropped: () => droppedCount,
    clear() {
      entries = [];
      droppedCount = 0;
    },
    add(connection, frame) {
      const { kind, payloadBytes, fragments } = frame;
      if (kind === 'text' || kind === 'binary') {
        frames += 1;
        bytes += payloadBytes;
      } else {
        control += 1;
      }
      entries.push({ connection, kind, payloadBytes, fragments, atMs: Date.now(), ...readHead(frame) });
      // Halving is amortised O(1) per frame; shifting one by one is not.
      if (entries.length > MAX_ENTRIES) {
        const surplus = entries.length - MAX_ENTRIES / 2;
        entries = entries.slice(surplus);
        droppedCount += surplus;
      }
    },
  };
}
