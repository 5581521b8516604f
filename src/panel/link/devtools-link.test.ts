/** When the log of DevTools is read, and what the background is told of it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { DevtoolsReport, FailedHandshake, LoggedHandshake } from '../../protocol/outside.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { connectionFixture } from '../models/fixtures.ts';
import {
  COST_FACTOR,
  createDevtoolsLink,
  intervalAfter,
  LOOK_AROUND_DELAY_MS,
  MAX_INTERVAL_MS,
  MIN_INTERVAL_MS,
} from './devtools-link.ts';
import type { PanelLinkListeners, PanelNews } from './panel-link.ts';
import { createSessionLink } from './session-link.ts';

let nowMs: number;
let timers: { readonly atMs: number; readonly callback: () => void }[];
let reads: number;
let costMs: number;
let sockets: Record<string, { count: number; isEnded: boolean }>;
let rows: Map<string, ConnectionRecord>;
let told: { readonly connectionId: string; readonly reports: readonly DevtoolsReport[] }[];
let found: LoggedHandshake[];
let failed: FailedHandshake[];
let failures: unknown[];
let isDeaf: boolean;
let failRead: boolean;
let news: (news: PanelNews) => void;
let heard: PanelNews[];
let finish: (entry: unknown) => void;
let clearLog: () => void;

function entryOf(accept: string): unknown {
  const socket = sockets[accept] ?? { count: 0, isEnded: false };
  return {
    request: { url: `ws://host/${accept}`, headers: [] },
    response: { status: 101, headers: [{ name: 'Sec-WebSocket-Accept', value: accept }] },
    startedDateTime: '2026-11-21T12:03:52.093Z',
    time: 50,
    timings: { receive: socket.isEnded ? 5 : 0 },
    _webSocketMessages: Array.from({ length: socket.count }, (_, i) => ({
      type: 'receive',
      time: 1_700_000_000 + i,
      opcode: 1,
      data: `#${i}`,
    })),
  };
}

beforeEach(() => {
  [nowMs, timers, reads, costMs, sockets, rows, told, found] = [1e12, [], 0, 1, {}, new Map(), [], []];
  [isDeaf, failRead, heard, failed, failures] = [false, false, [], [], []];
  let listeners: PanelLinkListeners | null = null;
  const link = createDevtoolsLink({
    nowMs: () => nowMs,
    callAfter: (delayMs, callback) => timers.push({ atMs: nowMs + delayMs, callback }),
    log: {
      read: async () => {
        reads++;
        nowMs += costMs;
        if (failRead) throw new Error('DevTools are closing');
        return { entries: [...Object.keys(sockets).map(entryOf), ...failures] };
      },
      onFinished: (listener) => {
        finish = listener;
      },
      onCleared: (listener) => {
        clearLog = listener;
      },
    },
    link: {
      ...createSessionLink(async () => ({ outcome: 'done', sessionId: null })),
      open: (own) => {
        listeners = own;
      },
      setRecording: () => undefined,
      playScenario: async () => ({ outcome: 'done', detail: '' }),
      stopScenario: () => undefined,
      probe: () => Promise.resolve({ outcome: 'asked', probeId: 'probe' }),
      clear: () => undefined,
      setSettings: () => undefined,
      drop: async () => 'done',
      orderFrame: async () => 'done',
      retry: () => undefined,
      tellFound: (handshakes) => found.push(...handshakes),
      tellFailed: (handshakes) => failed.push(...handshakes),
      tellReports: async (connectionId, reports) => {
        if (reports.length > 0) told.push({ connectionId, reports });
        const row = rows.get(connectionId);
        if (!row) return null;
        rows.set(connectionId, isDeaf ? row : reports.reduce(apply, row));
        return rows.get(connectionId) ?? null;
      },
    },
  });
  link.open({ onNews: (one) => heard.push(one), onOrphaned: () => undefined });
  news = (one) => listeners?.onNews(one);
});

function apply(row: ConnectionRecord, report: DevtoolsReport): ConnectionRecord {
  switch (report.kind) {
    case 'connectionSeen':
      return { ...row, seenBy: report.seenBy };
    case 'framesCaptured':
      return { ...row, nextSeq: report.firstSeq + report.columns.count };
    case 'connectionEnded':
      return { ...row, endSeenAtMs: report.atMs };
    default:
      return row;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves the clock, with everything that is due on the way. */
