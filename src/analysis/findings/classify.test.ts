/** The word for one disconnect, and the family on its badge. */
import { describe, expect, it } from 'vitest';
import { closeOf, connectionOf, endedConnection, factsOf, failedConnection, handshakeOf } from '../fixtures.ts';
import { causeFamilyOf, classifyDisconnect } from './classify.ts';
import { findingsOf } from './find.ts';

describe('a disconnect', () => {
  it.each([
    [1000, 'normal'],
    [1001, 'normal'],
    [1005, 'normal'],
    [1012, 'normal'],
    [4000, 'normal'],
    [1006, 'abnormal'],
    [1002, 'unexpected'],
    [1007, 'unexpected'],
    [1008, 'unexpected'],
    [1009, 'unexpected'],
    [1011, 'unexpected'],
    [2999, 'unexpected'],
  ])('with %d is %s', (code, word) => {
    expect(classifyDisconnect(endedConnection(0, 9_000, code))).toBe(word);
  });

  it('is abnormal when it never opened, unless the page gave up itself', () => {
    expect(classifyDisconnect(failedConnection(0, 9))).toBe('abnormal');
    const asked = { closeRequested: { atMs: 5, code: null, reason: null }, close: closeOf(6, 1006) };
    expect(classifyDisconnect(connectionOf(asked))).toBe('normal');
  });

  it('is none while it lives, and normal when its page is left', () => {
    expect(classifyDisconnect(connectionOf({ openedAtMs: 1 }))).toBeNull();
    expect(classifyDisconnect(connectionOf({ openedAtMs: 1, goneAtMs: 5 }))).toBe('normal');
  });
});

describe('the family of a cause', () => {
  const familyOf = (answer: Parameters<typeof handshakeOf>[1]) => {
    const record = failedConnection(0, 9);
    const findings = findingsOf(
      factsOf([record], {
        handshakes: [handshakeOf(record.connectionId, { outcome: 'failed', status: null, ...answer })],
      }),
    );
    return causeFamilyOf(record.connectionId, findings);
  };

  it('is that of the likeliest cause where the evidence tells', () => {
    expect(familyOf({ outcome: 'answered', status: 502 })).toBe('infrastructure');
    expect(familyOf({ outcome: 'answered', status: 401 })).toBe('server');
    expect(familyOf({ networkError: 'net::ERR_NAME_NOT_RESOLVED' })).toBe('network');
  });

  it('is unknown where it does not, and null where nothing is wrong', () => {
    expect(familyOf({ networkError: 'net::ERR_FAILED' })).toBe('unknown');
    const lost = endedConnection(0, 33_000, 1006);
    expect(causeFamilyOf(lost.connectionId, findingsOf(factsOf([lost])))).toBe('unknown');
    const left = connectionOf({ openedAtMs: 1, goneAtMs: 5 });
    expect(causeFamilyOf(left.connectionId, findingsOf(factsOf([left])))).toBeNull();
  });

  it('comes from what explains the end, not from a habit that goes with it', () => {
    const lost = endedConnection(0, 33_000, 1011);
    const findings = findingsOf(factsOf([lost], { untilMs: 200_000 }));
    expect(findings.map(({ rule }) => rule)).toContain('never-reconnected');
    expect(causeFamilyOf(lost.connectionId, findings)).toBe('server');
  });
});
