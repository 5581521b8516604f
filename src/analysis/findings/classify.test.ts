/** The word for one disconnect. */
import { describe, expect, it } from 'vitest';
import { closeOf, connectionOf, endedConnection, failedConnection } from '../fixtures.ts';
import { classifyDisconnect } from './classify.ts';

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
