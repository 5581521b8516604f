/**
 * Decodes one payload for people: undoes compression, finds the text in bytes, asks the decoder of the connection's protocol,
 * then those that fit anything. Total: what a decoder throws is caught, and the payload is shown raw. Bounded: in depth
 * (MAX_STEPS), in what is inflated (compressed.ts) and in values (node.ts).
 */
import { type Compression, compressionOf, inflate } from './compressed.ts';
import { type ImageFacts, imageIn } from './image.ts';
import { LOADERS } from './loaders.ts';
import type { Problem, ValueNode } from './node.ts';
import type { Part, Payload } from './payload.ts';
import { type DecoderEntry, decoderById, INFLATIONS, PAYLOAD_DECODERS, RAW, readsThis } from './table.ts';
import { type FoundText, textIn } from './text-of.ts';

/** One link of the chain that is shown: `gzip → MessagePack → SignalR Invocation "send"`. */
export interface Step {
  readonly name: string;
  readonly said: string;
}

export interface Decoded {
  readonly chain: readonly Step[];
  /** Null: nothing could be made of it. */
  readonly root: ValueNode | null;
  /** The bytes in which the values of the tree stand: the frame's own, or what came out of it. */
  readonly bytes: Uint8Array;
  readonly isInflated: boolean;
  /** Where those bytes are a text: places in the tree are in its units. */
  readonly text: FoundText | null;
  /** Places in the tree are in units of the text, not in bytes. */
  readonly placesAreUnits: boolean;
  readonly image: ImageFacts | null;
  readonly problems: readonly Problem[];
}

const MAX_STEPS = 4;

/** `viewAs` is the id of a decoder, of a compression, or RAW; null: whatever fits. */
export async function decodePayload(payload: Payload, viewAs: string | null): Promise<Decoded> {
  const whole = typeof payload.content === 'string' ? new TextEncoder().encode(payload.content) : payload.content;
  const start: Decoded = {
    chain: [],
    root: null,
    bytes: whole,
    isInflated: false,
    text: typeof payload.content === 'string' ? asFound(payload.content) : null,
    placesAreUnits: typeof payload.content === 'string',
    image: null,
    problems: [],
  };
  if (viewAs === RAW) return start;
  const inflation = viewAs !== null && Object.hasOwn(INFLATIONS, viewAs) ? (viewAs as Compression) : null;
  return step(start, payload, inflation === null ? viewAs : null, inflation, MAX_STEPS);
}

function asFound(text: string): FoundText {
  return { text, encoding: 'UTF-8', markBytes: 0 };
}

async function step(
  so: Decoded,
  payload: Payload,
  viewAs: string | null,
  inflation: Compression | null,
  stepsLeft: number,
): Promise<Decoded> {
  const { content } = payload;
  if (stepsLeft === 0) return so;
  if (typeof content !== 'string') {
    const format = inflation ?? compressionOf(content);
    const inflated = format && (await inflate(content, format).catch(() => null));
    if (format && inflated) {
      const isWhole = inflated.problem === null;
      const problem: Problem | null =
        isWhole || !payload.isCut || inflated.problem === 'tooLarge' ? inflated.problem : 'cut';
      return step(
        {
          ...so,
          chain: [...so.chain, { name: INFLATIONS[format], said: '' }],
          bytes: inflated.bytes,
          isInflated: true,
          problems: withProblem(so.problems, problem),
        },
        { ...payload, content: inflated.bytes, isCut: payload.isCut || !isWhole },
        viewAs,
        null,
        stepsLeft - 1,
      );
    }
  }
  const known = await byProtocol(payload, viewAs);
  if (known) return finish(so, payload, known, stepsLeft);
  if (typeof content === 'string') {
    const any = await tryAll(payload, viewAs);
    return any ? finish(so, payload, any, stepsLeft) : { ...so, text: so.text ?? asFound(content) };
  }
  const image = viewAs === null ? imageIn(content) : null;
  if (image) return { ...so, image, chain: [...so.chain, { name: image.mime, said: '' }] };
  const text = textIn(content, payload.isCut);
  if (text && (viewAs === null || decoderById(viewAs)?.reads !== 'bytes')) {
    const name = text.encoding === 'UTF-8' ? [] : [{ name: text.encoding, said: '' }];
    const next = { ...so, text, placesAreUnits: true, chain: [...so.chain, ...name] };
    return step(next, { ...payload, content: text.text }, viewAs, null, stepsLeft - 1);
  }
  const any = await tryAll(payload, viewAs);
  return any ? finish(so, payload, any, stepsLeft) : so;
}

interface Found {
  readonly entry: DecoderEntry;
  readonly part: Part;
}

/** The chosen decoder, or those of the protocol. */
async function byProtocol(payload: Payload, viewAs: string | null): Promise<Found | null> {
  const { protocolId, proto, content } = payload;
  const mine = (each: DecoderEntry) =>
    viewAs === null ? protocolId !== null && each.protocols.includes(protocolId) : each.id === viewAs;
  const entries = PAYLOAD_DECODERS.filter((each) => mine(each) && readsThis(each, content));
  // A .proto was given for just this connection.
  const typed = viewAs === null && proto && typeof content !== 'string' ? decoderById('proto') : null;
  return tryEach(typed ? [typed, ...entries] : entries, payload);
}

function tryAll(payload: Payload, viewAs: string | null): Promise<Found | null> {
  if (viewAs !== null) return Promise.resolve(null);
  return tryEach(
    PAYLOAD_DECODERS.filter((each) => each.isTried && readsThis(each, payload.content)),
    payload,
  );
}

async function tryEach(entries: readonly DecoderEntry[], payload: Payload): Promise<Found | null> {
  for (const entry of entries) {
    try {
      const decode = await LOADERS[entry.id]();
      const part = await decode(payload);
      if (part) return { entry, part };
    } catch {
      // Not what it reads, or its library stumbled over it: the next one, in the end raw.
    }
  }
  return null;
}

function finish(so: Decoded, payload: Payload, { entry, part }: Found, stepsLeft: number): Promise<Decoded> | Decoded {
  const { root, said = '', upon = [], problem = null, inner } = part;
  const names = [
    ...upon.map((name) => ({ name, said: '' })),
    ...(entry.name === '' ? [] : [{ name: entry.name, said }]),
  ];
  const next = { ...so, root, chain: [...so.chain, ...names], problems: withProblem(so.problems, problem) };
  if (inner === undefined) return next;
  // What was inside goes on as a payload of no protocol.
  const bytes = typeof inner === 'string' ? new TextEncoder().encode(inner) : inner;
  const text = typeof inner === 'string' ? asFound(inner) : null;
  return step(
    { ...next, bytes, text, placesAreUnits: text !== null },
    { ...payload, content: inner, protocolId: null },
    null,
    null,
    stepsLeft - 1,
  );
}

function withProblem(problems: readonly Problem[], problem: Problem | null): readonly Problem[] {
  return problem === null || problems.includes(problem) ? problems : [...problems, problem];
}
