/**
 * A recorded session as JSON: all its rows, as they are in the extension's database. Small enough to keep as a fixture:
 * times count from the session's beginning, typed arrays are plain, names that are random are short, payloads are cut.
 */
import type { SessionFacts } from '../../src/analysis/findings/session-facts.ts';
import { FRAME_TRUNCATED } from '../../src/protocol/frame-columns.ts';
import type { ChunkRecord, PayloadRecord, SessionRecord } from '../../src/protocol/records.ts';
import { chunkOf, type PlainChunk, payloadOf } from '../plain-chunk.ts';

/** The rows of one session. */
export interface Rows extends Omit<SessionFacts, 'digests'> {
  readonly session: SessionRecord;
  readonly chunks: readonly ChunkRecord[];
  readonly payloads: readonly PayloadRecord[];
}

/** As it leaves the browser. */
export interface PlainRows extends Omit<Rows, 'chunks' | 'payloads'> {
  readonly chunks: readonly PlainChunk[];
}

/** `baseMs`: the epoch milliseconds from which all times count. */
export interface Recording extends PlainRows {
  readonly baseMs: number;
}

const KEPT_TEXT = 600;
const KEPT_BYTES = 64;

/** Rows → fixture. Lossless but for long payloads, of which only the size is whole. */
export function toRecording(rows: PlainRows): Recording {
  const baseMs = rows.session.startedAtMs;
  const relative = mapTimes({ ...rows, chunks: rows.chunks.map(cut) }, (ms) => round(ms - baseMs));
  const short = shortNames(JSON.stringify(relative), rows);
  return { baseMs, ...(JSON.parse(short) as PlainRows) };
}

/** Fixture → rows. */
export function fromRecording({ baseMs, ...plain }: Recording): Rows {
  return toRows(mapTimes(plain, (ms) => ms + baseMs));
}

export function toRows({ chunks, ...rest }: PlainRows): Rows {
  return {
    ...rest,
    chunks: chunks.map(chunkOf),
    payloads: chunks.map(payloadOf),
  };
}

/** Every field whose name ends in `AtMs`, and the three others that are points in time; those that hold durations do not. */
function isTime(key: string): boolean {
  return /(^a|A)tMs$/.test(key) || key === 'untilMs' || key === 'timeOriginMs';
}

function mapTimes<Value>(value: Value, change: (ms: number) => number): Value {
  const changed = (key: string, one: unknown): unknown => {
    if (isTime(key) && typeof one === 'number') return change(one);
    if (isTime(key) && Array.isArray(one)) return one.map((ms: number) => change(ms));
    // [epoch ms, bytes]
    if (key === 'buffered' && Array.isArray(one))
      return one.map(([ms, bytes]: [number, number]) => [change(ms), bytes]);
    if (Array.isArray(one)) return one.map((item) => changed('', item));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, changed(name, inner)]));
  };
  return changed('', value) as Value;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Random names of the extension's own, wherever they stand, as `session`, `document0`, `probe1` … */
function shortNames(json: string, { session, documents, probes }: PlainRows): string {
  const named = (name: string, ids: readonly string[]) => ids.map((id, at) => [id, `${name}${at}`] as const);
  return [
    [session.sessionId, 'session'] as const,
    ...named(
      'document',
      documents.map(({ documentId }) => documentId),
    ),
    ...named(
      'probe',
      probes.map(({ probeId }) => probeId),
    ),
  ].reduce((text, [id, name]) => text.replaceAll(id, name), json);
}

function cut(chunk: PlainChunk): PlainChunk {
  const flags = [...chunk.flags];
  let text = '';
  const bytes: number[] = [];
  const textEnds: number[] = [];
  const byteEnds: number[] = [];
  for (let i = 0; i < chunk.count; i++) {
    const wholeText = chunk.text.slice(chunk.textEnds[i - 1] ?? 0, chunk.textEnds[i]);
    const wholeBytes = chunk.bytes.slice(chunk.byteEnds[i - 1] ?? 0, chunk.byteEnds[i]);
    if (wholeText.length > KEPT_TEXT || wholeBytes.length > KEPT_BYTES) flags[i] = (flags[i] ?? 0) | FRAME_TRUNCATED;
    text += wholeText.slice(0, KEPT_TEXT);
    bytes.push(...wholeBytes.slice(0, KEPT_BYTES));
    textEnds.push(text.length);
    byteEnds.push(bytes.length);
  }
  return { ...chunk, flags, text, textEnds, bytes, byteEnds };
}
