import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProtocolPipe, splitAtNul } from './protocol-pipe.ts';

describe('splitAtNul', () => {
  it.each([1, 2, 3, 7, 1000])('puts messages together from chunks of %i bytes', (size) => {
    const received: string[] = [];
    const push = splitAtNul((text) => received.push(text));
    const bytes = Buffer.from('first\0zweite ü\0\0last\0', 'utf8');
    for (let start = 0; start < bytes.length; start += size) {
      push(bytes.subarray(start, start + size));
    }
    expect(received).toEqual(['first', 'zweite ü', '', 'last']);
  });

  it('keeps what has no end yet', () => {
    const received: string[] = [];
    splitAtNul((text) => received.push(text))(Buffer.from('half'));
    expect(received).toEqual([]);
  });
});

describe('createProtocolPipe', () => {
  function create() {
    const toBrowser = new PassThrough();
    const fromBrowser = new PassThrough();
    const pipe = createProtocolPipe(toBrowser, fromBrowser);
    return {
      pipe,
      sent: () => JSON.parse(String(toBrowser.read()).replace('\0', '')) as { id: number },
      answer: (message: object) => fromBrowser.write(`${JSON.stringify(message)}\0`),
    };
  }

  it('gives each command its own answer', async () => {
    const { pipe, sent, answer } = create();
    const first = pipe.send('Browser.getVersion', {});
    const firstSent = sent();
    const second = pipe.send('Target.createTarget', { url: 'about:blank' }, 'session');
    const secondSent = sent();
    expect(secondSent).toMatchObject({
      method: 'Target.createTarget',
      params: { url: 'about:blank' },
      sessionId: 'session',
    });
    answer({ id: secondSent.id, result: { targetId: 't' } });
    answer({ id: firstSent.id, result: { product: 'p' } });
    expect(await second).toEqual({ targetId: 't' });
    expect(await first).toEqual({ product: 'p' });
  });

  it('rejects with the error of the browser', async () => {
    const { pipe, sent, answer } = create();
    const failing = pipe.send('Browser.getVersion', {});
    answer({ id: sent().id, error: { message: 'not now' } });
    await expect(failing).rejects.toThrow('Browser.getVersion: not now');
  });

  it('tells listeners of events until they are removed', async () => {
    const { pipe, sent, answer } = create();
    const seen: unknown[] = [];
    const remove = pipe.on('Target.targetDestroyed', (params, sessionId) => seen.push([params, sessionId]));
    answer({ method: 'Target.targetDestroyed', params: { targetId: 'a' }, sessionId: 's' });
    answer({ method: 'Target.targetCrashed', params: { targetId: 'b' } });
    const roundTrip = pipe.send('Browser.getVersion', {});
    answer({ id: sent().id, result: {} });
    await roundTrip;
    remove();
    answer({ method: 'Target.targetDestroyed', params: { targetId: 'c' } });
    const another = pipe.send('Browser.getVersion', {});
    answer({ id: sent().id, result: {} });
    await another;
    expect(seen).toEqual([[{ targetId: 'a' }, 's']]);
  });

  it('rejects everything once the browser has ended', async () => {
    const { pipe } = create();
    const open = pipe.send('Browser.getVersion', {});
    pipe.end(new Error('gone'));
    await expect(open).rejects.toThrow('gone');
    await expect(pipe.send('Browser.getVersion', {})).rejects.toThrow('gone');
  });
});
