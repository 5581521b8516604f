/** Every line of the verdict, on small sketches of what a document did: once well, once badly, once not to be seen. */
import { describe, expect, it } from 'vitest';
import { budgetsWith, STANDARD_BUDGETS } from './budgets.ts';
import type { VerdictConnection, VerdictFrame, VerdictInput } from './input.ts';
import type { LineId, Scorecard } from './scorecard.ts';
import { verdictOf } from './verdict.ts';
import { verdictMarkdown } from './verdict-markdown.ts';

type FrameSketch = readonly [atMs: number, way: 'out' | 'in' | 'void', content: string | Uint8Array];

interface ConnectionSketch {
  readonly at: number;
  readonly url?: string;
  readonly opened?: number;
  readonly errored?: number;
  readonly closeRequested?: number;
  readonly closed?: readonly [atMs: number, code: number];
  readonly gone?: number;
  readonly frames?: readonly FrameSketch[];
}

const URL_LIVE = 'ws://127.0.0.1/live';
const DROP_MS = 10_000;

function connection(sketch: ConnectionSketch, index: number): VerdictConnection {
  const { at, url = URL_LIVE, opened, errored, closeRequested, closed, gone, frames = [] } = sketch;
  return {
    id: `doc/${index}`,
    url,
    createdAtMs: at,
    openedAtMs: opened ?? null,
    erroredAtMs: errored ?? null,
    closeRequestedAtMs: closeRequested ?? null,
    close: closed ? { atMs: closed[0], code: closed[1] } : null,
    goneAtMs: gone ?? null,
    frames: frames.map(
      ([atMs, way, content], seq): VerdictFrame => ({
        seq,
        atMs,
        isOut: way !== 'in',
        isDiscarded: way === 'void',
        sizeBytes: content.length,
        content,
      }),
    ),
  };
}

interface StorySketch {
  readonly connections: readonly ConnectionSketch[];
  readonly drops?: readonly number[];
  readonly until?: number;
  readonly interrupted?: number;
}

function story({ connections, drops = [0], until = 60_000, interrupted }: StorySketch): VerdictInput {
  const made = connections.map(connection);
  return {
    connections: made,
    drops: drops.map((index) => ({ connectionId: `doc/${index}`, atMs: DROP_MS, simulated: true })),
    watchedUntilMs: until,
    interruptedAtMs: interrupted ?? null,
  };
}

/** A connection that lives until the drop. */
function first(frames: readonly FrameSketch[] = [], code = 1006, url = URL_LIVE): ConnectionSketch {
  return { at: 0, opened: 10, errored: DROP_MS, closed: [DROP_MS, code], url, frames };
}

/** Attempts that fail 5 ms after they were made, each so long after the last. */
function failures(...gaps: readonly number[]): readonly ConnectionSketch[] {
  let at = DROP_MS;
  return gaps.map((gap) => {
    at += gap;
    const sketch = { at, errored: at + 5, closed: [at + 6, 1006] } as const;
    at += 5;
    return sketch;
  });
}

function back(at = 11_000, frames: readonly FrameSketch[] = [], url = URL_LIVE): ConnectionSketch {
  return { at, opened: at + 20, frames, url };
}

function card(sketch: StorySketch, budgets = STANDARD_BUDGETS): Scorecard {
  const [found] = verdictOf(story(sketch), budgets);
  if (!found) throw new Error('no scorecard');
  return found;
}

function line(id: LineId, sketch: StorySketch, budgets = STANDARD_BUDGETS) {
  const found = card(sketch, budgets).lines.find((entry) => entry.id === id);
  if (!found) throw new Error(`no line ${id}`);
  return found;
}

const JOIN = JSON.stringify({ type: 'join', room: 'a' });
const SUBSCRIBE = JSON.stringify({ type: 'subscribe', topic: 'news' });
const NEWS: FrameSketch = [500, 'in', '{"type":"news","text":"hello"}'];

