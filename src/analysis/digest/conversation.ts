/**
 * What depends on the protocol: heartbeats, latency, farewells. Made once the protocol is known, or it is known that none
 * will be; fed frame by frame.
 */
import type { Frame } from '../../decoders/frame.ts';
import { homeMade } from '../../decoders/home-made.ts';
import type { Announced, FrameKind, Protocol } from '../../decoders/protocol.ts';
import { type Beat, createBeatReader } from './beats.ts';
import type { Durations, FarewellFacts, HeartbeatFacts } from './digest.ts';
import { createLatencyReader } from './latency.ts';
import { createRhythmReader, type Rhythm } from './rhythm.ts';

/** With so many beats that the protocol tells, none need be learned. */
const ENOUGH_BEATS = 2;
/** Announcements come with the first frames. */
const ANNOUNCING_FRAMES = 20;

export interface ReadFrame extends Beat {
  readonly frame: Frame;
  /** Not held up by a fault: its time says something. */
  readonly isTimely: boolean;
  /** Sent by the page and kept from the server by a fault. */
  readonly isLost: boolean;
}

export interface ConversationFacts {
  readonly heartbeat: HeartbeatFacts | null;
  /** The same, with its shapes, where it was learned. */
  readonly rhythm: Rhythm | null;
  readonly latency: Durations | null;
  readonly farewell: FarewellFacts | null;
  /** Beats that are told by their text, whatever the protocol. */
  readonly beats: number;
}

export interface ConversationReader {
  /** Gives what the frame is. */
  add(frame: ReadFrame): FrameKind;
  breakOff(): void;
  facts(endMs: number): ConversationFacts;
}

export function createConversationReader(known: Protocol | null): ConversationReader {
  const protocol = known ?? homeMade;
  const beats = createBeatReader(protocol.heartbeat);
  const latency = createLatencyReader(protocol !== homeMade);
  let rhythm = createRhythmReader();
  let announced: Announced | null = null;
  let farewell: FarewellFacts | null = null;
  let frames = 0;

  return {
    add(read) {
      const { frame, seq, atMs, isOut, isTimely, isLost } = read;
      const reading = protocol.read(frame);
      const { kind } = reading;
      if (frames++ < ANNOUNCING_FRAMES && protocol.announces) announced = protocol.announces(frame, announced);
      if (isLost) return kind;
      if (kind === 'beat') beats.beat(read);
      else if (kind === 'beatAnswer') beats.answer(read);
      else {
        latency.add(read, reading, isTimely);
        if (kind === 'farewell') farewell = { seq, atMs, isOut, label: reading.label, says: reading.says ?? '' };
        if (beats.beats < ENOUGH_BEATS) rhythm.add(read, frame);
        else if (beats.beats === ENOUGH_BEATS) rhythm = createRhythmReader();
      }
      return kind;
    },
    breakOff() {
      beats.breakOff();
      latency.breakOff();
      rhythm.breakOff();
    },
    facts(endMs) {
      const told = beats.facts(announced, endMs);
      const learned = beats.beats < ENOUGH_BEATS ? rhythm.facts(endMs) : null;
      return {
        heartbeat: learned ?? told,
        rhythm: learned,
        latency: latency.facts(),
        farewell,
        beats: beats.beats,
      };
    },
  };
}
