import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../protocol/records.ts';
import { describeClose } from './close-codes.ts';
import { canBeDropped, closedBy, connectionState, flagOf, openDurationMs } from './connection-state.ts';
import { coverageOf, isWhole } from './coverage.ts';
import { endpointOf } from './endpoint.ts';
import { connectionOf as connection } from './fixtures.ts';
import { findReconnects } from './reconnects.ts';

function close(atMs: number, code: number, simulated = false): NonNullable<ConnectionRecord['close']> {
  return { atMs, code, reason: '', wasClean: code !== 1006, simulated };
}

describe('close codes', () => {
  it.each([
    [3000, 'centrifugo', 'Connection closed', 'yes'],
    [3508, 'centrifugo', 'Not available', 'no'],
    [3499, 'centrifugo', 'Reconnect', 'yes'],
    [4600, 'centrifugo', 'Terminal (application)', 'no'],
    [4401, 'graphql-transport-ws', 'Unauthorized', 'afterChange'],
    [4201, 'pusher', 'Pong not received', 'yes'],
    [4077, 'pusher', 'Do not reconnect', 'no'],
    [3000, 'sockjs', 'Go away!', 'afterChange'],
    [3000, 'mqtt', 'Unauthorized', 'afterChange'],
    [3000, 'no such protocol', 'Unauthorized', 'afterChange'],
    [1006, 'pusher', 'Abnormal closure', 'yes'],
    [1000, 'phoenix', 'Normal closure', 'yes'],
    [1000, null, 'Normal closure', 'depends'],
  ])('%i means in %s: %s; come back: %s', (code, protocolId, name, comeBack) => {
    expect(describeClose(code, protocolId)).toMatchObject({ code, name, comeBack });
  });

  it.each([
    [1000, 'Normal closure', 'normal'],
    [1005, 'No status received', 'normal'],
    [1006, 'Abnormal closure', 'abnormal'],
    [1008, 'Policy violation', 'refused'],
    [1012, 'Service restart', 'restart'],
    [2500, 'Unassigned', 'invalid'],
    [3003, 'Forbidden', 'application'],
    [3500, 'Framework code', 'application'],
    [4401, 'Application code', 'application'],
    [999, 'Not a close code', 'invalid'],
    [5000, 'Not a close code', 'invalid'],
    [Number.NaN, 'Not a close code', 'invalid'],
  ])('%d is %s', (code, name, family) => {
    expect(describeClose(code)).toMatchObject({ code, name, family });
  });
});

describe('state, end and flag of a connection', () => {
  const asked = { atMs: 5, code: null, reason: null };
  it.each([
    ['a handshake under way', {}, 'connecting', null, null],
    ['an open one', { openedAtMs: 1 }, 'open', null, null],
    ['one that the page is closing', { openedAtMs: 1, closeRequested: asked }, 'closing', null, null],
    ['closed by the page', { openedAtMs: 1, closeRequested: asked, close: close(9, 1005) }, 'closed', 'page', null],
    ['closed by the server', { openedAtMs: 1, close: close(9, 1000) }, 'closed', 'server', null],
    ['refused by the server', { openedAtMs: 1, close: close(9, 1008) }, 'closed', 'server', 'suspicious'],
    ['lost', { openedAtMs: 1, close: close(9, 1006) }, 'closed', 'lost', 'abnormal'],
    ['a failed handshake', { close: close(9, 1006) }, 'closed', 'neverOpened', 'abnormal'],
    ['given up while connecting', { closeRequested: asked, close: close(9, 1006) }, 'closed', 'page', null],
    ['dropped by us', { openedAtMs: 1, close: close(9, 1006, true) }, 'closed', 'socketscope', 'abnormal'],
    [
      'lost while closing',
      { openedAtMs: 1, closeRequested: asked, close: close(9, 1006) },
      'closed',
      'page',
      'abnormal',
    ],
    ['gone with its page', { openedAtMs: 1, goneAtMs: 9 }, 'gone', 'navigation', null],
  ] as const)('%s', (_, fields, state, by, flag) => {
    const record = connection(fields);
    expect([connectionState(record), closedBy(record), flagOf(record)]).toEqual([state, by, flag]);
    expect(canBeDropped(record)).toBe(state !== 'closed' && state !== 'gone');
  });

  it.each([
    ['a handshake under way', {}, 'connecting', null, null],
    ['one that opened', { openedAtMs: 1 }, 'unknown', null, null],
    ['one that failed', { endSeenAtMs: 9 }, 'closed', 'neverOpened', 'suspicious'],
    ['one that DevTools show', { openedAtMs: 1, seenBy: 'devtools' }, 'open', null, null],
    ['one that DevTools saw end', { openedAtMs: 1, seenBy: 'devtools', endSeenAtMs: 9 }, 'closed', 'unknown', null],
    ['one whose page is gone', { openedAtMs: 1, goneAtMs: 9 }, 'gone', 'navigation', null],
  ] as const)('seen from outside: %s', (_, fields, state, by, flag) => {
    const record = connection({ seenBy: 'network', ...fields });
    expect([connectionState(record), closedBy(record), flagOf(record)]).toEqual([state, by, flag]);
    expect(canBeDropped(record)).toBe(false);
  });

  it('does not say how long something was open that nobody sees the end of', () => {
    expect(openDurationMs(connection({ seenBy: 'network', openedAtMs: 10 }), 50)).toBeNull();
    expect(openDurationMs(connection({ seenBy: 'network', openedAtMs: 10, goneAtMs: 30 }), 50)).toBe(20);
    expect(openDurationMs(connection({ seenBy: 'devtools', openedAtMs: 10, endSeenAtMs: 40 }), 50)).toBe(30);
  });

  it('measures how long it was open', () => {
    expect(openDurationMs(connection({}), 50)).toBeNull();
    expect(openDurationMs(connection({ openedAtMs: 10 }), 50)).toBe(40);
    expect(openDurationMs(connection({ openedAtMs: 10, close: close(30, 1000) }), 50)).toBe(20);
  });
});

