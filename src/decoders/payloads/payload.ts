/**
 * The contract of the decoders of this folder: what they are given, and what they make of it. A decoder reads one payload
 * for people to look at; it may throw, as its library does: `decode.ts` catches, and shows the payload raw.
 */
import type { Frame } from '../frame.ts';
import type { Opening } from '../protocol.ts';
import type { Problem, ValueNode } from './node.ts';
import type { ProtoSchema } from './protobuf.ts';

/** The user's own .proto, and which message type is spoken in which direction. */
export interface ProtoChoice {
  readonly schema: ProtoSchema;
  /** Full names; '' for none. */
  readonly inType: string;
  readonly outType: string;
}

export interface Payload {
  readonly content: string | Uint8Array;
  /** Sent by the page. */
  readonly isOut: boolean;
  /** Only its beginning is kept. */
  readonly isCut: boolean;
  /** Of `PROTOCOLS`; null: nobody recognised it. */
  readonly protocolId: string | null;
  readonly opening: Opening;
  /** First frames of the connection: some protocols say there how the rest is to be read. */
  readonly first: readonly Frame[];
  readonly proto: ProtoChoice | null;
}

export interface Part {
  /** Null: `inner` says it all. */
  readonly root: ValueNode | null;
  /** What it is, in the protocol's own words: `Invocation "send"`. */
  readonly said?: string;
  /** Formats below the decoder's own, outermost first: `MessagePack`. */
  readonly upon?: readonly string[];
  readonly problem?: Problem | null;
  /** What is to be decoded further, in place of the payload. */
  readonly inner?: string | Uint8Array;
}

/** Null: this is nothing that it reads. */
export type Decode = (payload: Payload) => Part | null | Promise<Part | null>;

/** `EVENT "line"`, `ACK 3`; empty words are left out. */
export function say(...words: readonly (string | number | null | undefined | false)[]): string {
  return words.filter((word) => word !== null && word !== undefined && word !== false && word !== '').join(' ');
}

const MAX_QUOTED_CHARS = 80;

export function quote(word: string | null | undefined): string {
  if (word === null || word === undefined) return '';
  return word.length > MAX_QUOTED_CHARS ? `“${word.slice(0, MAX_QUOTED_CHARS)}…”` : `“${word}”`;
}