async function pass(ms: number): Promise<void> {
  const untilMs = nowMs + ms;
  for (;;) {
    const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
    if (!next) break;
    timers = timers.filter((timer) => timer !== next);
    nowMs = Math.max(nowMs, next.atMs);
    next.callback();
    await settle();
  }
  nowMs = Math.max(nowMs, untilMs);
  await settle();
}

const attach = (recording = true) => news({ kind: 'attached', sessionId: 's', recording });
function watch(...accepts: readonly string[]): void {
  for (const accept of accepts) {
    sockets[accept] ??= { count: 0, isEnded: false };
    if (!rows.has(accept))
      rows.set(accept, connectionFixture({ connectionId: accept, seenBy: 'network', openedAtMs: 1 }));
  }
  const connections = accepts.map((accept) => ({ connectionId: accept, accept }));
  news({ kind: 'outside', sessionId: 's', sinceMs: 0, connections, overlooked: 0 });
}
const seqOf = (accept: string) => rows.get(accept)?.nextSeq;

describe('the log', () => {
  it('is looked into once when nothing is known, and then not again', async () => {
    attach();
    await pass(LOOK_AROUND_DELAY_MS - 1);
    expect(reads).toBe(0);
    await pass(10 * 60_000);
    expect(reads).toBe(1);
  });

  it('is read about every second while there is something to learn, and no longer', async () => {
    attach();
    watch('a');
    await pass(20_000);
    expect(reads).toBeGreaterThanOrEqual(18);
    expect(reads).toBeLessThanOrEqual(21);
    watch();
    await pass(MIN_INTERVAL_MS);
    const before = reads;
    await pass(60_000);
    expect(reads).toBe(before);
  });

  it.each([0, 1, 19, 20, 28, 140, 600, 5_000])('takes at most a fiftieth of the time at %d ms a reading', (cost) => {
    const interval = intervalAfter(cost);
    expect(interval).toBeGreaterThanOrEqual(MIN_INTERVAL_MS);
    expect(interval).toBeLessThanOrEqual(MAX_INTERVAL_MS);
    if (COST_FACTOR * cost <= MAX_INTERVAL_MS) expect(cost / interval).toBeLessThanOrEqual(0.02);
  });

  it('is read the more rarely the dearer it is', async () => {
    costMs = 140;
    attach();
    watch('a');
    await pass(70_000);
    expect(reads).toBeLessThanOrEqual(11);
    expect(reads).toBeGreaterThanOrEqual(8);
  });

  it('is not read while recording is paused', async () => {
    attach(false);
    watch('a');
    await pass(10_000);
    expect(reads).toBe(0);
    attach();
    watch('a');
    await pass(10);
    expect(reads).toBe(1);
  });

  it('that cannot be read is not read without a pause', async () => {
    failRead = true;
    attach();
    watch('a');
    await pass(10_000);
    expect(reads).toBeGreaterThanOrEqual(9);
    expect(reads).toBeLessThanOrEqual(11);
  });

  it('is looked into again when the page has been navigated', async () => {
    attach();
    await pass(60_000);
    clearLog();
    await pass(60_000);
    expect(reads).toBe(2);
  });
});

