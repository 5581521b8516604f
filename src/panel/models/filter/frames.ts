/**
 * Asks the terms of a filter of frames, a chunk at a time. What columns tell is asked first, then text, then what has to be
 * decoded. Pure; used by the search worker alone, for an expression may take any time.
 */
import { frameOf } from '../../../decoders/frame.ts';
import type { Protocol } from '../../../decoders/protocol.ts';
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
} from '../../../protocol/frame-columns.ts';
import type { ChunkRecord, PayloadRecord } from '../../../protocol/records.ts';
import { factsOf } from '../content.ts';
import { inRanges, testOf } from './connections.ts';
import { eventNameOf, isHeartbeat } from './events.ts';
import { type PathQuery, pathTestOf } from './paths.ts';
import { type FilterTerm, FRAME_FACTS, type FrameFact, type Pattern } from './terms.ts';

export interface FrameContext {
  readonly protocol: Protocol | null;
  readonly marked: ReadonlySet<number>;
  /** By path; what is missing was refused. */
  readonly queries: ReadonlyMap<string, PathQuery>;
  readonly isCaseSensitive: boolean;
}

export type FrameTest = (frame: ReadFrame) => boolean;

const DECODER = new TextDecoder();
const PREFIX = /^[^\s[{"]{0,64}/;
const UNREAD = Symbol();

/**
 * One frame of a chunk; moved on from frame to frame, and decoded no further than it is asked. A class, because there are
 * millions of frames and one of these.
 */
export class ReadFrame {
  seq = 0;
  atMs = 0;
  flags = 0;
  sizeBytes = 0;
  #chunk: ChunkRecord | null = null;
  #payload: PayloadRecord | null = null;
  #contents: ReadonlyMap<number, Uint8Array> = new Map();
  /** The text of all frames in lower case, where that has as many letters. */
  #lower: string | null = null;
  #isLowered = false;
  #index = 0;
  #text: string | null = null;
  #lowerText: string | null = null;
  #json: unknown = UNREAD;

  open(chunk: ChunkRecord, payload: PayloadRecord | null, contents: ReadonlyMap<number, Uint8Array>): void {
    this.#chunk = chunk;
    this.#payload = payload;
    this.#contents = contents;
    this.#lower = null;
    this.#isLowered = false;
  }

  moveTo(index: number): void {
    this.#index = index;
    const chunk = this.#chunk;
    this.seq = (chunk?.firstSeq ?? 0) + index;
    this.atMs = chunk?.atMs[index] ?? 0;
    this.flags = chunk?.flags[index] ?? 0;
    this.sizeBytes = chunk?.sizeBytes[index] ?? 0;
    this.#text = null;
    this.#lowerText = null;
    this.#json = UNREAD;
  }

  get isOut(): boolean {
    return (this.flags & FRAME_OUT) !== 0;
  }

  bytes(): Uint8Array {
    if (!this.#payload) return new Uint8Array();
    const kept = bytesOf(this.#payload, this.#index);
    return kept.length === 0 ? (this.#contents.get(this.seq) ?? kept) : kept;
  }

  /** A binary frame's bytes as UTF-8, as far as they are. */
  text(): string {
    if (this.#text === null) this.#text = this.#readText();
    return this.#text;
  }

  /** Its text is that of these bytes, which came out of its own, until it is moved on. */
  unpack(bytes: Uint8Array): void {
    this.#text = DECODER.decode(bytes);
  }

  get isBinary(): boolean {
    return (this.flags & (FRAME_BINARY | FRAME_BLOB)) !== 0;
  }

  #readText(): string {
    if (!this.#payload) return '';
    if (!this.isBinary) return textOf(this.#payload, this.#index);
    const bytes = this.bytes();
    return bytes.length === 0 ? '' : DECODER.decode(bytes);
  }

  lowerText(): string {
    if (this.#lowerText === null) this.#lowerText = this.#readLowerText();
    return this.#lowerText;
  }

  #readLowerText(): string {
    if (!this.#payload || this.isBinary) return this.text().toLowerCase();
    if (!this.#isLowered) {
      const { text } = this.#payload;
      const lower = text.toLowerCase();
      // Few letters change their length in lower case ("İ"), and one its form by its neighbours ("Σ"); then every frame is
      // converted on its own.
      this.#lower = lower.length === text.length && !text.includes('Σ') ? lower : null;
      this.#isLowered = true;
    }
    if (this.#lower === null) return this.text().toLowerCase();
    const { textEnds } = this.#payload;
    return this.#lower.slice(this.#index === 0 ? 0 : textEnds[this.#index - 1], textEnds[this.#index]);
  }

  /** Behind a short prefix if need be, as in Socket.IO's `42["event"]`; undefined where it is none. */
  json(): unknown {
    if (this.#json === UNREAD) this.#json = jsonIn(this.text());
    return this.#json;
  }

  /** As protocols read it. */
  content(): string | Uint8Array {
    return (this.flags & FRAME_BINARY) === 0 ? this.text() : this.bytes();
  }
}

function jsonIn(text: string): unknown {
  const trimmed = text.trimStart();
  const prefix = PREFIX.exec(trimmed)?.[0] ?? '';
  const first = trimmed.charCodeAt(prefix.length);
  if (first !== 0x7b && first !== 0x5b) return undefined; // { [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SignalR and STOMP close a message with these.
  const body = trimmed.slice(prefix.length).replace(/[\u001e\u0000]\s*$/, '');
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Whether any term has to see payloads. */
export function needsPayloads(terms: readonly FilterTerm[]): boolean {
  return terms.some(
    (term) =>
      term.kind === 'text' ||
      term.kind === 'event' ||
      term.kind === 'path' ||
      (term.kind === 'is' && term.facts.includes('heartbeat')),
  );
}

/** Whether a term asks for what a payload says, which may have to be inflated for it. */
export function asksInside({ kind }: FilterTerm): boolean {
  return kind === 'text' || kind === 'path';
}

/** What costs least first. */
const ORDER: readonly FilterTerm['kind'][] = ['direction', 'frameKind', 'size', 'time', 'is', 'text', 'event', 'path'];

/** One test for all terms together. A path that was refused is not asked. */
export function frameTestOf(terms: readonly FilterTerm[], context: FrameContext): FrameTest {
  const tests = [...terms]
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
    .map((term) => termTestOf(term, context))
    .filter((test) => test !== null);
  const [only] = tests;
  if (tests.length === 1 && only) return only;
  return (frame) => {
    for (const test of tests) if (!test(frame)) return false;
    return true;
  };
}

function termTestOf(term: FilterTerm, context: FrameContext): FrameTest | null {
  const test = positiveTestOf(term, context);
  return test && term.isNegative ? (frame) => !test(frame) : test;
}

function positiveTestOf(term: FilterTerm, context: FrameContext): FrameTest | null {
  switch (term.kind) {
    case 'direction':
      return ({ flags }) => ((flags & FRAME_OUT) !== 0) === term.isOut;
    case 'frameKind':
      return ({ flags }) => term.kinds.includes(factsOf(flags).kind);
    case 'size':
      return ({ sizeBytes }) => inRanges(term.ranges, sizeBytes);
    case 'time':
      return ({ atMs }) => inRanges(term.ranges, atMs);
    case 'is':
      return anyOf(FRAME_FACTS.filter((fact) => term.facts.includes(fact)).map((fact) => factTestOf(fact, context)));
    case 'text': {
      const tests = term.patterns.map((pattern) => textTestOf(pattern, context.isCaseSensitive));
      const [only] = tests;
      return tests.length === 1 && only ? only : anyOf(tests);
    }
    case 'event': {
      const tests = term.patterns.map((pattern) => testOf(pattern));
      return (frame) => {
        const name = eventNameOf(context.protocol, decoded(frame));
        const lower = name.toLowerCase();
        return name !== '' && tests.some((test) => test(name, lower));
      };
    }
    case 'path': {
      const query = context.queries.get(term.path);
      return query ? pathTestOf(query, term.operator, term.value) : null;
    }
    case 'code':
      return null; // of connections
  }
}

function textTestOf(pattern: Pattern, isCaseSensitive: boolean): FrameTest {
  if (pattern.kind === 'words') {
    const { text } = pattern;
    return isCaseSensitive ? (frame) => frame.text().includes(text) : (frame) => frame.lowerText().includes(text);
  }
  const regex = new RegExp(pattern.source, pattern.flags);
  return (frame) => regex.test(frame.text());
}

function decoded(frame: ReadFrame) {
  return frameOf(frame.isOut, frame.content(), frame.sizeBytes);
}

function anyOf(tests: readonly FrameTest[]): FrameTest {
  return (frame) => tests.some((test) => test(frame));
}

const FLAGS: Readonly<Partial<Record<FrameFact, number>>> = {
  simulated: FRAME_SIMULATED,
  truncated: FRAME_TRUNCATED,
  discarded: FRAME_DISCARDED,
  lost: FRAME_LOST,
  delayed: FRAME_DELAYED,
};

function factTestOf(fact: FrameFact, { protocol, marked }: FrameContext): FrameTest {
  const flag = FLAGS[fact];
  if (flag !== undefined) return ({ flags }) => (flags & flag) !== 0;
  if (fact === 'empty') return ({ sizeBytes }) => sizeBytes === 0;
  if (fact === 'marked') return ({ seq }) => marked.has(seq);
  return (frame) => isHeartbeat(protocol, decoded(frame));
}
