/**
 * A recording as OTLP/HTTP JSON (OpenTelemetry protocol 1.x, opentelemetry-proto trace.proto in proto3 JSON: 64-bit numbers as
 * text, ids as lower-case hex, enums as numbers): one span for each connection, its closes, drops and errors as events, its
 * frames counted. No payload is in it. Ids follow from the recording's own, so that sending twice makes no second span.
 */
import { describeClose } from '../../analysis/close-codes.ts';
import type { RecordingRows } from '../../protocol/recording.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';

export interface OtlpOptions {
  /** `service.name` of the resource; default: `browser-websockets`. */
  readonly serviceName?: string;
  /** Version of Socketscope: that of the instrumentation scope. */
  readonly version: string;
  /** A connection that has not ended ends here, and says so. */
  readonly nowMs: number;
}

/** Body of `POST /v1/traces`. */
export interface OtlpTraces {
  readonly resourceSpans: readonly object[];
}

type Value = string | number | boolean | null | undefined;

interface Attribute {
  readonly key: string;
  readonly value: object;
}

/** opentelemetry-proto `Span.SpanKind` and `Status.StatusCode`. */
const CLIENT = 3;
const STATUS = { unset: 0, ok: 1, error: 2 } as const;

/** The spans of these connections; `connections` are all of the recording unless some are chosen. */
export async function tracesOf(
  rows: RecordingRows,
  { serviceName = 'browser-websockets', version, nowMs }: OtlpOptions,
  connections: readonly ConnectionRecord[] = rows.connections,
): Promise<OtlpTraces> {
  const { session, context } = rows;
  const spans = await Promise.all(connections.map((connection) => spanOf(connection, context, nowMs)));
  const environment = session.environment;
  return {
    resourceSpans: [
      {
        resource: {
          attributes: attributesOf({
            'service.name': serviceName,
            'session.id': session.sessionId,
            'browser.brands': environment?.browser && `${environment.browser.name} ${environment.browser.version}`,
            'user_agent.name': environment?.browser?.name,
            'user_agent.version': environment?.browser?.version,
            'os.name': environment?.os,
            'browser.language': environment?.language,
            'network.connection.type': environment?.networkType,
            'socketscope.session.name': session.name,
          }),
        },
        scopeSpans: [{ scope: { name: 'socketscope', version }, spans }],
      },
    ],
  };
}

async function spanOf(connection: ConnectionRecord, context: readonly ContextRecord[], nowMs: number): Promise<object> {
  const { connectionId, sessionId, createdAtMs, url, close } = connection;
  const endedAtMs = endOf(connection);
  return {
    traceId: await idOf(sessionId, 16),
    spanId: await idOf(connectionId, 8),
    name: `WebSocket ${pathOf(url)}`,
    kind: CLIENT,
    startTimeUnixNano: nanosOf(createdAtMs),
    endTimeUnixNano: nanosOf(Math.max(createdAtMs, endedAtMs ?? nowMs)),
    attributes: attributesOf({
      'url.full': url,
      'server.address': hostOf(url),
      'network.protocol.name': 'websocket',
      'websocket.subprotocol': connection.protocol,
      'websocket.extensions': connection.extensions,
      'websocket.close.code': close?.code,
      'websocket.close.reason': close?.reason,
      'websocket.close.clean': close?.wasClean,
      'websocket.frames.received': connection.framesIn,
      'websocket.frames.sent': connection.framesOut,
      'websocket.bytes.received': connection.bytesIn,
      'websocket.bytes.sent': connection.bytesOut,
      'websocket.frames.not_recorded': connection.framesMissed,
      'websocket.opened': connection.openedAtMs !== null,
      'websocket.open_now': endedAtMs === null,
      'socketscope.connection.id': connectionId,
      'socketscope.seen_by': connection.seenBy,
      'socketscope.simulated': close?.simulated ?? false,
    }),
    events: eventsOf(connection, context),
    status: statusOf(connection),
  };
}

/** What was simulated is no error of anybody's. */
function statusOf({ close, openedAtMs }: ConnectionRecord): object {
  if (!close) return { code: STATUS.unset };
  if (close.simulated) return { code: STATUS.unset, message: 'closed on purpose by Socketscope' };
  if (close.wasClean && openedAtMs !== null) return { code: STATUS.ok };
  return { code: STATUS.error, message: `${close.code} ${describeClose(close.code).name}` };
}

function eventsOf(connection: ConnectionRecord, context: readonly ContextRecord[]): readonly object[] {
  const { openedAtMs, erroredAtMs, closeRequested, close, droppedAtMs, endSeenAtMs, connectionId } = connection;
  const events: (readonly [
    name: string,
    atMs: number | null | undefined,
    attributes: Readonly<Record<string, Value>>,
  ])[] = [
    ['open', openedAtMs, { 'websocket.subprotocol': connection.protocol }],
    ['error', erroredAtMs, {}],
    ['drop', droppedAtMs, { 'socketscope.simulated': true }],
    [
      'close_called',
      closeRequested?.atMs,
      { 'websocket.close.code': closeRequested?.code, 'websocket.close.reason': closeRequested?.reason },
    ],
    [
      'close',
      close?.atMs,
      {
        'websocket.close.code': close?.code,
        'websocket.close.reason': close?.reason,
        'websocket.close.clean': close?.wasClean,
        'socketscope.simulated': close?.simulated,
      },
    ],
    ['end_seen', endSeenAtMs, {}],
    ...context
      .filter((row) => row.connectionId === connectionId && row.kind === 'marker')
      .map(({ atMs, text }) => ['marker', atMs, { 'socketscope.text': text }] as const),
  ];
  return events
    .flatMap(([name, atMs, attributes]) =>
      typeof atMs === 'number'
        ? [{ atMs, event: { name, timeUnixNano: nanosOf(atMs), attributes: attributesOf(attributes) } }]
        : [],
    )
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ event }) => event);
}

/** Those that nobody knows are left out. */
function attributesOf(values: Readonly<Record<string, Value>>): readonly Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [{ key, value: anyValueOf(value) }],
  );
}

/** proto3 JSON: an int64 is text. */
function anyValueOf(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value.replace(/\p{Surrogate}/gu, '\ufffd') };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** A double has no room for nanoseconds since the epoch. */
function nanosOf(atMs: number): string {
  const whole = Math.floor(atMs);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((atMs - whole) * 1_000_000)));
}

/** Lower-case hex of the first bytes of SHA-256: the same for the same id, and not all zero, which is no valid id. */
async function idOf(id: string, bytes: number): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(id)));
  return Array.from(digest.subarray(0, bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function endOf({ close, endSeenAtMs, goneAtMs }: ConnectionRecord): number | null {
  return close?.atMs ?? endSeenAtMs ?? goneAtMs;
}

function pathOf(url: string): string {
  return /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] || '/';
}

function hostOf(url: string): string | null {
  return /^[a-z]+:\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(url)?.[1] ?? null;
}
