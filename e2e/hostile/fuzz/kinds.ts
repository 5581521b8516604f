/** Messages as our own page and content scripts would send them, with random contents: where damage begins. */
import { REACHES } from '../../../src/protocol/fault.ts';
import {
  FRAME_BINARY,
  FRAME_OUT,
  FRAME_SIMULATED,
  type FrameColumns,
  SIZE_OF_TEXT,
} from '../../../src/protocol/frame-columns.ts';
import {
  COMMAND_OUTCOMES,
  FAULT_END_CAUSES,
  GAP_REASONS,
  PAGE_EFFECT_KINDS,
  type PageReport,
} from '../../../src/protocol/page-report.ts';
import type { Random } from './random.ts';

type Maker = (random: Random) => unknown;

/** Few connections and low numbers, so that reports of one input meet each other. */
const connection = (random: Random) => random.int(3);
const seq = (random: Random) => random.pick([0, 1, 3, 6, 9, 1_000, Number.MAX_SAFE_INTEGER - 2]);
const atMs = (random: Random) => random.next() * random.pick([1, 1_000, 1e9]);
const text = (random: Random) => random.pick(['', 'a', 'hello', '{"type":"ping"}', 'çığ€😀', '\u202egnp.exe', '<b>']);

function makeColumns(random: Random): FrameColumns {
  const count = 1 + random.int(5);
  const columns = {
    count,
    atMs: new Float64Array(count),
    flags: new Uint8Array(count),
    sizeBytes: new Float64Array(count),
    text: '',
    textEnds: new Uint32Array(count),
    bytes: new Uint8Array(count * 2),
    byteEnds: new Uint32Array(count),
  };
  let byteEnd = 0;
  for (let i = 0; i < count; i++) {
    const isBinary = random.oneIn(3);
    if (isBinary) byteEnd += 2;
    else columns.text += text(random);
    columns.atMs[i] = atMs(random);
    columns.flags[i] = random.pick([0, FRAME_OUT, FRAME_SIMULATED]) | (isBinary ? FRAME_BINARY : 0);
    columns.sizeBytes[i] = isBinary ? 2 : SIZE_OF_TEXT;
    columns.textEnds[i] = columns.text.length;
    columns.byteEnds[i] = byteEnd;
  }
  return { ...columns, bytes: columns.bytes.slice(0, byteEnd) };
}