describe('the background', () => {
  it('is told of every frame once', async () => {
    attach();
    watch('a', 'b');
    for (let i = 1; i <= 5; i++) {
      sockets.a = { count: i * 700, isEnded: false };
      sockets.b = { count: i, isEnded: false };
      await pass(MIN_INTERVAL_MS + 10);
    }
    expect([seqOf('a'), seqOf('b')]).toEqual([3_500, 5]);
    const frames = told.flatMap(({ connectionId, reports }) =>
      reports.flatMap((report) =>
        report.kind === 'framesCaptured' && connectionId === 'a'
          ? [[report.firstSeq, report.columns.count] as const]
          : [],
      ),
    );
    frames.reduce((next, [firstSeq, count]) => {
      expect(firstSeq).toBe(next);
      return next + count;
    }, 0);
  });

  it('goes on where it was after a new link', async () => {
    attach();
    watch('a');
    sockets.a = { count: 10, isEnded: false };
    await pass(2_000);
    attach();
    watch('a');
    sockets.a = { count: 12, isEnded: false };
    told = [];
    await pass(2_000);
    expect(told.flatMap(({ reports }) => reports)).toMatchObject([{ kind: 'framesCaptured', firstSeq: 10 }]);
  });

  it('that does not write is not asked again at once', async () => {
    attach();
    watch('a');
    sockets.a = { count: 3, isEnded: false };
    isDeaf = true;
    await pass(5_000);
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(told.length).toBeLessThanOrEqual(6);
    isDeaf = false;
    await pass(2_000);
    expect(seqOf('a')).toBe(3);
  });

  it('hears of the last frames when a connection ends, without a reading', async () => {
    attach();
    watch('a');
    await pass(500);
    const before = reads;
    sockets.a = { count: 4, isEnded: true };
    finish(entryOf('a'));
    await settle();
    expect(rows.get('a')).toMatchObject({ nextSeq: 4, endSeenAtMs: expect.any(Number) });
    expect(reads).toBe(before);
  });

  it('is told of what it did not name, once a link', async () => {
    attach();
    sockets.strange = { count: 1, isEnded: false };
    watch('a');
    await pass(5_000);
    expect(found).toMatchObject([{ accept: 'strange', url: 'ws://host/strange' }]);
    attach();
    watch('a');
    await pass(2_000);
    expect(found).toHaveLength(2);
  });

  it('is not told of what had ended when the list was cleared', async () => {
    attach();
    sockets.ended = { count: 1, isEnded: true };
    news({ kind: 'outside', sessionId: 's', sinceMs: nowMs + 1e12, connections: [], overlooked: 0 });
    await pass(5_000);
    expect(found).toEqual([]);
  });
});

it('all news go on to the panel', () => {
  attach();
  watch('a');
  expect(heard.map(({ kind }) => kind)).toEqual(['attached', 'outside']);
});

describe('handshakes that failed', () => {
  const failure = (path: string) => ({
    _resourceType: 'websocket',
    request: { url: `ws://host/${path}`, headers: [] },
    response: { status: 0, headers: [] },
    startedDateTime: '2026-11-21T12:03:52.093Z',
    time: 4,
    _webSocketMessages: [{ type: 'error', time: 1_795_000_000, opcode: -1, data: '' }],
  });

  it('are told as they come, once, and those from before when the log is read', async () => {
    attach();
    finish(failure('now'));
    expect(failed).toMatchObject([{ url: 'ws://host/now' }]);
    failures = [failure('before'), failure('now')];
    await pass(LOOK_AROUND_DELAY_MS);
    expect(failed.map(({ url }) => url)).toEqual(['ws://host/now', 'ws://host/before']);
  });

  it('that never connected have a time as soon as one of them is news', async () => {
    const refused = (path: string, uptimeS: number) => ({
      ...failure(path),
      startedDateTime: '1969-12-31T23:59:59.000Z',
      _webSocketMessages: [{ type: 'error', time: uptimeS, opcode: -1, data: '' }],
    });
    attach();
    failures = [refused('early', 90)];
    await pass(LOOK_AROUND_DELAY_MS);
    expect(failed).toEqual([]);
    finish(refused('now', 100));
    expect(failed).toEqual([{ url: 'ws://host/now', startedAtMs: nowMs, endedAtMs: null }]);
    const atMs = nowMs;
    clearLog();
    await pass(LOOK_AROUND_DELAY_MS);
    expect(failed.slice(1)).toEqual([{ url: 'ws://host/early', startedAtMs: atMs - 10_000, endedAtMs: null }]);
  });

  it('are nothing to a tab that is not recorded', () => {
    attach(false);
    finish(failure('now'));
    expect(failed).toEqual([]);
  });
});
