/** The parsers at the border of trust: what is right passes unchanged, everything else is null, nothing throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../e2e/arbitraries.ts';
import {
  bytesOf,
  FRAME_BINARY,
  FRAME_OUT,
  FRAME_TRUNCATED,
  type FrameColumns,
  parseFrameColumns,
  SIZE_OF_TEXT,
  textOf,
  utf8Bytes,
} from './frame-columns.ts';
import { MAX_FRAMES_PER_REPORT, MAX_REPORTS_PER_MESSAGE, MAX_URL_CHARS } from './limits.ts';
import { parseDevtoolsReport, parseList, parseLoggedHandshake } from './outside.ts';
import { parsePageMessage, parsePageReport } from './page-report.ts';
import { parseRelayMessage } from './relay.ts';

function columns(change: Partial<Record<keyof FrameColumns, unknown>> = {}): Record<keyof FrameColumns, unknown> {
  return {
    count: 3,
    atMs: Float64Array.of(12.1, 12.4, 13),
    flags: Uint8Array.of(0, FRAME_OUT, FRAME_BINARY),
    sizeBytes: Float64Array.of(5, SIZE_OF_TEXT, 4),
    text: 'hellohi',
    textEnds: Uint32Array.of(5, 7, 7),
    bytes: Uint8Array.of(1, 2, 3, 4),
    byteEnds: Uint32Array.of(0, 0, 4),
    ...change,
  };
}

/** TypeScript's ES2023 does not know the second argument yet; both browsers do. */
function growing(byteLength: number): ArrayBuffer {
  const Resizable = ArrayBuffer as unknown as new (
    byteLength: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer;
  return new Resizable(byteLength, { maxByteLength: 64 });
}

const REPORTS = [
  { kind: 'connectionCreated', connection: 0, atMs: 1.5, url: 'ws://127.0.0.1/', protocols: ['a', 'b'] },
  { kind: 'connectionOpened', connection: 0, atMs: 2, protocol: 'a', extensions: 'permessage-deflate' },
  { kind: 'connectionErrored', connection: 0, atMs: 3, simulated: false },
  { kind: 'closeRequested', connection: 0, atMs: 4, code: null, reason: null },
  { kind: 'closeRequested', connection: 0, atMs: 4, code: 4000, reason: 'bye' },
  { kind: 'connectionClosed', connection: 0, atMs: 5, code: 1006, reason: '', wasClean: false, simulated: true },
  { kind: 'connectionDropped', connection: 7, atMs: 5 },
  { kind: 'framesCaptured', connection: 0, firstSeq: 9, columns: columns() },
  { kind: 'framesMissed', connection: 0, firstSeq: 0, count: 9, reason: 'ring' },
  { kind: 'frameContent', connection: 0, seq: 3, bytes: Uint8Array.of(9) },
  { kind: 'faultStarted', connection: 0, atMs: 5, fault: 'f', effect: 'silence', silences: 'both' },
  { kind: 'faultFired', connection: 0, atMs: 5, fault: 'f', count: 1 },
  {
    kind: 'faultEnded',
    connection: 0,
    atMs: 5,
    fault: 'f',
    cause: 'stopped',
    count: 1,
    lost: 2,
    delayed: 0,
    changed: 0,
    added: 3,
  },
  {
    kind: 'frameHeld',
    connection: 0,
    atMs: 5,
    fault: 'f',
    heldId: 4,
    direction: 'in',
    text: null,
    bytes: Uint8Array.of(1),
    sizeBytes: 1,
  },
  { kind: 'frameReleased', connection: 0, atMs: 5, fault: 'f', heldId: 4, isLost: false },
] as const;

describe('page reports', () => {
  it.each(REPORTS)('$kind passes', (report) => {
    expect(parsePageReport(report)).toEqual(report);
  });

  it('keeps known fields only', () => {
    const parsed = parsePageReport({ ...REPORTS[6], tabId: 4, documentId: 'stolen' });
    expect(parsed).toEqual(REPORTS[6]);
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'connectionOpened'],
    ['an array', [REPORTS[0]]],
    ['an unknown kind', { ...REPORTS[0], kind: 'panelOpened' }],
    ['a kind of Object.prototype', { ...REPORTS[0], kind: 'constructor' }],
    ['__proto__ as kind', { ...REPORTS[0], kind: '__proto__' }],
    ['a negative connection', { ...REPORTS[0], connection: -1 }],
    ['half a connection', { ...REPORTS[0], connection: 0.5 }],
    ['a connection as text', { ...REPORTS[0], connection: '0' }],
    ['a negative time', { ...REPORTS[0], atMs: -1 }],
    ['no number as time', { ...REPORTS[0], atMs: Number.NaN }],
    ['endless time', { ...REPORTS[0], atMs: Number.POSITIVE_INFINITY }],
    ['a URL that is too long', { ...REPORTS[0], url: 'x'.repeat(MAX_URL_CHARS + 1) }],
    ['too many protocols', { ...REPORTS[0], protocols: Array(65).fill('p') }],
    ['protocols that are no strings', { ...REPORTS[0], protocols: [1] }],
    ['a protocol array with a hole', { ...REPORTS[0], protocols: new Array(1) }],
    ['a code that is no 16-bit number', { ...REPORTS[5], code: 65_536 }],
    ['a reason that no close frame can hold', { ...REPORTS[5], reason: 'x'.repeat(124) }],
    ['wasClean as number', { ...REPORTS[5], wasClean: 1 }],
    ['no columns', { ...REPORTS[7], columns: null }],
    ['an empty gap', { ...REPORTS[8], count: 0 }],
    ['an unknown reason for a gap', { ...REPORTS[8], reason: 'because' }],
    ['bytes as array', { ...REPORTS[9], bytes: [9] }],
  ])('%s is refused', (_, value) => {
    expect(parsePageReport(value)).toBeNull();
  });
});

