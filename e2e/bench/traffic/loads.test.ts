import { describe, expect, it } from 'vitest';
import { createPayloads } from './loads.ts';

describe('payloads', () => {
  it.each([150, 1024, 65_536])('of %d bytes are exactly so long, and JSON', (payloadBytes) => {
    const payload = createPayloads(payloadBytes)(12);
    expect(payload.length).toBe(payloadBytes);
    expect(JSON.parse(payload.toString('utf8'))).toMatchObject({ type: 'trade', id: '0000000012' });
  });

  it('differ from each other and stay as they were', () => {
    const payloadOf = createPayloads(150);
    const first = payloadOf(0);
    const copy = Buffer.from(first);
    expect(payloadOf(1).equals(first)).toBe(false);
    expect(first.equals(copy)).toBe(true);
  });

  it('cannot be shorter than their number', () => {
    expect(() => createPayloads(20)).toThrow('at least');
  });
});
