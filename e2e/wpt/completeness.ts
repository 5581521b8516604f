/**
 * The third gate: is everything recorded that went over the wire, and nothing twice? An extension that does nothing
 * passes the first two. Pure.
 */
import type { Traffic, WireConnection } from './net-log.ts';
import type { RecordedConnection } from './recorded.ts';

/** One test: what its pages exchanged, and what was recorded of it. */
export interface Exchange {
  readonly url: string;
  readonly wire: readonly WireConnection[];
  readonly recorded: readonly RecordedConnection[];
}

/** A connection of which the wire and the recording tell different things. */
export interface Loss {
  /** Of the test. */
  readonly url: string;
  readonly connection: string;
  /** What is the matter, one phrase each. */
  readonly problems: readonly string[];
}

export interface Totals {
  readonly connections: number;
  readonly frames: number;
  readonly closes: number;
}

/** Everything that is missing, doubled or different. */
export function findLosses(exchanges: readonly Exchange[]): readonly Loss[] {
  return exchanges.flatMap(({ url, wire, recorded }) => {
    const keys = new Set([...wire, ...recorded].map((one) => keyOf(one.url)));
    return [...keys].flatMap((key) =>
      pairUp(
        wire.filter((one) => keyOf(one.url) === key),
        recorded.filter((one) => keyOf(one.url) === key),
      ).flatMap((pair) => {
        const problems = problemsOf(pair);
        return problems.length === 0 ? [] : [{ url, connection: key, problems }];
      }),
    );
  });
}

/** Losses of one kind that are understood and stay. */
export interface KnownLoss {
  /** Path and query of the tests. */
  readonly url: RegExp;
  /** What is the matter with the connection: the start of the report's first phrase. */
  readonly problem: string;
  readonly reason: string;
}

/** The third gate's verdict. */
export interface Completeness {
  readonly totals: Totals;
  /** Undocumented. */
  readonly fresh: readonly Loss[];
  readonly known: readonly KnownLoss[];
  /** Known losses whose test was run and lost nothing of the kind. */
  readonly vanished: readonly KnownLoss[];
}

/** Compares and sorts by what is known. */
export function judgeCompleteness(exchanges: readonly Exchange[], list: readonly KnownLoss[]): Completeness {
  const losses = findLosses(exchanges);
  const entryOf = ({ url, problems }: Loss) =>
    list.find(
      (entry) => entry.url.test(url) && problems[0]?.startsWith(entry.problem) === true && problems.length === 1,
    );
  const used = new Set(losses.map(entryOf));
  return {
    totals: countWire(exchanges),
    fresh: losses.filter((loss) => entryOf(loss) === undefined),
    known: list.filter((entry) => used.has(entry)),
    vanished: list.filter((entry) => exchanges.some(({ url }) => entry.url.test(url)) && !used.has(entry)),
  };
}

/** What went over the wire, in numbers. */
function countWire(exchanges: readonly Exchange[]): Totals {
  const wire = exchanges.flatMap((exchange) => exchange.wire);
  return {
    connections: wire.length,
    frames: wire.reduce((sum, { received, sent }) => sum + messagesOf(received) + messagesOf(sent), 0),
    closes: wire.filter(({ closeBytes }) => closeBytes !== null).length,
  };
}

interface Pair {
  readonly wire: WireConnection | null;
  readonly recorded: RecordedConnection | null;
}

/** ws: may have become wss: on the way, and credentials are not on the wire. */
function keyOf(url: string): string {
  return url.replace(/^wss?:\/\/(?:[^/@]*@)?/, '');
}

/**
 * Connections to one URL cannot be told apart by name: those that agree are pairs, and then those that come in the same
 * order.
 */
function pairUp(wire: readonly WireConnection[], recorded: readonly RecordedConnection[]): readonly Pair[] {
  const left = [...recorded].sort((a, b) => a.createdAtMs - b.createdAtMs);
  const pairs: Pair[] = [];
  const rest: WireConnection[] = [];
  for (const one of wire) {
    const index = left.findIndex((other) => problemsOf({ wire: one, recorded: other }).length === 0);
    if (index === -1) rest.push(one);
    else pairs.push({ wire: one, recorded: left.splice(index, 1)[0] ?? null });
  }
  for (const one of rest) pairs.push({ wire: one, recorded: left.shift() ?? null });
  // What never came to a handshake (a policy forbade it, the page ended) leaves nothing on the wire.
  return [...pairs, ...left.map((other) => ({ wire: null, recorded: other }))];
}

function problemsOf({ wire, recorded }: Pair): readonly string[] {
  if (recorded === null) {
    return [`not recorded: ${describe(wire?.received)} received, ${describe(wire?.sent)} sent`];
  }
  if (wire === null) {
    return messagesOf(recorded.received) + messagesOf(recorded.sent) === 0 ? [] : ['recorded, but not on the wire'];
  }
  return [
    ...compare('received', wire.received, recorded.received),
    ...compare('sent', wire.sent, recorded.sent),
    ...(recorded.missed === 0 ? [] : [`${recorded.missed} frames in gaps`]),
    ...compareClose(wire, recorded),
  ];
}

function compare(direction: string, wire: Traffic, recorded: Traffic): readonly string[] {
  const isSame = wire.text === recorded.text && wire.binary === recorded.binary;
  if (!isSame) return [`${direction}: ${describe(wire)} on the wire, ${describe(recorded)} recorded`];
  return wire.bytes === null || wire.bytes === recorded.bytes
    ? []
    : [`${direction}: ${wire.bytes} bytes on the wire, ${recorded.bytes} recorded`];
}

/** The log has the length of a close frame, not its content: two bytes of code, then the reason. */
function compareClose({ closeBytes }: WireConnection, { close }: RecordedConnection): readonly string[] {
  if (closeBytes === null || close === null || !close.wasClean) return [];
  const reasonBytes = Math.max(0, closeBytes - 2);
  const isSame = close.reasonBytes === reasonBytes && (closeBytes === 0) === (close.code === 1005);
  return isSame ? [] : [`close frame of ${closeBytes} bytes on the wire, ${close.code} recorded`];
}

function describe(traffic: Traffic | undefined): string {
  return traffic === undefined ? 'nothing' : `${traffic.text} text + ${traffic.binary} binary`;
}

function messagesOf({ text, binary }: Traffic): number {
  return text + binary;
}
