/**
 * Panel ↔ the worker that takes payloads apart. The tree of a payload stays in the worker: ten megabytes of it would hold up
 * the panel by being handed over. The panel asks for the rows that it shows. Everything here is structured-cloneable.
 */
import type { Step } from '../../decoders/payloads/decode.ts';
import type { ImageFacts } from '../../decoders/payloads/image.ts';
import type { Problem, ScalarKind } from '../../decoders/payloads/node.ts';
import type { Encoding } from '../../decoders/payloads/text-of.ts';
import type { Opening } from '../../decoders/protocol.ts';

export interface FirstFrame {
  readonly isOut: boolean;
  readonly content: string | Uint8Array;
  readonly sizeBytes: number;
}

export interface PayloadRequest {
  readonly content: string | Uint8Array;
  readonly isOut: boolean;
  readonly isCut: boolean;
  readonly opening: Opening;
  /** Of the connection: by them the protocol is recognised. */
  readonly first: readonly FirstFrame[];
  /** See `decodePayload`. */
  readonly viewAs: string | null;
  /** The user's .proto for this connection. */
  readonly proto: ProtoText | null;
}

export interface ProtoText {
  readonly source: string;
  readonly inType: string;
  readonly outType: string;
}

export interface OpenedPayload {
  readonly chain: readonly Step[];
  readonly problems: readonly Problem[];
  /** Of PROTOCOLS; null: nobody recognised it. */
  readonly protocolId: string | null;
  readonly protocolName: string | null;
  readonly hasTree: boolean;
  readonly image: ImageFacts | null;
  /** The text that bytes are; null: they are none, or the payload came as text. */
  readonly text: string | null;
  readonly encoding: Encoding | null;
  /** What came out of the payload, where it was compressed or wrapped: values stand in these bytes. */
  readonly inner: Uint8Array | null;
}

export type NodeKind = ScalarKind | 'object' | 'array';

export interface ShownRow {
  /** Indexes from the root down, "0/3"; '' is the root. */
  readonly id: string;
  /** A JSONPath, RFC 9535. */
  readonly path: string;
  readonly depth: number;
  readonly label: string | null;
  readonly isIndex: boolean;
  readonly kind: NodeKind;
  /** A preview of a container; a scalar, perhaps cut. */
  readonly text: string;
  readonly type: string;
  readonly isCut: boolean;
  /** Of a container, its items; of bytes, their number; else 0. */
  readonly count: number;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
  /** What may be inside of a string or of bytes: it can be unfolded. */
  readonly inside: 'json' | 'payload' | null;
  readonly isUnfolded: boolean;
  /** [from, to) in the bytes; -1: it stands nowhere by itself. */
  readonly from: number;
  readonly to: number;
  readonly position: number;
  readonly siblings: number;
  readonly isMatch: boolean;
}

export interface ShownRows {
  readonly rowCount: number;
  readonly first: number;
  readonly rows: readonly ShownRow[];
}

/** A row that is to be brought into view. */
export interface Spot {
  readonly row: number;
  readonly id: string;
}

/** What the worker does with the payload that was opened last. */
export interface PayloadDesk {
  open(request: PayloadRequest): Promise<OpenedPayload>;
  rows(first: number, end: number): Promise<ShownRows>;
  toggle(id: string): Promise<void>;
  /** How many levels are open; bounded by a number of rows. */
  expand(levels: number): Promise<void>;
  /** Shows what is inside of a string or of bytes, or hides it again. False: nothing was found in it. */
  unfold(id: string): Promise<boolean>;
  /** How many values or keys have the text in them. '' ends the search. */
  find(text: string): Promise<number>;
  /** Brings the match into the open. */
  match(index: number): Promise<Spot | null>;
  /** The innermost value that stands at this byte, brought into the open. */
  atByte(byte: number): Promise<Spot | null>;
  parentOf(id: string): Promise<Spot | null>;
  /** Of one value, or of all. */
  copy(id: string): Promise<string>;
}

export type DeskMethod = keyof PayloadDesk;

export interface DeskCall {
  readonly call: number;
  readonly method: DeskMethod;
  readonly args: readonly unknown[];
}

export type DeskAnswer =
  | { readonly call: number; readonly result: unknown; readonly problem: null }
  | { readonly call: number; readonly result: null; readonly problem: string };
