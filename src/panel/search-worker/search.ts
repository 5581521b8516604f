/** One search: what each connection is asked, how far its frames have been read, and what passed. Reads in steps. */

import type { Protocol } from '../../decoders/protocol.ts';
import { recognise } from '../../decoders/protocols.ts';
import type { ChunkRecord } from '../../protocol/records.ts';
import { askConnection } from '../models/filter/connections.ts';
import { asksInside, type FrameTest, frameTestOf, needsPayloads, ReadFrame } from '../models/filter/frames.ts';
import type { PathQuery } from '../models/filter/paths.ts';
import type { FilterTerm } from '../models/filter/terms.ts';
import type { FramePlace } from '../models/find-rows.ts';
import { excerptsOf } from './excerpts.ts';
import { firstFramesOf } from './first-frames.ts';
import { type FrameBatch, type FrameSource, readBatch } from './frame-source.ts';
import { createInflater, type Inside } from './inflater.ts';
import type { KeptBatches } from './kept-batches.ts';
import type { Excerpt, FoundPart, SearchedConnection, SearchRequest } from './messages.ts';
import { createReadAhead, type ReadPlan } from './read-ahead.ts';

export interface SearchStep {
  readonly parts: readonly FoundPart[];
}

export interface Search {
  /** Takes up connections that are new or have changed; gives what can be said without reading. */
  begin(connections: readonly SearchedConnection[]): readonly FoundPart[];
  isDone(): boolean;
  /** Reads on a little; gives it up, as if it had not begun, when nobody waits for it any more. Rejects when reading fails. */
  step(isWanted: () => boolean): Promise<SearchStep>;
  /** See SearchNews. */
  progress(): { readonly searchedFrames: number; readonly totalFrames: number; readonly cutFrames: number };
  /** This connection is searched first from now on. */
  prefer(connectionId: string): void;
  excerpts(places: readonly FramePlace[]): Promise<readonly Excerpt[]>;
}

/** Frames of the first step: something to show soon. */
const FIRST_FRAMES = 512;
const STEP_FRAMES = 8_192;
/** More keep the database no busier. */
const READS_UNDER_WAY = 4;

interface Reading {
  connection: SearchedConnection;
  readonly isListed: FoundPart['isListed'];
  readonly isFiltered: boolean;
  readonly frameTerms: readonly FilterTerm[];
  readonly key: string;
  /** Made with its first frames, by which its protocol is told. */
  test: FrameTest | null;
  /** What is asked before a payload is inflated; null: nothing asks for what is inside. */
  testBefore: FrameTest | null;
  searchedTo: number;
  cutFrames: number;
}

interface Passed {
  readonly seqs: Uint32Array<ArrayBuffer>;
  readonly cutFrames: number;
}

const NO_SEQS = new Uint32Array(0);