describe('frame columns', () => {
  it('pass, and each frame gets its own payload', () => {
    const parsed = parseFrameColumns(columns());
    expect(parsed).toEqual(columns());
    if (!parsed) return;
    expect([0, 1, 2].map((i) => textOf(parsed, i))).toEqual(['hello', 'hi', '']);
    expect([0, 1, 2].map((i) => [...bytesOf(parsed, i)])).toEqual([[], [], [1, 2, 3, 4]]);
  });

  it('do not carry a larger buffer along', () => {
    const parsed = parseFrameColumns(columns({ bytes: new Uint8Array(1000).subarray(10, 14) }));
    expect(parsed?.bytes.buffer.byteLength).toBe(4);
  });

  it.each([
    ['no frame', { count: 0 }],
    ['more frames than allowed', { count: MAX_FRAMES_PER_REPORT + 1 }],
    ['a column of another length', { atMs: Float64Array.of(1, 2) }],
    ['a column of another type', { flags: [0, 1, 2] }],
    ['a time that is no number', { atMs: Float64Array.of(1, Number.NaN, 3) }],
    ['a size below zero', { sizeBytes: Float64Array.of(5, -2, 4) }],
    ['a size left open for binary', { sizeBytes: Float64Array.of(5, 2, SIZE_OF_TEXT) }],
    ['a size left open for cut text', { flags: Uint8Array.of(0, FRAME_TRUNCATED, FRAME_BINARY) }],
    ['ends that fall', { textEnds: Uint32Array.of(5, 4, 7) }],
    ['ends beyond the text', { textEnds: Uint32Array.of(5, 7, 8) }],
    ['bytes that belong to no frame', { byteEnds: Uint32Array.of(0, 0, 3) }],
    ['no text', { text: undefined }],
    ['memory that the page can change afterwards', { flags: new Uint8Array(new SharedArrayBuffer(3)) }],
    ['memory that grows', { bytes: new Uint8Array(growing(4)) }],
  ])('%s: refused', (_, change) => {
    expect(parseFrameColumns(columns(change))).toBeNull();
  });
});

describe('size of text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['çığ', 6],
    ['€', 3],
    ['😀', 4],
    ['\ud800', 3],
    ['\udc00', 3],
    ['\ud800\ud800\udc00', 7],
  ])('%j has %d bytes', (text, bytes) => {
    expect(utf8Bytes(text)).toBe(bytes);
  });

  it('agrees with the platform', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });
});

describe('envelopes', () => {
  it.each([
    [{ kind: 'socketsExist' }],
    [{ kind: 'reports', reports: [] }],
    [{ kind: 'answer', commandId: 1, outcome: 'done' }],
    [{ kind: 'faultOver', faultId: 'f' }],
  ])('page message %j passes', (message) => {
    expect(parsePageMessage(message)).toEqual(message);
  });

  it.each([
    [null],
    [{ kind: 'reports', reports: 'many' }],
    [{ kind: 'reports', reports: new Array(MAX_REPORTS_PER_MESSAGE + 1) }],
    [{ kind: 'answer', commandId: 1, outcome: 'toString' }],
    [{ kind: 'drop', commandId: 1, connection: 0 }],
    [{ kind: 'faultOver', faultId: 7 }],
  ])('page message %j is refused', (message) => {
    expect(parsePageMessage(message)).toBeNull();
  });
});

