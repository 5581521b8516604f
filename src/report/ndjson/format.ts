/**
 * The file format: one JSON object on each line, the kind of which its field `type` tells. This is the source of
 * docs/format.schema.json; docs/format.md explains it. Released versions are never changed, only followed by others.
 */
import { SURROUNDINGS } from '../../protocol/evidence.ts';
import { DIRECTIONS, REACHES } from '../../protocol/fault.ts';
import {
  MAX_BUFFERED_SAMPLES,
  MAX_ERROR_TEXT_CHARS,
  MAX_EXTENSIONS_CHARS,
  MAX_FAULTS_LISTED,
  MAX_GAPS_PER_CONNECTION,
  MAX_HELD_LISTED,
  MAX_PROTOCOL_CHARS,
  MAX_PROTOCOLS,
  MAX_STACK_CHARS,
  MAX_URL_CHARS,
} from '../../protocol/limits.ts';
import { FAULT_END_CAUSES, GAP_REASONS, PAGE_EFFECT_KINDS } from '../../protocol/page-report.ts';
import { SEEN_BY, SESSION_KINDS } from '../../protocol/records.ts';
import { REDACTION_MODES } from '../redaction/redact-recording.ts';
import type { Shape } from './shape.ts';

export const FORMAT = 'socketscope';
export const FORMAT_VERSION = 1;
/** No line that we write is longer: a chunk holds 8 MiB at most, of which each character may take six in JSON. */
export const MAX_LINE_CHARS = 64 * 1024 * 1024;
/**
 * Of all lines that are no frames: what they tell is held in memory by whoever shows a session. Some 100,000 connections with
 * their handshakes.
 */
export const MAX_ROW_CHARS = 128 * 1024 * 1024;
export interface ReadBounds {
  readonly maxLineChars?: number;
  readonly maxRowChars?: number;
  /** What frames may take: payloads and what is told of each. */
  readonly maxFrameBytes?: number;
}
/** Of a frame beside its payload, as columns. */
export const FRAME_COLUMN_BYTES = 17;
export const tooManyBytes = (bytes: number) =>
  `Up to here the frames take ${Math.round(bytes / 1024 / 1024)} MB, which is all that one session may take.`;
export const TOO_MANY_ROWS =
  'Up to here the file tells of more connections and events than one session can be shown with. Record shorter sessions.';

/** What names get that stand for secrets may be longer than these. */
const ROOM = 4;
const MAX_NOTES_CHARS = 1_000_000;
const MAX_ID_CHARS = 512;

const text = (maxLength: number): Shape => ({ type: 'string', maxLength: maxLength * ROOM });
const orNull = (shape: Shape): Shape => {
  if (typeof shape.type !== 'string' || shape.properties) return { anyOf: [shape, { type: 'null' }] };
  return { ...shape, type: [shape.type, 'null'], ...(shape.enum ? { enum: [...shape.enum, null] } : {}) };
};
const oneOf = (values: readonly string[]): Shape => ({ type: 'string', enum: values });
const list = (items: Shape, maxItems: number): Shape => ({ type: 'array', items, maxItems });
/** Fields whose names end in `?` may be missing. */
const object = (fields: Readonly<Record<string, Shape>>): Shape => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name.replace('?', ''), shape])),
  required: Object.keys(fields).filter((name) => !name.endsWith('?')),
});