describe('noticing and trying', () => {
  it.each<[string, LineId, StorySketch, object]>([
    ['a new socket', 'noticed', { connections: [first(), back(10_400)] }, { state: 'passed', value: 400, unit: 'ms' }],
    [
      'close() on a silent one',
      'noticed',
      { connections: [{ at: 0, opened: 10, closeRequested: 12_000 }] },
      { state: 'passed', value: 2000 },
    ],
    [
      'too late',
      'noticed',
      { connections: [{ at: 0, opened: 10 }, back(45_000)] },
      { state: 'failed', value: 35_000, budget: 30_000 },
    ],
    ['nothing at all', 'noticed', { connections: [first()] }, { state: 'failed' }],
    ['nothing yet', 'noticed', { connections: [first()], until: 12_000 }, { state: 'notApplicable' }],
    ['cut short', 'noticed', { connections: [first()], until: 12_000, interrupted: 12_000 }, { state: 'interrupted' }],
    ['attempts', 'comesBack', { connections: [first(), ...failures(100, 200), back()] }, { state: 'passed', value: 3 }],
    ['none after 1006', 'comesBack', { connections: [first()] }, { state: 'failed', value: 0 }],
    ['none after 1012', 'comesBack', { connections: [first([], 1012)] }, { state: 'failed' }],
    ['none after 1000', 'comesBack', { connections: [first([], 1000)] }, { state: 'notApplicable' }],
    ['none after 4401', 'terminal', { connections: [first([], 4401)] }, { state: 'passed' }],
    ['one after 4401', 'terminal', { connections: [first([], 4401), back()] }, { state: 'failed', value: 1 }],
    ['one after 3003', 'terminal', { connections: [first([], 3003), back()] }, { state: 'failed' }],
    ['one after 1006', 'terminal', { connections: [first(), back()] }, { state: 'notApplicable' }],
    [
      'one after 1008 with a fresh token',
      'terminal',
      {
        connections: [
          first([], 1008, `${URL_LIVE}?token=aaaaaaaaaa`),
          back(11_000, [], `${URL_LIVE}?token=bbbbbbbbbb`),
        ],
      },
      { state: 'passed' },
    ],
    ['in time', 'firstAttempt', { connections: [first(), back(10_800)] }, { state: 'passed', value: 800 }],
    ['late', 'firstAttempt', { connections: [first(), back(16_000)] }, { state: 'failed', value: 6000 }],
  ])('%s: %s', (_, id, sketch, expected) => {
    expect(line(id, sketch)).toMatchObject(expected);
  });
});

describe('the waits', () => {
  it('are told as a policy, with every attempt, its wait and its outcome', () => {
    const found = card({ connections: [first(), ...failures(1000, 1500, 2250, 3375), back(22_000)] });
    expect(found.policy).toMatchObject({ kind: 'exponential', jitter: 0 });
    expect(found.attempts.map(({ gapMs, outcome }) => [Math.round(gapMs), outcome])).toEqual([
      [1000, 'failed'],
      [1500, 'failed'],
      [2250, 'failed'],
      [3375, 'failed'],
      [3855, 'opened'],
    ]);
    expect(found.lines.find(({ id }) => id === 'policy')?.value).toMatch(/^exponential 1\.00 s ×1\.50/);
  });

  it.each<[string, LineId, StorySketch, object]>([
    [
      'immediate',
      'policy',
      { connections: [first(), ...failures(1, 2, 1), back(10_021)] },
      { state: 'failed', value: 'immediate' },
    ],
    ['too few', 'policy', { connections: [first(), back()] }, { state: 'notApplicable' }],
    ['growing', 'storm', { connections: [first(), ...failures(500, 1000, 2000, 4000)] }, { state: 'passed' }],
    ['constant', 'storm', { connections: [first(), ...failures(2000, 2001, 2000, 2002)] }, { state: 'failed' }],
    ['short', 'storm', { connections: [first(), ...failures(100, 100, 101, 100)] }, { state: 'failed', budget: 1000 }],
    ['too few', 'storm', { connections: [first(), ...failures(100)] }, { state: 'notApplicable' }],
    [
      'in step',
      'storm',
      {
        connections: [0, 1, 2, 3, 4].flatMap((n) =>
          n === 0
            ? [first(), first(), first()]
            : failures(500, 1000, 2000, 4000)
                .slice(n - 1, n)
                .flatMap((one) => [one, one, one]),
        ),
        drops: [0, 1, 2],
      },
      { state: 'failed', value: 3, unit: 'sockets' },
    ],
    ['long', 'longestWait', { connections: [first(), back(75_000)], until: 90_000 }, { state: 'failed' }],
    ['short enough', 'longestWait', { connections: [first(), back()] }, { state: 'passed', value: 1000 }],
    [
      'gave up after 3',
      'givesUp',
      { connections: [first(), ...failures(100, 200, 400)] },
      { state: 'failed', value: 3, budget: 5 },
    ],
    [
      'gave up after 5',
      'givesUp',
      { connections: [first(), ...failures(100, 200, 400, 800, 1600)] },
      { state: 'passed', value: 5 },
    ],
    [
      'still trying',
      'givesUp',
      { connections: [first(), ...failures(100, 200)], until: 12_000 },
      { state: 'notApplicable' },
    ],
  ])('%s: %s', (_, id, sketch, expected) => {
    expect(line(id, sketch)).toMatchObject(expected);
  });
});

