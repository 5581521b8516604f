import { describe, expect, it } from 'vitest';
import { findingMarkdown } from '../../analysis/findings/finding-markdown.ts';
import { familiesOf, familyBadgeOf, familyOf, troubleOf } from './families.ts';
import { candidateFixture, findingFixture } from './finding-fixture.ts';
import { closeFixture, connectionFixture } from './fixtures.ts';
import { healthOf } from './health.ts';
import { readSchema } from './message-schema.ts';
import { revealing } from './time-scale.ts';

it('counts what must be looked at', () => {
  const of = (severity: 'problem' | 'warning' | 'note') => findingFixture({ severity });
  expect(troubleOf([of('problem'), of('warning'), of('note'), of('note')])).toBe(2);
});

describe('the family of a finding', () => {
  const server = candidateFixture({ family: 'server' });
  const network = candidateFixture({ family: 'network' });

  it('is sure where all candidates are of it and the finding is not a guess', () => {
    expect(familyOf(findingFixture({ candidates: [server, server] }))).toMatchObject({
      family: 'server',
      isSure: true,
    });
    expect(familyOf(findingFixture({ candidates: [server, network] }))).toMatchObject({ isSure: false });
    expect(familyOf(findingFixture({ candidates: [server], sureness: 'low' }))).toMatchObject({ isSure: false });
  });

  it('is told of each connection by the finding that hurts most and knows one', () => {
    const families = familiesOf([
      findingFixture({ connectionIds: ['a', 'b'], candidates: [candidateFixture({ family: 'unknown' })] }),
      findingFixture({ connectionIds: ['b', 'c'], candidates: [server] }),
      findingFixture({ connectionIds: ['c'], candidates: [network] }),
      findingFixture({ connectionIds: ['d'], severity: 'note', candidates: [network] }),
    ]);
    expect([...families].map(([id, { family }]) => [id, family])).toEqual([
      ['a', 'unknown'],
      ['b', 'server'],
      ['c', 'server'],
    ]);
  });

  it('comes from what explains the end, not from a habit that goes with it', () => {
    const families = familiesOf([
      findingFixture({ connectionIds: ['a'], explains: false, candidates: [candidateFixture({ family: 'client' })] }),
      findingFixture({ connectionIds: ['a'], candidates: [server] }),
    ]);
    expect(families.get('a')?.family).toBe('server');
  });

  it('stands on every real 1006, and on nothing else', () => {
    const families = familiesOf([findingFixture({ connectionIds: ['lost', 'dropped', 'fine'], candidates: [server] })]);
    const lost = { openedAtMs: 0, close: closeFixture(5, 1006) };
    const badge = (fields: Parameters<typeof connectionFixture>[0]) =>
      familyBadgeOf(connectionFixture(fields), families);
    expect(badge({ ...lost, connectionId: 'lost' })).toEqual({ family: 'server', isSure: true });
    expect(badge({ ...lost, connectionId: 'other' })).toEqual({ family: 'unknown', isSure: false });
    expect(
      badge({ connectionId: 'dropped', openedAtMs: 0, close: closeFixture(5, 1006, { simulated: true }) }),
    ).toBeNull();
    expect(badge({ connectionId: 'fine', openedAtMs: 0, close: closeFixture(5, 1000) })).toBeNull();
  });
});

describe('a finding as Markdown', () => {
  it('has all that the finding has', () => {
    const text = findingMarkdown(
      findingFixture({
        candidates: [candidateFixture(), candidateFixture({ title: 'Another proxy', check: '' })],
        evidence: [{ kind: 'frame', connectionId: 'a', seq: 7, says: 'The last frame' }],
        against: [{ kind: 'connection', connectionId: 'b', says: 'One lived on' }],
        nextCheck: 'Read the log.',
        advice: [{ text: 'Wait longer.', lines: { of: 'nginx', text: 'proxy_read_timeout 3600s;' } }],
      }),
    );
    expect(text).toBe(`## Cut after 60 s of silence

*problem, sureness high* (4 of 4 closes)

Four connections ended alike.

### Candidates, the likeliest first

1. **A proxy cut it** (infrastructure): Change the timeout.
2. **Another proxy** (infrastructure)

### Evidence

- The last frame (frame #7)

### What speaks against it

- One lived on

### Next check

Read the log.

### What to change

Wait longer.

nginx:

\`\`\`
proxy_read_timeout 3600s;
\`\`\`
`);
  });

  it('takes the meaning from what a page said', () => {
    const text = findingMarkdown(
      findingFixture({
        title: '<img src=x> *a* [b](c)\n# d',
        advice: [{ text: '', lines: { of: 'x', text: '```\n<b>' } }],
      }),
    );
    expect(text).toContain('## \\<img src=x\\> \\*a\\* \\[b\\](c) \\# d\n');
    expect(text).toContain('````\n```\n<b>\n````');
  });
});

describe('a session without findings', () => {
  it('is counted by how its connections stand', () => {
    const ended = (code: number, fields: object = {}) =>
      connectionFixture({ openedAtMs: 0, close: closeFixture(5, code), ...fields });
    expect(
      healthOf([
        connectionFixture({ openedAtMs: 0 }),
        ended(1000),
        ended(1000, { closeRequested: { atMs: 4, code: 1000, reason: '' } }),
        ended(1006, { droppedAtMs: 5, close: closeFixture(5, 1006, { simulated: true }) }),
        connectionFixture({ openedAtMs: 0, goneAtMs: 5 }),
        ended(1006),
      ]),
    ).toEqual({ connections: 6, open: 1, ordinary: 2, navigation: 1, simulated: 1, other: 1 });
  });
});

describe('a JSON Schema for messages', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['{"type":"object"}', true],
    ['true', true],
    ['[]', 'noSchema'],
    ['3', 'noSchema'],
    ['null', 'noSchema'],
    ['{"type":', 'noJson'],
  ])('%s is %s', (text, expected) => {
    const reading = readSchema(text);
    expect(reading.ok ? true : reading.problem).toBe(expected);
  });
});

describe('bringing a span into view', () => {
  const whole = { fromMs: 0, toMs: 100_000 };

  it('changes nothing where it can be seen', () => {
    expect(revealing({ fromMs: 10_000, toMs: 30_000 }, whole, whole)).toEqual(whole);
    const shown = { fromMs: 0, toMs: 20_000 };
    expect(revealing({ fromMs: 1_000, toMs: 2_000 }, shown, whole)).toBe(shown);
  });

  it('shows all where that is enough, and else the span with its surroundings', () => {
    expect(revealing({ fromMs: 40_000, toMs: 60_000 }, { fromMs: 0, toMs: 20_000 }, whole)).toBe(whole);
    expect(revealing({ fromMs: 50_000, toMs: 50_900 }, whole, whole)).toEqual({ fromMs: 48_950, toMs: 51_950 });
    expect(revealing({ fromMs: 0, toMs: 0 }, whole, whole)).toEqual({ fromMs: 0, toMs: 2_000 });
  });
});
