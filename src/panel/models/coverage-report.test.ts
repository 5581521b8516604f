import { describe, expect, it } from 'vitest';
import { type CoverageInput, coverageReport } from './coverage-report.ts';
import { closeFixture, connectionFixture, documentFixture } from './fixtures.ts';

function report(fields: Partial<CoverageInput> = {}) {
  const lines = coverageReport({
    connections: [],
    documents: [],
    overlooked: 0,
    engine: 'chromium',
    truncatedFrames: 0,
    ...fields,
  });
  return new Map(lines.map((line) => [line.topic, line]));
}

describe('what a recording could not see', () => {
  it('is nothing but what nobody sees, where everything was recorded', () => {
    const lines = [...report({ connections: [connectionFixture({ openedAtMs: 0 })] }).values()];
    expect(lines.filter(({ state }) => state === 'missed')).toEqual([]);
    expect(lines.filter(({ state }) => state === 'never').map(({ topic }) => topic)).toEqual([
      'pingPong',
      'causeOf1006',
    ]);
  });

  it('tells connections of workers apart by what is known of them', () => {
    const lines = report({
      connections: [
        connectionFixture({ connectionId: 'handshake', seenBy: 'network' }),
        connectionFixture({ connectionId: 'frames', seenBy: 'devtools', nextSeq: 3 }),
      ],
      overlooked: 4,
    });
    expect(lines.get('handshakeOnly')).toMatchObject({ state: 'missed', count: 1, connectionIds: ['handshake'] });
    expect(lines.get('framesOnly')).toMatchObject({ state: 'missed', count: 1, connectionIds: ['frames'] });
    expect(lines.get('overlooked')).toMatchObject({ state: 'missed', count: 4 });
  });

  it('counts missing frames by reason, the unlisted ones too', () => {
    const lines = report({
      connections: [
        connectionFixture({
          connectionId: 'a',
          framesMissed: 12,
          gaps: [
            { firstSeq: 0, count: 4, reason: 'ring' },
            { firstSeq: 9, count: 5, reason: 'overflow' },
          ],
        }),
      ],
    });
    expect(lines.get('gaps')).toMatchObject({
      count: 12,
      reasons: [
        ['overflow', 5],
        ['ring', 4],
        ['unlisted', 3],
      ],
    });
    expect(lines.get('olderThanRecording')).toMatchObject({ count: 1, connectionIds: ['a'] });
  });

  it('counts cut and left out payloads, and forged messages', () => {
    const lines = report({
      documents: [documentFixture({ payloadsLeftOut: 2, rejected: 3 }), documentFixture({ payloadsLeftOut: 5 })],
      truncatedFrames: 9,
    });
    expect([lines.get('payloadsLeftOut')?.count, lines.get('rejected')?.count, lines.get('truncated')?.count]).toEqual([
      7, 3, 9,
    ]);
  });

  it('misses the answers of failed handshakes in Chromium alone, and never those that were refused on purpose', () => {
    const failed = connectionFixture({ connectionId: 'failed', close: closeFixture(5, 1006) });
    const connections = [failed, connectionFixture({ close: closeFixture(5, 1006), refusedAtMs: 4 })];
    expect(report({ connections }).get('hiddenHandshakes')).toMatchObject({ count: 1, connectionIds: ['failed'] });
    expect(report({ connections, engine: 'firefox' }).get('hiddenHandshakes')).toMatchObject({ state: 'whole' });
  });
});
