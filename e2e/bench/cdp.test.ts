import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createCdpConnection } from './cdp.ts';

/** A connection, what it writes, and a way to answer in pieces of any length. */
function connect() {
  const output = new PassThrough();
  const input = new PassThrough();
  const connection = createCdpConnection(output, input);
  const answer = (...pieces: readonly string[]) => {
    for (const piece of pieces) output.write(piece);
  };
  return { connection, input, output, answer };
}

describe('the protocol over a pipe', () => {
  it('ends each message with a NUL', async () => {
    const { connection, input, answer } = connect();
    const called = connection.session('s1').send('Page.enable', { deep: 1 });
    expect(String(input.read())).toBe('{"id":1,"method":"Page.enable","params":{"deep":1},"sessionId":"s1"}\0');
    answer('{"id":1,"result":{}}\0');
    expect(await called).toEqual({});
  });

  it('joins messages that come in pieces, and parts those that come together', async () => {
    const { connection, answer } = connect();
    const called = [connection.send('A'), connection.send('B'), connection.send('C')];
    answer('{"id":1,"res', 'ult":{"x":"ğ', '"}}\0{"id":2,"result":{}}\0{"id":3', ',"result":{}}\0');
    expect(await Promise.all(called)).toEqual([{ x: 'ğ' }, {}, {}]);
  });

  it("rejects with the protocol's message", async () => {
    const { connection, answer } = connect();
    const called = connection.send('Nonsense');
    answer('{"id":1,"error":{"message":"no such method"}}\0');
    await expect(called).rejects.toThrow('Nonsense: no such method');
  });

  it('gives events to those who listen to that session, until they stop', async () => {
    const { connection, answer } = connect();
    const heard: unknown[] = [];
    const stop = connection.session('s1').on('Happened', (params) => heard.push(params.n));
    answer('{"method":"Happened","params":{"n":1},"sessionId":"s1"}\0{"method":"Happened","params":{"n":2}}\0');
    await connectionIsRead(connection, answer);
    stop();
    answer('{"method":"Happened","params":{"n":3},"sessionId":"s1"}\0');
    await connectionIsRead(connection, answer);
    expect(heard).toEqual([1]);
  });

  it('rejects what is open when the browser ends, and everything after', async () => {
    const { connection, output } = connect();
    const called = connection.send('A');
    output.destroy();
    await expect(called).rejects.toThrow('ended');
    await expect(connection.send('B')).rejects.toThrow('ended');
  });
});

let lastId = 0;
/** Messages are read in order: when one call has been answered, all before it have been heard. */
async function connectionIsRead(
  connection: ReturnType<typeof createCdpConnection>,
  answer: (...pieces: readonly string[]) => void,
): Promise<void> {
  const called = connection.send('Barrier');
  answer(`{"id":${++lastId},"result":{}}\0`);
  await called;
}
