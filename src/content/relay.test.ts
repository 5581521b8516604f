import { beforeEach, describe, expect, it } from 'vitest';
import { captured, closed, columnsOf, created, numberedFrames } from '../protocol/fixtures.ts';
import { PRESSURE_BYTES } from '../protocol/limits.ts';
import type { PageCommand } from '../protocol/page-command.ts';
import type { PageReport } from '../protocol/page-report.ts';
import type { LastWord, RelayMessage, RelayReply } from '../protocol/relay.ts';
import { CLOCK_STEP_MS, createRelay, REFUSALS_DELAY_MS, type Relay } from './relay.ts';

interface Link {
  readonly posted: RelayMessage[];
  readonly reply: (reply: RelayReply) => void;
  readonly break: () => void;
  isOpen: boolean;
}

let links: Link[];
let commands: PageCommand[];
/** What the page says, synchronously, when it gets a command. */
let pageAnswers: Partial<Record<PageCommand['kind'], readonly unknown[]>>;
let delays: { readonly delayMs: number; readonly callback: () => void }[];
let isOrphaned: boolean;
let ids: number;
let relay: Relay;
/** How long the machine slept since the document began. */
let asleepMs: number;
let left: LastWord[];
let isWatching: boolean;
let thrown: string[];

beforeEach(() => {
  links = [];
  commands = [];
  pageAnswers = {};
  delays = [];
  isOrphaned = false;
  ids = 0;
  asleepMs = 0;
  left = [];
  isWatching = false;
  thrown = [];
  relay = createRelay({
    connect: (onMessage, onDisconnect) => {
      const link: Link = { posted: [], reply: onMessage, break: onDisconnect, isOpen: true };
      links.push(link);
      return {
        post: (message) => {
          if (!link.isOpen) throw new Error('disconnected port');
          link.posted.push(message as RelayMessage);
        },
        disconnect: () => {
          link.isOpen = false;
        },
      };
    },
    isOrphaned: () => isOrphaned,
    nowMs: () => 0,
    callAfter: (delayMs, callback) => {
      delays.push({ delayMs, callback });
      return () => undefined;
    },
    sendToPage: (command) => {
      commands.push(command);
      const reports = pageAnswers[command.kind];
      if (reports) relay.onPageMessage({ kind: 'reports', reports });
    },
    onConstructorThrew: (url) => thrown.push(url),
    watchSurroundings: (on) => {
      isWatching = on;
    },
    newId: () => `id${++ids}`,
    viewport: () => [1280, 720, 2],
    url: () => 'http://page/',
    timeOriginMs: 1_000,
    documentNowMs: () => 1_500,
    wallNowMs: () => 1_500 + asleepMs,
    leaveBehind: (lastWord) => left.push(lastWord),
  });
});

function link(): Link {
  const latest = links.at(-1);
  if (!latest) throw new Error('never connected');
  return latest;
}

const socketsExist = () => relay.onPageMessage({ kind: 'socketsExist' });
const report = (...reports: readonly unknown[]) => relay.onPageMessage({ kind: 'reports', reports });
const state = (change: Partial<Extract<RelayReply, { kind: 'state' }>> = {}): RelayReply => ({
  kind: 'state',
  keptPayloadBytes: 1024 * 1024,
  recordStacks: false,
  watchListeners: false,
  sessionId: 's1',
  recording: true,
  history: 'ring',
  committedBatch: 0,
  ...change,
});
const posted = (kind: RelayMessage['kind'], on: Link = link()) => on.posted.filter((message) => message.kind === kind);
const reportsPosted = (on: Link = link()): readonly PageReport[] =>
  on.posted.flatMap((message) => (message.kind === 'batch' ? (message.reports as PageReport[]) : []));

/** A document with sockets, in session s1. */
function record(): void {
  socketsExist();
  link().reply(state());
}