/** One line a kind of report. */
const REPORTS: { readonly [Kind in PageReport['kind']]: (random: Random) => Extract<PageReport, { kind: Kind }> } = {
  connectionCreated: (random) => ({
    kind: 'connectionCreated',
    connection: connection(random),
    atMs: atMs(random),
    url: `ws://127.0.0.1/${text(random)}`,
    protocols: [text(random), text(random)],
  }),
  connectionOpened: (random) => ({
    kind: 'connectionOpened',
    connection: connection(random),
    atMs: atMs(random),
    protocol: text(random),
    extensions: '',
  }),
  connectionErrored: (random) => ({
    kind: 'connectionErrored',
    connection: connection(random),
    atMs: atMs(random),
    simulated: random.oneIn(2),
  }),
  connectionActs: (random) => ({
    kind: 'connectionActs',
    connection: connection(random),
    atMs: atMs(random),
    constructedAt: random.oneIn(2) ? text(random) : null,
    closedAt: null,
    sendsThrown: 3,
    firstThrownAtMs: atMs(random),
    unheard: 4,
    handlerErrors: 1,
    firstHandlerErrorAtMs: atMs(random),
    firstHandlerErrorSeq: 2,
    handlerErrorText: text(random),
    buffered: [atMs(random), 70_000],
  }),
  closeRequested: (random) => ({
    kind: 'closeRequested',
    connection: connection(random),
    atMs: atMs(random),
    code: random.pick([null, 1000, 4000]),
    reason: random.pick([null, '', 'bye']),
  }),
  connectionClosed: (random) => ({
    kind: 'connectionClosed',
    connection: connection(random),
    atMs: atMs(random),
    code: random.pick([1000, 1005, 1006, 65_535]),
    reason: text(random),
    wasClean: random.oneIn(2),
    simulated: random.oneIn(2),
  }),
  connectionDropped: (random) => ({ kind: 'connectionDropped', connection: connection(random), atMs: atMs(random) }),
  faultStarted: (random) => ({
    kind: 'faultStarted',
    connection: connection(random),
    atMs: atMs(random),
    fault: text(random),
    effect: random.pick([...PAGE_EFFECT_KINDS]),
    silences: random.pick([null, ...REACHES]),
  }),
  faultFired: (random) => ({
    kind: 'faultFired',
    connection: connection(random),
    atMs: atMs(random),
    fault: text(random),
    count: random.int(9),
  }),
  faultEnded: (random) => ({
    kind: 'faultEnded',
    connection: connection(random),
    atMs: atMs(random),
    fault: text(random),
    cause: random.pick([...FAULT_END_CAUSES]),
    count: random.int(9),
    lost: random.int(9),
    delayed: random.int(9),
    changed: random.int(9),
    added: random.int(9),
  }),
  frameHeld: (random) => ({
    kind: 'frameHeld',
    connection: connection(random),
    atMs: atMs(random),
    fault: text(random),
    heldId: random.int(9),
    direction: random.pick(['in', 'out']),
    text: text(random),
    bytes: random.oneIn(2) ? new Uint8Array(random.int(9)) : null,
    sizeBytes: random.int(9),
  }),
  frameReleased: (random) => ({
    kind: 'frameReleased',
    connection: connection(random),
    atMs: atMs(random),
    fault: text(random),
    heldId: random.int(9),
    isLost: random.oneIn(2),
  }),
  framesCaptured: (random) => ({
    kind: 'framesCaptured',
    connection: connection(random),
    firstSeq: seq(random),
    columns: makeColumns(random),
  }),
  framesMissed: (random) => ({
    kind: 'framesMissed',
    connection: connection(random),
    firstSeq: seq(random),
    count: 1 + seq(random),
    reason: random.pick([...GAP_REASONS]),
  }),
  frameContent: (random) => ({
    kind: 'frameContent',
    connection: connection(random),
    seq: seq(random),
    bytes: new Uint8Array(random.int(9)),
  }),
};

const REPORT_MAKERS = Object.values(REPORTS) as unknown as readonly [Maker, ...Maker[]];

function makeReport(random: Random): unknown {
  return random.pick(REPORT_MAKERS)(random);
}

function makeReports(random: Random): readonly unknown[] {
  return Array.from({ length: random.int(6) }, () => makeReport(random));
}

const id = (random: Random) => random.pick(['0b1f2a0e-9c5d-4f57-8a53-50c4e7509e0b', 'x']);

/** Everything that crosses a border, reports most often. */
export const ALL_KINDS: readonly [Maker, ...Maker[]] = [
  makeReport,
  makeReport,
  makeReport,
  makeColumns,
  () => ({ kind: 'socketsExist' }),
  (random) => ({ kind: 'reports', reports: makeReports(random) }),
  (random) => ({ kind: 'answer', commandId: random.int(9), outcome: random.pick([...COMMAND_OUTCOMES]) }),
  (random) => ({
    kind: 'hello',
    documentId: random.pick([null, id(random)]),
    sessionId: random.pick([null, id(random)]),
    url: 'http://127.0.0.1/',
    timeOriginMs: atMs(random),
    viewport: random.pick([null, [1280, 720, 2], [random.int(9), -1, Number.NaN], [1, 2], { length: 3 }]),
    isLeaving: random.pick([true, false]),
  }),
  (random) => ({
    kind: 'batch',
    documentId: id(random),
    sessionId: id(random),
    batch: random.int(9),
    reports: makeReports(random),
    rejected: random.int(3),
    payloadsLeftOut: random.int(3),
    goneAtMs: random.pick([null, atMs(random)]),
  }),
  (random) => ({ kind: 'clock', aheadMs: random.pick([0, -1, 1]) * atMs(random) }),
];