export function createSearch(
  request: SearchRequest,
  queries: ReadonlyMap<string, PathQuery>,
  source: FrameSource,
  kept: KeptBatches,
): Search {
  const { span, marked, usesNames, isCaseSensitive } = request;
  const readings = new Map<string, Reading>();
  const cursor = new ReadFrame();
  const inflater = createInflater();
  let preferredId = request.firstId;
  const reads = createReadAhead((plan) =>
    kept.read(plan, ({ connectionId, fromSeq, toSeq, withPayloads }) =>
      readBatch(source, connectionId, fromSeq, toSeq, withPayloads),
    ),
  );
  let hasStepped = false;

  function begin(connections: readonly SearchedConnection[]): readonly FoundPart[] {
    const parts: FoundPart[] = [];
    for (const connection of connections) {
      const { connectionId } = connection;
      const before = readings.get(connectionId);
      const asked = usesNames
        ? askConnection(request.terms, connection)
        : { isListed: 'whenFound' as const, frameTerms: request.terms };
      const key = JSON.stringify(asked);
      if (before && before.key === key) {
        before.connection = connection;
        continue;
      }
      const isFiltered = asked.frameTerms.length > 0 || span !== null;
      const unread = { test: null, testBefore: null, searchedTo: 0, cutFrames: 0 };
      readings.set(connectionId, { ...asked, connection, isFiltered, key, ...unread });
      parts.push({ connectionId, isAnew: true, isListed: asked.isListed, isFiltered, seqs: NO_SEQS, searchedTo: 0 });
    }
    return parts;
  }

  /** One that is not listed is read only while it is looked at. */
  const isReadable = ({ isListed, isFiltered, searchedTo, connection: { connectionId, nextSeq } }: Reading) =>
    isFiltered && searchedTo < nextSeq && (isListed !== 'never' || connectionId === preferredId);

  /** The preferred connection first, then the others in their order. */
  function* readable(): Generator<Reading> {
    const preferred = preferredId === null ? undefined : readings.get(preferredId);
    if (preferred && isReadable(preferred)) yield preferred;
    for (const reading of readings.values()) if (reading !== preferred && isReadable(reading)) yield reading;
  }

  const nextReading = (): Reading | null => readable().next().value ?? null;

  /** The next reads, as far as they can be foreseen: where a batch is cut short, it goes on elsewhere. */
  function plans(): readonly ReadPlan[] {
    const list: ReadPlan[] = [];
    for (const { connection, frameTerms, searchedTo } of readable()) {
      const { connectionId, nextSeq } = connection;
      const withPayloads = needsPayloads(frameTerms);
      for (let fromSeq = searchedTo; fromSeq < nextSeq; ) {
        const frames = hasStepped || list.length > 0 ? STEP_FRAMES : FIRST_FRAMES;
        const toSeq = Math.min(nextSeq, fromSeq + frames);
        list.push({ connectionId, fromSeq, toSeq, withPayloads });
        if (list.length === READS_UNDER_WAY) return list;
        fromSeq = toSeq;
      }
    }
    return list;
  }

  async function step(isWanted: () => boolean): Promise<SearchStep> {
    const reading = nextReading();
    if (!reading) return { parts: [] };
    const fromSeq = reading.searchedTo;
    const batch = await reads.next(plans());
    hasStepped = true;
    const { connectionId } = reading.connection;
    // It may have been begun anew meanwhile.
    const isOver = () => readings.get(connectionId) !== reading || reading.searchedTo !== fromSeq || !isWanted();
    if (isOver()) return { parts: [] };
    const passed = await passedIn(reading, batch, fromSeq, isOver);
    if (!passed || isOver()) return { parts: [] };
    const { seqs } = passed;
    reading.searchedTo = batch.toSeq;
    reading.cutFrames += passed.cutFrames;
    const { isListed, isFiltered, searchedTo } = reading;
    return { parts: [{ connectionId, isAnew: false, isListed, isFiltered, seqs, searchedTo }] };
  }

  function makeTests(reading: Reading, batch: FrameBatch): FrameTest {
    const { frameTerms, connection } = reading;
    const context = {
      protocol: protocolOf(reading, batch),
      marked: new Set(marked.get(connection.connectionId) ?? []),
      queries,
      isCaseSensitive,
    };
    if (frameTerms.some(asksInside)) {
      const before = frameTerms.filter((term) => !asksInside(term));
      reading.testBefore = frameTestOf(before, context);
    }
    reading.test = frameTestOf(frameTerms, context);
    return reading.test;
  }

  /** Waits only where something is to be inflated. Null: it is over. */
  async function passedIn(
    reading: Reading,
    batch: FrameBatch,
    fromSeq: number,
    isOver: () => boolean,
  ): Promise<Passed | null> {
    const test = reading.test ?? makeTests(reading, batch);
    const { testBefore } = reading;
    const found: number[] = [];
    let cutFrames = 0;
    for (const chunk of batch.chunks) {
      const [first, end] = [Math.max(0, fromSeq - chunk.firstSeq), Math.min(chunk.count, batch.toSeq - chunk.firstSeq)];
      if (span && !touches(chunk, span.fromMs, span.toMs)) continue;
      cursor.open(chunk, batch.payloads.get(chunk.firstSeq) ?? null, batch.contents);
      for (let i = first; i < end; i++) {
        cursor.moveTo(i);
        if (span && (cursor.atMs < span.fromMs || cursor.atMs >= span.toMs)) continue;
        if (testBefore && cursor.isBinary && inflater.isCompressed(cursor.bytes())) {
          if (!testBefore(cursor)) continue;
          const { bytes, isCut }: Inside = await inflater.inside(cursor.bytes());
          if (isOver()) return null;
          if (bytes) cursor.unpack(bytes);
          if (isCut) cutFrames++;
        }
        if (test(cursor)) found.push(cursor.seq);
      }
    }
    return { seqs: Uint32Array.from(found), cutFrames };
  }

  return {
    begin,
    step,
    isDone: () => nextReading() === null,
    progress: () => {
      let searchedFrames = 0;
      let totalFrames = 0;
      let cutFrames = 0;
      for (const { isListed, isFiltered, connection, searchedTo, cutFrames: cut } of readings.values()) {
        if (isListed === 'never') continue;
        totalFrames += connection.nextSeq;
        cutFrames += cut;
        searchedFrames += isFiltered ? searchedTo : connection.nextSeq;
      }
      return { searchedFrames, totalFrames, cutFrames };
    },
    prefer: (connectionId) => {
      preferredId = connectionId;
    },
    excerpts: (places) => excerptsOf(source, places, request),
  };
}

/** Times are not always rising. */
function touches({ atMs, count }: ChunkRecord, fromMs: number, toMs: number): boolean {
  for (let i = 0; i < count; i++) {
    const at = atMs[i] ?? 0;
    if (at >= fromMs && at < toMs) return true;
  }
  return false;
}

/** Told by its first frames; only terms that ask for it have its payloads read. */
function protocolOf({ connection, frameTerms }: Reading, batch: FrameBatch): Protocol | null {
  const isAsked = frameTerms.some(({ kind }) => kind === 'event' || kind === 'is');
  return isAsked ? (recognise(connection, firstFramesOf(batch))?.protocol ?? null) : null;
}