describe('limits', () => {
  const texts = () => reportsPosted().flatMap((one) => (one.kind === 'framesCaptured' ? [one.columns.text] : []));

  it('keeps of payloads what it is told, from the next frame on', () => {
    record();
    report(captured(0, columnsOf([{ data: 'whole' }])));
    link().reply(state({ keptPayloadBytes: 2 }));
    report(captured(1, columnsOf([{ data: 'cut' }])));
    expect(texts()).toEqual(['whole', 'cu']);
    expect(commands).toHaveLength(1);
  });

  it('says what it holds back, when that has changed much, and on every new link', () => {
    record();
    const large = (seq: number) => captured(seq, columnsOf([{ data: 'x'.repeat(500_000) }]));
    let seq = 0;
    for (; posted('pressure').length < 3; seq++) report(large(seq));
    const told = posted('pressure').map((message) => (message.kind === 'pressure' ? message.heldBackBytes : 0));
    expect(told[0]).toBeGreaterThanOrEqual(PRESSURE_BYTES);
    told.slice(1).forEach((bytes, i) => {
      expect(bytes).toBeGreaterThanOrEqual(2 * (told[i] ?? 0));
    });
    const before = link();
    before.isOpen = false;
    before.break();
    link().reply(state());
    expect(link()).not.toBe(before);
    expect(posted('pressure')).toHaveLength(1);
    const last = posted('batch').at(-1);
    const committed = last?.kind === 'batch' ? last.batch : 0;
    for (let batch = committed; batch < committed + 40; batch++) {
      const newest = posted('batch').at(-1);
      link().reply({ kind: 'committed', batch: newest?.kind === 'batch' ? newest.batch : 0 });
    }
    expect(posted('pressure').at(-1)).toEqual({ kind: 'pressure', heldBackBytes: 0, leftOut: 'nothing' });
  });
});

describe('a document without sockets', () => {
  it('never connects', () => {
    relay.onWake();
    relay.onPageHide(true);
    relay.onPageShow();
    relay.onPageHide(false);
    report(created());
    expect(links).toHaveLength(0);
    expect(commands).toEqual([]);
  });
});

describe('a document with sockets', () => {
  it('says hello, and disconnects when its tab is not recorded', () => {
    socketsExist();
    expect(link().posted).toEqual([
      {
        kind: 'hello',
        documentId: null,
        sessionId: null,
        url: 'http://page/',
        timeOriginMs: 1_000,
        viewport: [1280, 720, 2],
        isLeaving: false,
      },
    ]);
    link().reply({ kind: 'notRecorded' });
    expect(link().isOpen).toBe(false);
    expect(commands).toEqual([]);
    report(created());
    expect(links).toHaveLength(1);
  });

  it('says hello again when a panel opens', () => {
    socketsExist();
    link().reply({ kind: 'notRecorded' });
    relay.onWake();
    expect(links).toHaveLength(2);
    expect(posted('hello')).toHaveLength(1);
  });

  it('does so, too, when the panel opened while the answer was on its way', () => {
    socketsExist();
    relay.onWake();
    link().reply({ kind: 'notRecorded' });
    expect(links).toHaveLength(2);
    link().reply({ kind: 'notRecorded' });
    expect(links).toHaveLength(2);
  });

  it('begins with the history that it is told', () => {
    pageAnswers = { record: [created()] };
    socketsExist();
    link().reply(state({ history: 'open' }));
    expect(commands).toEqual([{ kind: 'record', history: 'open' }]);
    expect(posted('batch')).toMatchObject([{ documentId: 'id1', sessionId: 's1', batch: 1, reports: [created()] }]);
  });

  it('knows its name when it comes back', () => {
    record();
    report(created());
    link().break();
    expect(posted('hello')).toMatchObject([{ documentId: 'id1', sessionId: 's1' }]);
  });
});

