import { describe, expect, it } from 'vitest';
import { parseSessionId, parseTabId, sessionUrlOf, tabUrlOf } from './tab-url.ts';

const PANEL = 'chrome-extension://abc/src/panel/panel.html?tab=3#x';

describe('the address of the panel', () => {
  it('names a tab', () => {
    expect(tabUrlOf(PANEL, 15_032_385_543)).toBe('chrome-extension://abc/src/panel/panel.html?tab=15032385543');
    expect(parseTabId('?tab=15032385543')).toBe(15_032_385_543);
    for (const search of ['', '?tab=', '?tab=x', '?tab=-1', `?tab=${'9'.repeat(16)}`])
      expect(parseTabId(search)).toBe(null);
  });

  it('names a stored session, whatever its id is made of', () => {
    const sessionId = 'a b&tab=3/%é';
    const url = sessionUrlOf(PANEL, sessionId);
    expect(parseSessionId(new URL(url).search)).toBe(sessionId);
    expect(parseTabId(new URL(url).search)).toBe(null);
    for (const search of ['', '?session=', `?session=${'x'.repeat(201)}`]) expect(parseSessionId(search)).toBe(null);
  });
});
