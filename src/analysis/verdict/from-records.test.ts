import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../protocol/fixtures.ts';
import { FRAME_DISCARDED, FRAME_OUT, FRAME_SIMULATED } from '../../protocol/frame-columns.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type RecordedConnection, verdictInputOf } from './from-records.ts';

function recorded(fields: Partial<ConnectionRecord>, frames = columnsOf([{ data: 'hi' }])): RecordedConnection {
  const record = {
    connectionId: 'doc/0',
    seenBy: 'page',
    url: 'ws://x/',
    createdAtMs: 1,
    openedAtMs: 2,
    erroredAtMs: null,
    closeRequested: null,
    close: null,
    droppedAtMs: null,
    goneAtMs: null,
    ...fields,
  } as ConnectionRecord;
  const key = { connectionId: record.connectionId, firstSeq: 7 };
  return { record, chunks: [{ ...key, ...frames }], payloads: [{ ...key, ...frames }] };
}

const close = { atMs: 9, code: 1006, reason: '', wasClean: false, simulated: false };
const watching = { watchedUntilMs: 100 };

describe('records as the input of a verdict', () => {
  it('keeps frames with their seq, direction and content, without those that Socketscope made', () => {
    const frames = columnsOf([
      { data: 'in' },
      { data: 'made', flags: FRAME_SIMULATED },
      { data: [1, 2], flags: FRAME_OUT | FRAME_DISCARDED },
    ]);
    const [connection] = verdictInputOf([recorded({}, frames)], watching).connections;
    expect(
      connection?.frames.map(({ seq, isOut, isDiscarded, content }) => [seq, isOut, isDiscarded, content]),
    ).toEqual([
      [7, false, false, 'in'],
      [9, true, true, Uint8Array.of(1, 2)],
    ]);
  });

  it.each([
    ['a simulated drop', { droppedAtMs: 8, close: { ...close, simulated: true } }, false, [8]],
    ['a real close', { close }, false, []],
    ['a real close, when asked for', { close }, true, [9]],
    ['a close that the page asked for', { close, closeRequested: { atMs: 8, code: null, reason: null } }, true, []],
    ['a failed handshake', { close, openedAtMs: null }, true, []],
  ])('drops: %s', (_, fields, withReal, expected) => {
    const { drops } = verdictInputOf([recorded(fields)], { ...watching, withReal });
    expect(drops.map(({ atMs }) => atMs)).toEqual(expected);
  });

  it('leaves out what the page script did not see, and is interrupted by the end of the document', () => {
    const input = verdictInputOf([recorded({ seenBy: 'network' }), recorded({ goneAtMs: 50 })], watching);
    expect(input.connections).toHaveLength(1);
    expect(input.interruptedAtMs).toBe(50);
  });

  it('takes frames whose payload is missing', () => {
    const { record, chunks } = recorded({});
    const [connection] = verdictInputOf([{ record, chunks, payloads: [null] }], watching).connections;
    expect(connection?.frames[0]).toMatchObject({ content: '', sizeBytes: 2 });
  });
});