describe('a lost link', () => {
  it('loses and doubles nothing', () => {
    record();
    report(created());
    report(captured(0, numberedFrames(1)));
    report(captured(1, numberedFrames(1, 1)));
    link().reply({ kind: 'committed', batch: 1 });
    link().break();
    report(captured(2, numberedFrames(1, 2)));
    expect(posted('batch')).toEqual([]);
    link().reply(state({ committedBatch: 2 }));
    expect(posted('batch')).toMatchObject([{ batch: 3 }, { batch: 4 }]);
    expect(commands).toEqual([{ kind: 'record', history: 'ring' }]);
  });

  it('is nothing to a page that was recording', () => {
    record();
    link().break();
    link().reply(state());
    expect(commands).toHaveLength(1);
  });

  it.each([
    ['does not know the document as ours', null],
    ['has lost what it had acknowledged', 0],
  ])('starts the document over when the store %s', (_, committedBatch) => {
    record();
    report(created());
    link().reply({ kind: 'committed', batch: 1 });
    link().break();
    pageAnswers = { record: [created(5)] };
    link().reply(state({ committedBatch }));
    expect(commands.slice(1)).toEqual([{ kind: 'stop' }, { kind: 'record', history: 'ring' }]);
    expect(posted('batch')).toMatchObject([{ documentId: 'id2', batch: 1, reports: [created(5)] }]);
  });

  it('for good stops the page', () => {
    record();
    isOrphaned = true;
    link().break();
    expect(commands).toEqual([{ kind: 'record', history: 'ring' }, { kind: 'stop' }]);
    report(created());
    expect(links).toHaveLength(1);
  });
});

describe('the end of a session', () => {
  it('stops the page and is forgotten', () => {
    record();
    report(created());
    pageAnswers = { stop: [closed()] };
    link().reply({ kind: 'notRecorded' });
    expect(commands.at(-1)).toEqual({ kind: 'stop' });
    expect(link().isOpen).toBe(false);
    relay.onWake();
    link().reply(state({ sessionId: 's2' }));
    expect(reportsPosted()).toEqual([]);
    report(created());
    expect(posted('batch')).toMatchObject([{ documentId: 'id2', batch: 1 }]);
  });

  it('by another session begins anew, without what the page still had', () => {
    record();
    report(created());
    pageAnswers = { stop: [captured(0, numberedFrames(1))], record: [created(1)] };
    link().reply(state({ sessionId: 's2', history: 'open' }));
    expect(commands.slice(1)).toEqual([{ kind: 'stop' }, { kind: 'record', history: 'open' }]);
    expect(posted('batch').slice(1)).toMatchObject([{ documentId: 'id2', batch: 1, reports: [created(1)] }]);
  });
});

describe('a pause', () => {
  it('keeps session, document and what the page still had', () => {
    record();
    report(created());
    pageAnswers = { stop: [captured(0, numberedFrames(1))], record: [captured(1, numberedFrames(1, 1))] };
    link().reply(state({ recording: false, committedBatch: 1 }));
    link().reply(state({ recording: true, committedBatch: 1 }));
    expect(commands.slice(1)).toEqual([{ kind: 'stop' }, { kind: 'record', history: 'unsent' }]);
    expect(posted('batch')).toMatchObject([
      { documentId: 'id1', batch: 1 },
      { documentId: 'id1', batch: 2 },
      { documentId: 'id1', batch: 3 },
    ]);
  });

  it('survives the background', () => {
    record();
    link().reply(state({ recording: false }));
    link().break();
    link().reply(state({ recording: false }));
    expect(commands).toHaveLength(2);
    link().reply(state({ recording: true }));
    expect(commands.at(-1)).toEqual({ kind: 'record', history: 'unsent' });
  });

  it('that a document is born into ends with its whole history', () => {
    socketsExist();
    link().reply(state({ recording: false, history: 'open' }));
    expect(commands).toEqual([]);
    link().reply(state({ recording: true, history: 'ring' }));
    expect(commands).toEqual([{ kind: 'record', history: 'open' }]);
  });
});

