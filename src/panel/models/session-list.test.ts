import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../protocol/records.ts';
import { listedSessions, matchesSession, SESSION_COLUMNS } from './session-list.ts';

function session(fields: Partial<SessionRecord>): SessionRecord {
  return {
    sessionId: 's',
    tabId: 1,
    name: 'A shop',
    startedAtMs: 0,
    endedAtMs: 10,
    pinned: false,
    storedBytes: 0,
    ...fields,
  };
}

const ENVIRONMENT = {
  browser: { name: 'Firefox', version: '153' },
  os: null,
  extensionVersion: null,
  pageUrl: 'https://shop.example.test/cart',
  viewport: null,
  networkType: null,
  language: null,
};

describe('a search for sessions', () => {
  it.each([
    ['', true],
    ['SHOP', true],
    ['shop ticket-17', true],
    ['cart firefox', true],
    ['shop wifi', false],
  ])('for "%s" finds all of its words, wherever they are: %s', (search, isFound) => {
    expect(matchesSession(session({ notes: 'for TICKET-17', environment: ENVIRONMENT }), search)).toBe(isFound);
  });
});

describe('the list of sessions', () => {
  it('has what is being recorded first', () => {
    const list = [
      session({ sessionId: 'new', startedAtMs: 5 }),
      session({ sessionId: 'live', startedAtMs: 1, endedAtMs: null }),
      session({ sessionId: 'old', startedAtMs: 2 }),
    ];
    const ids = (isDescending: boolean) =>
      listedSessions(list, '', { column: 'started', isDescending }).map(({ sessionId }) => sessionId);
    expect(ids(true)).toEqual(['live', 'new', 'old']);
    expect(ids(false)).toEqual(['live', 'old', 'new']);
  });

  it('holds every session once, whatever it is sorted by', () => {
    const records = fc.array(
      fc.record({ name: fc.string(), startedAtMs: fc.nat(9), endedAtMs: fc.option(fc.nat(9)), storedBytes: fc.nat(3) }),
    );
    fc.assert(
      fc.property(records, fc.constantFrom(...SESSION_COLUMNS), fc.boolean(), (fields, column, isDescending) => {
        const list = fields.map((one, i) => session({ ...one, sessionId: `${i}` }));
        const listed = listedSessions(list, '', { column, isDescending }).map(({ sessionId }) => sessionId);
        expect([...listed].sort()).toEqual(list.map(({ sessionId }) => sessionId).sort());
      }),
    );
  });
});