describe('whatever comes', () => {
  const parsers = { parsePageMessage, parsePageReport, parseFrameColumns, parseRelayMessage };
  const hostile = fc.oneof(
    fc.anything({ withTypedArray: true, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
    // right in everything but one field
    fc
      .tuple(fc.constantFrom(...REPORTS), fc.anything())
      .chain(([report, junk]) => fc.constantFrom(...Object.keys(report)).map((key) => ({ ...report, [key]: junk }))),
  );

  it.each(Object.entries(parsers))('%s never throws', (_, parse) => {
    fc.assert(
      fc.property(hostile, (value) => {
        const parsed = parse(value);
        expect(parsed === null || typeof parsed === 'object').toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('what passes, passes again unchanged', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const once = parsePageReport(value);
        if (once) expect(parsePageReport(once)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what DevTools tell', () => {
  const handshake = {
    accept: 'BGY0IUdyEW4HKZi8+ZjF2B4mOt8=',
    url: 'ws://127.0.0.1/worker',
    protocols: ['chat'],
    protocol: 'chat',
    extensions: '',
    startedAtMs: 1.8e12,
    openedAtMs: 1.8e12,
    ownerUrl: 'http://127.0.0.1/worker.js',
  };
  const REPORTS_OF_DEVTOOLS = [
    { kind: 'connectionSeen', connection: 0, atMs: 1, seenBy: 'devtools', protocols: ['chat'] },
    { kind: 'connectionEnded', connection: 0, atMs: 1 },
    REPORTS[1],
    REPORTS[7],
    REPORTS[8],
  ];

  it.each(REPORTS_OF_DEVTOOLS)('$kind passes', (report) => {
    expect(parseDevtoolsReport({ ...report, secret: 1 })).toEqual(report);
  });

  it.each([
    { kind: 'connectionFound', connection: 0, atMs: 1, url: 'ws://a/', protocols: [], seenBy: 'network' },
    REPORTS[0],
    REPORTS[5],
    REPORTS[6],
    { kind: 'connectionSeen', connection: 0, atMs: 1, seenBy: 'page', protocols: [] },
    { kind: 'connectionSeen', connection: 0, atMs: 1, seenBy: 'network' },
    { kind: 'connectionEnded', connection: -1, atMs: 1 },
    { kind: 'connectionEnded', connection: 0, atMs: Number.NaN },
    { kind: 'toString', connection: 0, atMs: 1 },
    null,
    7,
  ])('%j does not', (report) => {
    expect(parseDevtoolsReport(report)).toBeNull();
  });

  it('a handshake passes, and only with its name', () => {
    expect(parseLoggedHandshake({ ...handshake, secret: 1 })).toEqual(handshake);
    for (const change of [
      { accept: '' },
      { accept: 'x'.repeat(65) },
      { url: 7 },
      { protocols: [1] },
      { startedAtMs: -1 },
    ]) {
      expect(parseLoggedHandshake({ ...handshake, ...change })).toBeNull();
    }
  });

  it('a list loses what is wrong in it, and is bounded', () => {
    expect(parseList([handshake, 5, null], parseLoggedHandshake)).toEqual([handshake]);
    expect(parseList(handshake, parseLoggedHandshake)).toBeNull();
    expect(parseList(Array(MAX_REPORTS_PER_MESSAGE + 1).fill(handshake), parseLoggedHandshake)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseDevtoolsReport(value);
        parseLoggedHandshake(value);
        parseList(value, parseDevtoolsReport);
      }),
    );
  });
});

it('what is held back is a count, and what is left out is one of three words', () => {
  const pressure = { kind: 'pressure', heldBackBytes: 5, leftOut: 'payloads' };
  expect(parseRelayMessage({ ...pressure, more: 1 })).toEqual(pressure);
  for (const bad of [{ heldBackBytes: -1 }, { heldBackBytes: '5' }, { leftOut: 'all' }, { leftOut: undefined }]) {
    expect(parseRelayMessage({ ...pressure, ...bad })).toBeNull();
  }
});

it('a content script cannot name a document of the background', () => {
  const batch = {
    kind: 'batch',
    sessionId: 's',
    batch: 1,
    reports: [],
    rejected: 0,
    payloadsLeftOut: 0,
    goneAtMs: null,
  };
  expect(parseRelayMessage({ ...batch, documentId: 's.outside.0' })).toBeNull();
  expect(parseRelayMessage({ ...batch, documentId: 's' })).not.toBeNull();
});

it('takes of a hello the size of a window that a window can have, and nothing else', () => {
  const hello = { kind: 'hello', documentId: null, sessionId: null, url: 'u', timeOriginMs: 1, isLeaving: false };
  expect(parseRelayMessage({ ...hello, viewport: [1280, 720.5, 1.25] })).toEqual({
    ...hello,
    viewport: [1280, 720.5, 1.25],
  });
  for (const viewport of [
    undefined,
    null,
    [],
    [1, 2],
    [1, 2, 3, 4],
    [0, 720, 1],
    [1, 2, Number.NaN],
    ['1', 2, 3],
    'abc',
  ]) {
    expect(parseRelayMessage({ ...hello, viewport })).toEqual({ ...hello, viewport: null });
  }
});