describe('a document that goes', () => {
  /** The links that are not the last one. */
  const firstLink = () => links[0] as Link;

  it('says farewell with all that is left', () => {
    record();
    pageAnswers = { flush: [created()] };
    relay.onPageHide(false);
    for (const one of [firstLink(), link()]) {
      expect(posted('batch', one)).toMatchObject([{ batch: 1, reports: [created()], goneAtMs: 1_500 }]);
    }
    report(closed()); // its own unload handlers
    for (const one of [firstLink(), link()]) {
      expect(posted('batch', one).slice(1)).toMatchObject([{ batch: 2, reports: [closed()], goneAtMs: 1_500 }]);
    }
  });

  it('tells all that the page remembers when nobody has said yet whether it is recorded', () => {
    socketsExist();
    pageAnswers = { record: [created(), captured(0, numberedFrames(2))], flush: [closed()] };
    relay.onPageHide(false);
    expect(link().posted).toMatchObject([
      { kind: 'hello', documentId: 'id1', sessionId: null, isLeaving: true },
      { kind: 'clock' },
      { kind: 'batch', batch: 1, sessionId: null, goneAtMs: 1_500 },
    ]);
    expect(reportsPosted().map(({ kind }) => kind)).toEqual([
      'connectionCreated',
      'framesCaptured',
      'connectionClosed',
    ]);
    expect(left).toEqual([]);
  });

  it('says nothing when it is not recorded, or has no sockets', () => {
    relay.onPageHide(false);
    expect(links).toEqual([]);
    socketsExist();
    link().reply({ kind: 'notRecorded' });
    relay.onPageHide(false);
    expect(links).toHaveLength(1);
    expect(commands).toEqual([]);
  });

  it('says again on a new link what is not acknowledged: the old one may be dead', () => {
    record();
    report(created());
    report(captured(0, numberedFrames(1)));
    link().reply({ kind: 'committed', batch: 1 });
    asleepMs = 5_000;
    relay.onPageHide(false);
    expect(links).toHaveLength(2);
    expect(link().posted).toMatchObject([
      { kind: 'hello', documentId: 'id1', sessionId: 's1', isLeaving: true },
      { kind: 'clock', aheadMs: 5_000 },
      { kind: 'batch', batch: 2, goneAtMs: null },
      { kind: 'batch', batch: 3, reports: [], goneAtMs: 1_500 },
    ]);
  });

  it('leaves behind what it cannot be sure of, frames only counted', () => {
    record();
    report(created());
    report(captured(0, numberedFrames(2)));
    link().reply({ kind: 'committed', batch: 1 });
    pageAnswers = { flush: [captured(2, numberedFrames(1, 2)), closed()] };
    relay.onPageHide(false);
    const missed = (firstSeq: number, count: number) => ({ kind: 'framesMissed', firstSeq, count, reason: 'ended' });
    expect(left).toMatchObject([
      {
        documentId: 'id1',
        sessionId: 's1',
        batches: [
          { batch: 2, reports: [missed(0, 2)], goneAtMs: null },
          { batch: 3, reports: [missed(2, 1), closed()], goneAtMs: 1_500 },
        ],
      },
    ]);
  });

  it('leaves nothing behind when all is committed', () => {
    record();
    report(created());
    link().reply({ kind: 'committed', batch: 1 });
    relay.onPageHide(false);
    expect(left).toEqual([]);
  });

  it('does so without waiting for an answer', () => {
    record();
    report(created());
    link().break();
    report(closed());
    relay.onPageHide(false);
    expect(link().posted).toMatchObject([
      { kind: 'hello', documentId: 'id1', isLeaving: true },
      { kind: 'clock' },
      { kind: 'batch', batch: 1, goneAtMs: null },
      { kind: 'batch', batch: 2, goneAtMs: 1_500 },
    ]);
  });

  it('and comes back goes on', () => {
    record();
    pageAnswers = { flush: [created()] };
    relay.onPageHide(true);
    for (const one of links) expect(posted('batch', one)).toMatchObject([{ batch: 1, goneAtMs: null }]);
    expect(links.map(({ isOpen }) => isOpen)).toEqual([false, false]);
    relay.onPageShow();
    expect(posted('hello')).toMatchObject([{ documentId: 'id1', sessionId: 's1' }]);
    link().reply(state({ committedBatch: 0 }));
    expect(posted('batch')).toMatchObject([{ batch: 1 }]);
    expect(commands).toEqual([{ kind: 'record', history: 'ring' }, { kind: 'flush' }]);
  });
});

