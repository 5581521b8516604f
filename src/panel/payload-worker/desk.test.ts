/** The desk without its worker: what the panel asks of a payload, and what it is told. */
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { createDesk } from './desk.ts';
import type { PayloadDesk, PayloadRequest } from './messages.ts';

const OPENING = { url: 'wss://example.test/', protocols: [], protocol: '' };

function request(content: string | Uint8Array, fields: Partial<PayloadRequest> = {}): PayloadRequest {
  return { content, isOut: false, isCut: false, opening: OPENING, first: [], viewAs: null, proto: null, ...fields };
}

async function deskWith(content: string | Uint8Array, fields: Partial<PayloadRequest> = {}): Promise<PayloadDesk> {
  const desk = createDesk();
  await desk.open(request(content, fields));
  return desk;
}

async function linesOf(desk: PayloadDesk): Promise<readonly string[]> {
  const { rows } = await desk.rows(0, 1_000);
  return rows.map(({ label, text }) => (label === null ? text : `${label}: ${text}`));
}

describe('a payload on the desk', () => {
  it('is recognised by the first frames of its connection', async () => {
    const desk = createDesk();
    const first = [{ isOut: false, content: '0{"sid":"a","pingInterval":25000}', sizeBytes: 34 }];
    const opened = await desk.open(request('42["line"]', { first }));
    expect([opened.protocolId, opened.chain.map(({ name }) => name)]).toEqual([
      'socket.io-4',
      ['Engine.IO', 'Socket.IO'],
    ]);
  });

  it('of two that are opened at once, the later stays', async () => {
    const desk = createDesk();
    await Promise.all([desk.open(request('{"first":1}')), desk.open(request('{"second":2}'))]);
    expect(await linesOf(desk)).toEqual(['{second: 2}', 'second: 2']);
  });

  it('says where each value stands in the bytes, be it text beyond ASCII', async () => {
    const json = '{"ü":"👍","last":12}';
    const { rows } = await (await deskWith(json)).rows(0, 9);
    const bytes = new TextEncoder().encode(json);
    const shown = rows.map(({ from, to }) => new TextDecoder().decode(bytes.subarray(from, to)));
    expect(shown).toEqual([json, '"👍"', '12']);
  });

  it.each<[string, string | Uint8Array]>([
    ['JSON', '{"a":["x",{"ü":77}]}'],
    ['MessagePack', encode({ a: ['x', { ü: 77 }] })],
  ])('finds the value that stands at a byte of %s', async (_, content) => {
    const desk = await deskWith(content);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const at = typeof content === 'string' ? bytes.lastIndexOf(0x37) : bytes.lastIndexOf(77);
    const spot = await desk.atByte(at);
    const { rows } = await desk.rows(spot?.row ?? -1, (spot?.row ?? -1) + 1);
    expect(rows[0]).toMatchObject({ id: '0/1/0', path: '$.a[1].ü', text: '77' });
    expect(await desk.atByte(1_000)).toBeNull();
  });

  it('is searched whole, keys and values, and shows each match', async () => {
    const desk = await deskWith(
      JSON.stringify({ hay: Array.from({ length: 300 }, (_, i) => ({ i })), Needle: ['a needle'] }),
    );
    expect(await desk.find('needle')).toBe(2);
    const spot = await desk.match(1);
    const { rows } = await desk.rows(spot?.row ?? 0, (spot?.row ?? 0) + 1);
    expect(rows[0]).toMatchObject({ text: '"a needle"', isMatch: true });
    expect(await desk.find('')).toBe(0);
  });

  it('unfolds JSON in a string and a structure in bytes, whose values stand where those do', async () => {
    const desk = await deskWith(encode({ json: '{"x":[1]}', packed: encode({ y: 2 }) }));
    const before = await desk.rows(0, 9);
    expect(before.rows.map(({ inside }) => inside)).toEqual([null, 'json', 'payload']);
    expect(await desk.unfold('1')).toBe(true);
    expect(await desk.unfold('0')).toBe(true);
    const { rows } = await desk.rows(0, 9);
    expect(rows.map(({ path }) => path)).toEqual(['$', '$.json', '$.json.x', '$.packed', '$.packed.y']);
    expect([rows[4]?.from, rows[4]?.to]).toEqual([before.rows[2]?.from, before.rows[2]?.to]);
    expect(await desk.unfold('0')).toBe(true);
    expect((await desk.rows(0, 9)).rowCount).toBe(4);
  });

  it('opens and closes levels', async () => {
    const desk = await deskWith('{"a":{"b":{"c":1}}}');
    await desk.expand(0);
    expect((await desk.rows(0, 9)).rowCount).toBe(1);
    await desk.expand(2);
    expect((await desk.rows(0, 9)).rowCount).toBe(3);
    await desk.expand(9);
    expect((await desk.rows(0, 9)).rowCount).toBe(4);
    expect(await desk.parentOf('0/0/0')).toEqual({ row: 2, id: '0/0' });
  });

  it('is copied whole as text, and each value as what it is', async () => {
    const desk = await deskWith('{"a":"x\\ny","n":1.50}');
    expect([await desk.copy(''), await desk.copy('0'), await desk.copy('1')]).toEqual([
      '{\n  "a": "x\\ny",\n  "n": 1.50\n}',
      'x\ny',
      '1.50',
    ]);
  });

  it('that is nothing it knows has no rows', async () => {
    const desk = createDesk();
    expect(await desk.open(request('hello'))).toMatchObject({ chain: [], hasTree: false });
    expect(await desk.rows(0, 9)).toEqual({ rowCount: 0, first: 0, rows: [] });
    expect(await desk.copy('')).toBe('');
  });
});
