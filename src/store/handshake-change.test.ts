import { expect, it } from 'vitest';
import type { HandshakeRecord } from '../protocol/evidence.ts';
import { changeHandshake, type HandshakeChange } from './handshake-change.ts';

const begin = { url: 'ws://host/', startedAtMs: 1, toldBy: 'network' } as const;
const ID = { handshakeId: 'h', begin };
const end = { atMs: 9, isOpened: false, networkError: 'net::ERR_FAILED', refusedByUs: false };

function after(...changes: readonly Partial<HandshakeChange>[]): HandshakeRecord | null {
  return changes.reduce<HandshakeRecord | null>(
    (known, change) => changeHandshake(known, 'session', { ...ID, ...change }),
    null,
  );
}

it.each([
  ['that has begun', [{}], { outcome: 'pending', status: null, endedAtMs: null }],
  [
    'that opened',
    [{}, { answer: { status: 101, headers: [] } }, { end: { ...end, isOpened: true, networkError: null } }],
    { outcome: 'opened', status: 101, networkError: null },
  ],
  [
    'with 401 in Chromium, which calls it failed',
    [{}, { answer: { status: 401, headers: [['server', 'x']] } }, { end }],
    { outcome: 'answered', status: 401, headers: [['server', 'x']], networkError: 'net::ERR_FAILED' },
  ],
  [
    'with 502 in Firefox, which tells all at once',
    [{}, { answer: { status: 502, headers: [] }, end: { ...end, networkError: null } }],
    { outcome: 'answered', status: 502, networkError: null },
  ],
  ['that failed without an answer', [{}, { end }], { outcome: 'failed', status: null }],
  [
    'whose upgrade was not accepted',
    [{}, { answer: { status: 101, headers: [] } }, { end }],
    { outcome: 'failed', status: 101 },
  ],
  ['of which only the end was seen', [{ end }], { outcome: 'failed', startedAtMs: 1 }],
  ['refused by us', [{}, { end: { ...end, refusedByUs: true } }], { refusedByUs: true }],
] satisfies readonly [string, readonly Partial<HandshakeChange>[], Partial<HandshakeRecord>][])(
  'knows a handshake %s',
  (_, changes, expected) => {
    expect(after(...changes)).toMatchObject({ handshakeId: 'h', sessionId: 'session', ...expected });
  },
);

it('counts the first end only, and takes names at any time', () => {
  const opened = { end: { ...end, isOpened: true, networkError: null } };
  expect(after({}, opened, { end }, { connectionId: 'doc/0' })).toMatchObject({
    outcome: 'opened',
    networkError: null,
    connectionId: 'doc/0',
  });
  expect(after({ connectionId: 'doc/0' }, { connectionId: 'doc/1' })?.connectionId).toBe('doc/1');
});

it('makes nothing of a name for what is not known', () => {
  expect(after({ begin: null, connectionId: 'doc/0' })).toBeNull();
});