describe('a page that lies', () => {
  it('is counted, report by report', () => {
    record();
    report(created(), { kind: 'nonsense' }, null, closed());
    expect(reportsPosted()).toEqual([created(), closed()]);
    expect(posted('batch')).toMatchObject([{ rejected: 2 }]);
  });

  it.each([[undefined], [null], ['socketsExist'], [{ kind: 'drop' }], [{ kind: 'reports', reports: {} }]])(
    'by saying %j is counted, a little later',
    (message) => {
      record();
      for (let i = 0; i < 100; i++) relay.onPageMessage(message);
      expect(posted('batch')).toEqual([]);
      expect(delays.map(({ delayMs }) => delayMs)).toEqual([REFUSALS_DELAY_MS]);
      delays[0]?.callback();
      expect(posted('batch')).toMatchObject([{ batch: 1, reports: [], rejected: 100 }]);
    },
  );

  it('before it is recorded is counted when it is', () => {
    relay.onPageMessage('forged');
    record();
    report(created());
    expect(posted('batch')).toMatchObject([{ rejected: 1 }]);
  });
});

describe('a drop', () => {
  it('goes to the page, and its answer back', () => {
    record();
    link().reply({ kind: 'drop', commandId: 7, connection: 2 });
    expect(commands.at(-1)).toEqual({ kind: 'drop', commandId: 7, connection: 2 });
    relay.onPageMessage({ kind: 'answer', commandId: 7, outcome: 'done' });
    expect(posted('answer')).toEqual([{ kind: 'answer', commandId: 7, outcome: 'done' }]);
  });
});

describe('faults', () => {
  const stopFault = { kind: 'stopFault', commandId: 3, faultId: 'f' } as const;

  it('go to the page as they stand; answers and ends go back', () => {
    record();
    link().reply({ kind: 'faultCommand', command: stopFault });
    expect(commands.at(-1)).toEqual(stopFault);
    relay.onPageMessage({ kind: 'answer', commandId: 3, outcome: 'notFound' });
    relay.onPageMessage({ kind: 'faultOver', faultId: 'f' });
    expect(posted('answer')).toHaveLength(1);
    expect(posted('faultOver')).toEqual([{ kind: 'faultOver', faultId: 'f' }]);
  });

  it.each([
    ['the link breaks', () => link().break()],
    [
      'the extension goes',
      () => {
        isOrphaned = true;
        link().break();
      },
    ],
    ['the tab is not recorded any more', () => link().reply({ kind: 'notRecorded' })],
    ['it is told so', () => link().reply({ kind: 'stopAllFaults' })],
    ['the document is put into the back/forward cache', () => relay.onPageHide(true)],
  ])('stop when %s', (_, happen) => {
    record();
    link().reply({ kind: 'faultCommand', command: stopFault });
    happen();
    expect(commands.filter(({ kind }) => kind === 'stopAllFaults')).toHaveLength(1);
  });

  it('are not spoken of in a page that never had any', () => {
    record();
    link().break();
    expect(commands).toEqual([{ kind: 'record', history: 'ring' }]);
  });
});

describe('a document whose page script does not see all sockets', () => {
  it('keeps a link when it is asked to, and says farewell', () => {
    relay.onLinkWanted();
    expect(posted('hello')).toHaveLength(1);
    link().reply(state());
    relay.onPageHide(false);
    expect(posted('batch')).toMatchObject([{ reports: [], goneAtMs: 1_500 }]);
  });

  it('is linked once, whoever asks', () => {
    record();
    relay.onLinkWanted();
    expect(links).toHaveLength(1);
  });
});

