import { describe, expect, it } from 'vitest';
import { protocolById } from '../../decoders/protocols.ts';
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import { findAnswers } from './answers.ts';
import type { ChunkPlace } from './chunk-cache.ts';

type Said = readonly [way: '>' | '<', text: string];

/** One frame every 10 ms, in chunks of three. */
function sourceOf(said: readonly Said[]) {
  const starts = Array.from({ length: Math.ceil(said.length / 3) }, (_, i) => 3 * i);
  return {
    chunks: async (connectionId: string, from: number, to: number) =>
      starts
        .map((firstSeq) => ({ firstSeq, part: said.slice(firstSeq, firstSeq + 3) }))
        .filter(({ firstSeq, part }) => firstSeq < to && firstSeq + part.length > from)
        .map(({ firstSeq, part }) => ({
          connectionId,
          firstSeq,
          count: part.length,
          atMs: Float64Array.from(part, (_, i) => 10 * (firstSeq + i)),
          flags: Uint8Array.from(part, ([way]) => (way === '>' ? FRAME_OUT : 0)),
          sizeBytes: Float64Array.from(part, ([, text]) => text.length),
        })),
    payloadOf: async ({ connectionId, firstSeq }: ChunkPlace) => {
      const part = said.slice(firstSeq, firstSeq + 3).map(([, text]) => text);
      const textEnds = Uint32Array.from(part, (_, i) => part.slice(0, i + 1).join('').length);
      const byteEnds = new Uint32Array(part.length);
      return { connectionId, firstSeq, text: part.join(''), textEnds, bytes: new Uint8Array(), byteEnds };
    },
  };
}

function linksOf(protocolId: string, said: readonly Said[], seq: number) {
  const protocol = protocolById(protocolId);
  if (!protocol) throw new Error(`There is no protocol ${protocolId}.`);
  const yieldToOthers = async () => undefined;
  const isOver = () => false;
  return findAnswers({
    source: sourceOf(said),
    connectionId: 'c',
    nextSeq: said.length,
    seq,
    protocol,
    yieldToOthers,
    isOver,
  });
}

const RPC: readonly Said[] = [
  ['>', '{"jsonrpc":"2.0","id":1,"method":"a"}'],
  ['>', '{"jsonrpc":"2.0","id":2,"method":"b"}'],
  ['<', '{"jsonrpc":"2.0","method":"news"}'],
  ['<', '{"jsonrpc":"2.0","id":2,"result":0}'],
  ['<', '{"jsonrpc":"2.0","id":1,"result":0}'],
];

describe('which frame answers which', () => {
  it('is told by the ids of the protocol, both ways', async () => {
    expect(await linksOf('json-rpc', RPC, 0)).toEqual({ answeredBy: { seq: 4, afterMs: 40 }, answers: null });
    expect(await linksOf('json-rpc', RPC, 3)).toEqual({ answeredBy: null, answers: { seq: 1, afterMs: 20 } });
    expect(await linksOf('json-rpc', RPC, 2)).toEqual({ answeredBy: null, answers: null });
  });

  it('is the nearest for heartbeats', async () => {
    const beats: readonly Said[] = [
      ['<', '2'],
      ['>', '3'],
      ['<', '42["x"]'],
      ['<', '2'],
      ['>', '3'],
    ];
    expect(await linksOf('socket.io-4', beats, 0)).toMatchObject({ answeredBy: { seq: 1 } });
    expect(await linksOf('socket.io-4', beats, 4)).toMatchObject({ answers: { seq: 3 } });
  });

  it('is the later of two where only an id pairs them', async () => {
    const said: readonly Said[] = [
      ['>', '{"id":"7","op":"get"}'],
      ['<', '{"id":"7","ok":true}'],
      ['>', '{"id":"7","op":"again"}'],
    ];
    expect(await linksOf('home-made', said, 0)).toMatchObject({ answeredBy: { seq: 1 }, answers: null });
    expect(await linksOf('home-made', said, 1)).toMatchObject({ answeredBy: null, answers: { seq: 0 } });
  });
});