describe('reconnects', () => {
  it('ignores the query when it compares endpoints', () => {
    expect(endpointOf('wss://a.test/live?token=1')).toBe('wss://a.test/live');
    expect(endpointOf('nonsense')).toBe('nonsense');
  });

  it('finds the connection that came back, over refused attempts', () => {
    const lost = connection({ createdAtMs: 0, openedAtMs: 10, close: close(100, 1006) });
    const refused = connection({ createdAtMs: 200, close: close(210, 1006) });
    const back = connection({ createdAtMs: 400, openedAtMs: 420, url: 'ws://127.0.0.1/live?token=2' });
    const found = findReconnects([back, refused, lost]).get(lost.connectionId);
    expect(found).toMatchObject({ firstAttempt: refused, reopened: back, attempts: 2, downMs: 320 });
  });

  it('says when nothing has opened again yet', () => {
    const lost = connection({ createdAtMs: 0, openedAtMs: 10, close: close(100, 1006) });
    const refused = connection({ createdAtMs: 200, close: close(210, 1006) });
    expect(findReconnects([lost, refused]).get(lost.connectionId)).toMatchObject({ reopened: null, downMs: null });
  });

  it('does not take a second socket to the same endpoint for a reconnect', () => {
    const first = connection({ createdAtMs: 0, openedAtMs: 10 });
    const second = connection({ createdAtMs: 50, openedAtMs: 60 });
    expect(findReconnects([first, second]).size).toBe(0);
  });

  it('gives each of two lost sockets its own successor', () => {
    const a = connection({ createdAtMs: 0, openedAtMs: 1, close: close(100, 1006) });
    const b = connection({ createdAtMs: 0, openedAtMs: 1, close: close(110, 1006) });
    const c = connection({ createdAtMs: 200, openedAtMs: 201 });
    const d = connection({ createdAtMs: 210, openedAtMs: 211 });
    const found = findReconnects([a, b, c, d]);
    expect(found.get(a.connectionId)?.reopened).toBe(c);
    expect(found.get(b.connectionId)?.reopened).toBe(d);
  });

  it('keeps documents, endpoints and long pauses apart', () => {
    const lost = connection({ createdAtMs: 0, openedAtMs: 10, close: close(100, 1006) });
    const others = [
      connection({ createdAtMs: 200, documentId: 'other' }),
      connection({ createdAtMs: 200, url: 'ws://127.0.0.1/other' }),
      connection({ createdAtMs: 100 + 5 * 60_000 + 1 }),
    ];
    expect(findReconnects([lost, ...others]).size).toBe(0);
  });
});

describe('coverage', () => {
  it('counts what was seen whole, in part, and not at all', () => {
    const connections = [
      connection({}),
      connection({ framesMissed: 7 }),
      connection({ seenBy: 'network' }),
      connection({ seenBy: 'network', nextSeq: 3 }),
      connection({ seenBy: 'devtools' }),
    ];
    const coverage = coverageOf(connections, 2);
    expect(coverage).toEqual({ whole: 2, framesOnly: 2, handshakeOnly: 1, framesMissed: 7, overlooked: 2 });
    expect(isWhole(coverage)).toBe(false);
    expect(isWhole(coverageOf([connection({}), connection({})], 0))).toBe(true);
  });
});