describe('coming back', () => {
  const opening: readonly FrameSketch[] = [[20, 'out', JOIN], [30, 'out', SUBSCRIBE], NEWS];
  const beats = (from: number, way: 'out' | 'void', count = 4): readonly FrameSketch[] =>
    Array.from({ length: count }, (_, i) => [from + i * 2000, way, '{"type":"ping"}'] as const);

  it.each<[string, LineId, StorySketch, object]>([
    ['in time', 'reopened', { connections: [first(), back()] }, { state: 'passed', value: 1020 }],
    ['late', 'reopened', { connections: [first(), ...failures(1000, 2000), back(45_000)] }, { state: 'failed' }],
    ['never', 'reopened', { connections: [first(), ...failures(1000, 2000)] }, { state: 'failed' }],
    [
      'soon',
      'usefulFrame',
      {
        connections: [
          first([NEWS]),
          back(11_000, [
            [11_021, 'in', '{"type":"welcome"}'],
            [11_200, 'in', '{"type":"news"}'],
          ]),
        ],
      },
      { state: 'passed', value: 180 },
    ],
    [
      'only heartbeats',
      'usefulFrame',
      {
        connections: [
          first([NEWS]),
          back(11_000, [
            [11_100, 'in', 'pong'],
            [12_000, 'in', '{"type":"ping"}'],
          ]),
        ],
      },
      { state: 'failed' },
    ],
    [
      'repeated',
      'opening',
      {
        connections: [
          first(opening),
          back(11_000, [
            [11_030, 'out', JOIN.replace('"a"', '"b"')],
            [11_040, 'out', SUBSCRIBE],
          ]),
        ],
      },
      { state: 'passed', value: '2 of 2' },
    ],
    [
      'half',
      'opening',
      { connections: [first(opening), back(11_000, [[11_030, 'out', JOIN]])] },
      { state: 'failed', value: '1 of 2' },
    ],
    ['none to repeat', 'opening', { connections: [first([NEWS]), back()] }, { state: 'notApplicable' }],
    [
      'same',
      'token',
      {
        connections: [
          first([], 1006, `${URL_LIVE}?token=aaaaaaaaaa`),
          back(11_000, [], `${URL_LIVE}?token=aaaaaaaaaa`),
        ],
      },
      { state: 'passed', value: 'same' },
    ],
    [
      'same, refused',
      'token',
      {
        connections: [
          first([], 4401, `${URL_LIVE}?token=aaaaaaaaaa`),
          back(11_000, [], `${URL_LIVE}?token=aaaaaaaaaa`),
        ],
      },
      { state: 'failed', value: 'same' },
    ],
    [
      'fresh',
      'token',
      {
        connections: [
          first([], 1006, `${URL_LIVE}?token=aaaaaaaaaa`),
          back(11_000, [], `${URL_LIVE}?token=bbbbbbbbbb`),
        ],
      },
      { state: 'passed', value: 'fresh' },
    ],
    [
      'expired',
      'token',
      {
        connections: [
          first([], 1006, `${URL_LIVE}?token=x.${btoa('{"exp":9}')}.y`),
          back(11_000, [], `${URL_LIVE}?token=x.${btoa('{"exp":9}')}.y`),
        ],
      },
      { state: 'failed', value: 'same' },
    ],
    ['none', 'token', { connections: [first(), back()] }, { state: 'notApplicable' }],
    [
      'into the void',
      'lostSends',
      { connections: [first([[10_100, 'void', '{"order":17}']]), back()] },
      { state: 'failed', value: 1 },
    ],
    [
      'sent again',
      'lostSends',
      { connections: [first([[10_100, 'void', '{"order":17}']]), back(11_000, [[11_050, 'out', '{"order":17}']])] },
      { state: 'passed', value: 0 },
    ],
    [
      'queued',
      'lostSends',
      {
        connections: [
          first([[600, 'out', '{"order":1}']]),
          back(11_000, [
            [11_030, 'out', '{"order":17,"a":1}'],
            [11_030, 'out', '{"order":18,"a":1}'],
          ]),
        ],
      },
      { state: 'passed', why: expect.stringContaining('Queued and flushed') },
    ],
    ['nothing', 'lostSends', { connections: [first(), back()] }, { state: 'notApplicable' }],
    [
      'twice',
      'duplicates',
      {
        connections: [
          first(opening),
          back(11_000, [
            [12_000, 'out', '{"order":17}'],
            [12_001, 'out', '{"order":17}'],
          ]),
        ],
      },
      { state: 'failed', value: 1 },
    ],
    [
      'on both',
      'duplicates',
      {
        connections: [
          first([...opening, [9_900, 'out', '{"order":17}']]),
          back(11_000, [[12_000, 'out', '{"order":17}']]),
        ],
      },
      { state: 'failed', value: 1 },
    ],
    [
      'once',
      'duplicates',
      { connections: [first(opening), back(11_000, [[12_000, 'out', '{"order":17}']])] },
      { state: 'passed', value: 0 },
    ],
    [
      'two',
      'leak',
      { connections: [first(), back(10_500), back(10_501)] },
      { state: 'failed', value: 1, unit: 'sockets' },
    ],
    ['one', 'leak', { connections: [first(), back()] }, { state: 'passed', value: 0 }],
    [
      'again',
      'heartbeat',
      { connections: [first(beats(2000, 'out')), back(11_000, beats(13_000, 'out'))] },
      { state: 'passed', value: 2000 },
    ],
    ['not again', 'heartbeat', { connections: [first(beats(2000, 'out')), back()] }, { state: 'failed', budget: 2000 }],
    [
      'not yet',
      'heartbeat',
      { connections: [first(beats(2000, 'out')), back()], until: 12_000 },
      { state: 'notApplicable' },
    ],
    ['none', 'heartbeat', { connections: [first(opening), back()] }, { state: 'notApplicable' }],
    [
      'still running',
      'deadTimers',
      { connections: [first([...beats(2000, 'out'), ...beats(12_000, 'void', 2)]), back()] },
      { state: 'failed', value: 2 },
    ],
    ['cleared', 'deadTimers', { connections: [first(beats(2000, 'out')), back()] }, { state: 'passed', value: 0 }],
  ])('%s: %s', (_, id, sketch, expected) => {
    expect(line(id, sketch)).toMatchObject(expected);
  });

  it('points at the frames that prove it', () => {
    const found = line('opening', { connections: [first(opening), back(11_000, [[11_030, 'out', JOIN]])] });
    expect(found.evidence).toEqual([{ connectionId: 'doc/0', seq: 1 }]);
  });

  it('takes many subscriptions in one go for the opening, and what is said all the time for none', () => {
    const subscribe = (id: number): FrameSketch => [30 + id, 'out', `{"subscribe":${id}}`];
    const order = (id: number): FrameSketch => [200 + 200 * id, 'out', `{"order":${id}}`];
    const sketch = {
      connections: [
        first([[20, 'out', JOIN], subscribe(1), subscribe(2), subscribe(3), order(1), order(2), order(3)]),
        back(),
      ],
    } as const;
    expect(line('opening', sketch).value).toBe('0 of 2');
  });

  it('finds no leak where sockets were dropped one after the other and all came back', () => {
    const connections = [first(), { ...first(), closed: [DROP_MS + 900, 1006] as const, errored: DROP_MS + 900 }];
    const input = story({ connections: [...connections, back(10_500), back(12_000)] });
    const drops = [10_000, 10_900].map((atMs, i) => ({ connectionId: `doc/${i}`, atMs, simulated: true }));
    for (const { lines } of verdictOf({ ...input, drops })) {
      expect(lines.find(({ id }) => id === 'leak')).toMatchObject({ state: 'passed', value: 0 });
    }
  });

  it('follows each of several sockets that were dropped together', () => {
    const cards = verdictOf(story({ connections: [first(), first(), back(10_500), back(10_900)], drops: [0, 1] }));
    expect(cards.map(({ reopened }) => reopened?.id)).toEqual(['doc/2', 'doc/3']);
    expect(cards.every(({ lines }) => lines.every(({ id, state }) => id !== 'leak' || state === 'passed'))).toBe(true);
  });
});