const id = text(MAX_ID_CHARS / ROOM);
const flag: Shape = { type: 'boolean' };
const count: Shape = { type: 'integer', minimum: 0 };
/** Epoch milliseconds, fractions allowed. */
const time: Shape = { type: 'number', minimum: 0, maximum: 4_000_000_000_000 };
const duration: Shape = { type: 'number', minimum: 0 };
const url = text(MAX_URL_CHARS);
const base64: Shape = { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' };
const headers = list({ type: 'array', prefixItems: [text(1_024), text(65_536)], minItems: 2, maxItems: 2 }, 1_000);
const anything: Shape = { type: 'object' };

const header = object({
  format: { const: FORMAT },
  version: { type: 'integer', minimum: 1 },
  'writtenBy?': text(256),
  'redaction?': oneOf(REDACTION_MODES),
});

const session = object({
  sessionId: id,
  tabId: count,
  'tabIds?': list(count, 10_000),
  'kind?': oneOf(SESSION_KINDS),
  name: text(1_024),
  'notes?': text(MAX_NOTES_CHARS),
  'environment?': object({
    browser: orNull(object({ name: text(256), version: text(256) })),
    os: orNull(text(256)),
    extensionVersion: orNull(text(256)),
    pageUrl: orNull(url),
    viewport: orNull(object({ widthPx: duration, heightPx: duration, pixelRatio: duration })),
    networkType: orNull(text(64)),
    language: orNull(text(256)),
  }),
  'importedFrom?': object({ fileName: text(1_024), format: oneOf(['ndjson', 'har']), atMs: time, refused: count }),
  'summary?': object({
    atMs: time,
    connections: count,
    frames: count,
    closes: count,
    abnormal: count,
    findings: object({ problem: count, warning: count, note: count }),
    verdicts: object({ passed: count, failed: count }),
  }),
  startedAtMs: time,
  endedAtMs: orNull(time),
  pinned: flag,
  storedBytes: count,
});

const document = object({
  documentId: id,
  tabId: count,
  frameId: count,
  url,
  timeOriginMs: time,
  openedAtMs: time,
  goneAtMs: orNull(time),
  committedBatch: { type: 'integer' },
  rejected: count,
  payloadsLeftOut: count,
});

const fault = object({
  fault: id,
  effect: oneOf(PAGE_EFFECT_KINDS),
  silences: orNull(oneOf(REACHES)),
  startedAtMs: time,
  firedAtMs: orNull(time),
  endedAtMs: orNull(time),
  cause: orNull(oneOf(FAULT_END_CAUSES)),
  count,
  lost: count,
  delayed: count,
  changed: count,
  added: count,
});

const held = object({
  heldId: count,
  fault: id,
  atMs: time,
  direction: oneOf(DIRECTIONS),
  text: orNull(text(1024 * 1024)),
  bytes: { ...base64, type: ['string', 'null'], description: 'base64' },
  sizeBytes: count,
});

const acts = object({
  constructedAt: orNull(text(MAX_STACK_CHARS)),
  closedAt: orNull(text(MAX_STACK_CHARS)),
  sendsThrown: count,
  firstThrownAtMs: orNull(time),
  unheard: count,
  handlerErrors: count,
  firstHandlerErrorAtMs: orNull(time),
  firstHandlerErrorSeq: orNull(count),
  handlerErrorText: text(MAX_ERROR_TEXT_CHARS),
  buffered: list({ type: 'array', prefixItems: [time, duration], minItems: 2, maxItems: 2 }, MAX_BUFFERED_SAMPLES),
});

const connection = object({
  connectionId: id,
  documentId: id,
  connection: count,
  url,
  protocols: list(text(MAX_PROTOCOL_CHARS), MAX_PROTOCOLS),
  seenBy: oneOf(SEEN_BY),
  protocol: orNull(text(MAX_PROTOCOL_CHARS)),
  extensions: orNull(text(MAX_EXTENSIONS_CHARS)),
  createdAtMs: time,
  openedAtMs: orNull(time),
  erroredAtMs: orNull(time),
  closeRequested: orNull(object({ atMs: time, code: orNull(count), reason: orNull(text(1_024)) })),
  close: orNull(
    object({ atMs: time, code: { ...count, maximum: 65_535 }, reason: text(1_024), wasClean: flag, simulated: flag }),
  ),
  endSeenAtMs: orNull(time),
  droppedAtMs: orNull(time),
  'refusedAtMs?': time,
  'faults?': list(fault, MAX_FAULTS_LISTED),
  'held?': list(held, MAX_HELD_LISTED),
  'acts?': acts,
  goneAtMs: orNull(time),
  framesIn: count,
  framesOut: count,
  bytesIn: duration,
  bytesOut: duration,
  gaps: list(object({ firstSeq: count, count, reason: oneOf(GAP_REASONS) }), MAX_GAPS_PER_CONNECTION),
  framesMissed: count,
  lastFrameAtMs: orNull(time),
  nextSeq: count,
  tail: orNull(object({ firstSeq: count, count, payloadBytes: count })),
});

const run = object({
  runId: id,
  name: text(1_024),
  target: {
    anyOf: [
      object({ kind: { const: 'connection' }, connectionId: id }),
      object({ kind: { const: 'matching' }, urlPattern: url }),
      object({ kind: { const: 'tab' } }),
    ],
  },
  targetUrl: orNull(url),
  startedAtMs: time,
  state: oneOf(['playing', 'waiting', 'finished', 'stopped', 'interrupted']),
  endedAtMs: orNull(time),
  round: count,
  rounds: count,
  roundEndsAtMs: orNull(time),
  mustReopenWithinMs: orNull(duration),
  refused: count,
  results: list(
    object({ startedAtMs: time, clearAtMs: time, lost: count, reopenedAtMs: orNull(time), isInTime: flag }),
    10_000,
  ),
});

const context = object({
  'contextId?': count,
  documentId: orNull(id),
  connectionId: orNull(id),
  atMs: time,
  kind: oneOf([
    'dropped',
    'recordingPaused',
    'recordingResumed',
    'documentGone',
    'faultStarted',
    'faultEnded',
    'marker',
    ...SURROUNDINGS,
  ]),
  'text?': text(65_536),
  'seq?': count,
  'run?': run,
  'scenario?': anything,
  'durationMs?': duration,
  'detail?': text(4_096),
  'url?': url,
  'leftOut?': count,
});

const handshake = object({
  handshakeId: id,
  connectionId: orNull(id),
  url,
  startedAtMs: time,
  endedAtMs: orNull(time),
  outcome: oneOf(['pending', 'opened', 'answered', 'failed']),
  status: orNull(count),
  headers,
  networkError: orNull(text(1_024)),
  toldBy: oneOf(['network', 'devtools']),
  'refusedByUs?': flag,
});

const probe = object({
  probeId: id,
  connectionId: id,
  url,
  askedAtMs: time,
  answeredAtMs: orNull(time),
  status: orNull(count),
  headers,
  networkError: orNull(text(1_024)),
  isAutomatic: flag,
});

const frame = object({
  connectionId: id,
  seq: count,
  atMs: time,
  direction: oneOf(DIRECTIONS),
  opcode: oneOf(['text', 'binary']),
  sizeBytes: { ...count, description: 'True size of the payload, whatever is kept of it' },
  'text?': { type: 'string' },
  'base64?': base64,
  'blobBase64?': { ...base64, description: 'Bytes of a Blob, which came after the frame' },
  'blob?': flag,
  'truncated?': flag,
  'simulated?': flag,
  'discarded?': flag,
  'lost?': flag,
  'delayed?': flag,
});

const end = object({ connections: count, frames: count });

/** By the field `type` of a line. */
export const SHAPES = {
  __proto__: null as never,
  header,
  session,
  document,
  connection,
  context,
  handshake,
  probe,
  frame,
  end,
} as const satisfies Readonly<Record<string, Shape>>;

export type RecordType = Exclude<keyof typeof SHAPES, '__proto__'>;

/** The published schema: of one line. */
export function formatSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Socketscope recording, version ${FORMAT_VERSION}: one line of a .ndjson file`,
    anyOf: Object.entries(SHAPES).map(([type, shape]) => ({
      ...shape,
      title: type,
      properties: { type: { const: type }, ...shape.properties },
      required: ['type', ...(shape.required ?? [])],
    })),
  };
}
