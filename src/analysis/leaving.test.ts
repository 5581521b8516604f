import { describe, expect, it } from 'vitest';
import type { ConnectionRecord, DocumentRecord } from '../protocol/records.ts';
import { closedBy, connectionState } from './connection-state.ts';
import { connectionOf } from './fixtures.ts';
import { createLeaving, LEAVING_MS, recordedClosesWhenLeaving } from './leaving.ts';

function documentGoneAt(goneAtMs: number | null): ReadonlyMap<string, DocumentRecord> {
  const document: DocumentRecord = {
    documentId: 'doc',
    sessionId: 'session',
    tabId: 7,
    frameId: 0,
    url: 'http://127.0.0.1/',
    timeOriginMs: 0,
    openedAtMs: 0,
    goneAtMs,
    committedBatch: 1,
    rejected: 0,
    payloadsLeftOut: 0,
  };
  return new Map([['doc', document]]);
}

function closed(change: Partial<NonNullable<ConnectionRecord['close']>>, fields: Partial<ConnectionRecord> = {}) {
  const close = { atMs: 1_000, code: 1001, reason: '', wasClean: true, simulated: false, ...change };
  return connectionOf({ openedAtMs: 10, close, ...fields });
}

const by = (record: ConnectionRecord, goneAtMs: number | null) => {
  const [row] = createLeaving()([record], documentGoneAt(goneAtMs));
  return row && [connectionState(row), closedBy(row)];
};

describe('a close with code 1001', () => {
  it.each([
    ['just before its document went away', 1_363, 'navigation'],
    ['at the moment when it did', 1_000, 'navigation'],
    ['as long before as the next page may take', 1_000 + LEAVING_MS, 'navigation'],
    ['long before', 1_001 + LEAVING_MS, 'server'],
    ['after it', 999, 'server'],
    ['in a document that stayed', null, 'server'],
  ] as const)('%s', (_, goneAtMs, expected) => {
    expect(by(closed({}), goneAtMs)).toEqual(['closed', expected]);
  });

  it.each([
    ['has a reason, which no browser gives', closed({ reason: 'restarting' }), 'server'],
    ['has another code', closed({ code: 1000 }), 'server'],
    ['is ours', closed({ simulated: true }), 'socketscope'],
    ['was asked for by the page', closed({}, { closeRequested: { atMs: 5, code: 1001, reason: null } }), 'page'],
  ] as const)('is none of the browser when it %s', (_, record, expected) => {
    expect(by(record, 1_100)).toEqual(['closed', expected]);
  });

  it('is told by a row that stays the same as long as nothing changes', () => {
    const withLeaving = createLeaving();
    const records = [closed({}), connectionOf({})];
    const first = withLeaving(records, documentGoneAt(1_100));
    expect(withLeaving(records, documentGoneAt(1_100)).map((row, i) => row === first[i])).toEqual([true, true]);
    expect(first[1]).toBe(records[1]);
    expect(withLeaving(records, documentGoneAt(null))).toEqual(records);
  });
});

describe('whether leaving a page closes its connections', () => {
  const recordedIn = (name: string | null) => ({
    environment: {
      browser: name === null ? null : { name, version: '140.0' },
      os: null,
      extensionVersion: null,
      pageUrl: null,
      viewport: null,
      networkType: null,
      language: null,
    },
  });

  it.each([
    ['Firefox', true],
    ['Chrome', false],
    ['Edge', false],
    [null, null],
  ] as const)('is told by the browser that recorded, %s: %s', (name, expected) => {
    expect(recordedClosesWhenLeaving(recordedIn(name))).toBe(expected);
  });

  it('is not known of a session that says nothing of it', () => {
    expect(recordedClosesWhenLeaving({})).toBeNull();
  });
});