describe('budgets', () => {
  it('can be changed, within their bounds', () => {
    const sketch: StorySketch = { connections: [first(), back()] };
    expect(line('reopened', sketch, budgetsWith({ reopenMs: 1000 }))).toMatchObject({ state: 'failed', budget: 1000 });
    expect(budgetsWith({ reopenMs: -1, noticeMs: 'soon' })).toEqual(STANDARD_BUDGETS);
  });
});

describe('the verdict as Markdown', () => {
  const url = `${URL_LIVE}?token=verysecrettoken`;
  const sketch: StorySketch = {
    connections: [first([[20, 'out', '{"type":"a|b"}']], 1006, url), ...failures(100, 200), back(11_000, [], url)],
  };

  it('has every line, every attempt, and no token', () => {
    const text = verdictMarkdown(verdictOf(story(sketch)));
    for (const { title } of card(sketch).lines) expect(text).toContain(`| ${title} |`);
    expect(text.match(/\| (failed|opened) \| doc/g)).toHaveLength(3);
    expect(text).not.toContain('verysecrettoken');
    expect(text).toContain('❌ failed');
  });

  it('has cells that nothing from a page can break', () => {
    const text = verdictMarkdown(
      verdictOf(
        story({ connections: [{ ...first(), url: 'ws://x/`|<img>\n' }, back(11_000, [], 'ws://x/`|<img>\n')] }),
      ),
    );
    const rows = text.split('\n').filter((row) => row.startsWith('| ') && !row.startsWith('| ---'));
    for (const row of rows) expect([6, 8], row).toContain(row.split(/(?<!\\)\|/).length);
  });
});