describe('the clock', () => {
  it('is not spoken of while it is right', () => {
    record();
    report(created());
    asleepMs = CLOCK_STEP_MS - 1;
    report(closed());
    expect(posted('clock')).toEqual([]);
  });

  it('is told before the next batch when the machine has slept, and again on every link', () => {
    record();
    report(created());
    asleepMs = 3_600_000;
    report(closed());
    report(created(1));
    expect(link().posted.map(({ kind }) => kind)).toEqual(['hello', 'batch', 'clock', 'batch', 'batch']);
    expect(posted('clock')).toEqual([{ kind: 'clock', aheadMs: 3_600_000 }]);
    link().break();
    delays.at(-1)?.callback();
    expect(link().posted.slice(0, 2)).toMatchObject([{ kind: 'hello' }, { kind: 'clock', aheadMs: 3_600_000 }]);
  });
});

it('tells the page when stacks are wanted, before it records, and when they are not any more', () => {
  socketsExist();
  link().reply(state({ recordStacks: true }));
  link().reply(state({ recordStacks: true }));
  link().reply(state());
  expect(commands).toEqual([
    { kind: 'recordStacks', on: true },
    { kind: 'record', history: 'ring' },
    { kind: 'recordStacks', on: false },
  ]);
});

it('tells the page when listeners are to be watched, and when not any more', () => {
  socketsExist();
  link().reply(state({ watchListeners: true }));
  link().reply(state());
  expect(commands).toEqual([
    { kind: 'watchListeners', on: true },
    { kind: 'record', history: 'ring' },
    { kind: 'watchListeners', on: false },
  ]);
});

it('says what the page could not construct, and connects for nothing', () => {
  relay.onPageMessage({ kind: 'constructorThrew', url: 'ws://a/' });
  relay.onPageMessage({ kind: 'constructorThrew', url: 7 });
  expect(thrown).toEqual(['ws://a/']);
  expect(links).toEqual([]);
});

describe('surroundings', () => {
  const told = (on: Link = link()) =>
    on.posted.flatMap((message) => (message.kind === 'batch' ? (message.surroundings ?? []) : []));
  const online = { kind: 'online', atMs: 5 } as const;
  const offline = { kind: 'offline', atMs: 6 } as const;

  it('travel with the reports, and alone', () => {
    record();
    relay.onSurrounding(offline);
    report(created());
    relay.onSurrounding(online);
    expect(told()).toEqual([offline, online]);
    expect(posted('batch')).toHaveLength(3);
  });

  it('from before the recording are told when it begins with what was, the latest of them', () => {
    for (let i = 0; i < 1_000; i++) relay.onSurrounding({ ...online, atMs: i });
    expect(links).toEqual([]);
    record();
    report(created());
    expect(told().map(({ atMs }) => atMs)).toEqual(Array.from({ length: 64 }, (_, i) => 936 + i));
    link().reply(state({ sessionId: 's2', history: 'open' }));
    report(created());
    expect(told()).toHaveLength(64);
  });

  it('are worth a timer only while the page is recorded', () => {
    expect(isWatching).toBe(false);
    record();
    expect(isWatching).toBe(true);
    link().reply(state({ recording: false }));
    expect(isWatching).toBe(false);
    link().reply(state());
    expect(isWatching).toBe(true);
    link().reply({ kind: 'notRecorded' });
    expect(isWatching).toBe(false);
  });

  it('of a document that has said farewell are nobody’s', () => {
    record();
    relay.onPageHide(false);
    const batches = posted('batch', links[0]).length;
    relay.onSurrounding(offline);
    expect(posted('batch', links[0])).toHaveLength(batches);
  });

  it('wait where nobody is there, and are bounded', () => {
    record();
    link().break();
    for (let i = 0; i < 2_000; i++) relay.onSurrounding({ ...online, atMs: i });
    delays.at(-1)?.callback();
    link().reply(state({ committedBatch: 0 }));
    expect(told().map(({ atMs }) => atMs)).toEqual(Array.from({ length: 500 }, (_, i) => 1_500 + i));
  });
});
