import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyValueStorage } from '../browser/extension.ts';
import { createStandingOrders, MAX_ALWAYS_ON, siteOf } from './standing-orders.ts';

function storageOf(value: unknown) {
  const stored = new Map<string, unknown>([['standingOrders', value]]);
  const storage: KeyValueStorage = {
    get: async (key) => stored.get(key),
    set: async (key, next) => {
      stored.set(key, structuredClone(next));
    },
  };
  return { storage, stored };
}

describe('a site', () => {
  it.each([
    ['https://shop.example/cart?x#y', 'https://shop.example'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['HTTPS://Shop.Example', 'https://shop.example'],
    ['file:///tmp/page.html', null],
    ['chrome://settings/', null],
    ['about:blank', null],
    ['data:text/html,x', null],
    ['blob:https://shop.example/1', null],
    ['https://', null],
    ['', null],
  ])('%s is of %s', (url, site) => {
    expect(siteOf(url)).toBe(site);
  });
});

describe('standing orders', () => {
  it('are known to the next worker', async () => {
    const { storage } = storageOf(undefined);
    const first = createStandingOrders(storage);
    await first.loaded;
    expect(first.areAny()).toBe(false);
    await first.setAlwaysOn('https://shop.example', true);
    await first.setSeats('s', [{ tabId: 1, url: 'https://bank.example/a' }]);
    const next = createStandingOrders(storage);
    await next.loaded;
    expect(next.origins()).toEqual(['https://shop.example']);
    expect(next.isAlwaysOn('https://shop.example/x')).toBe(true);
    expect(next.isAlwaysOn('https://shop.example:444/x')).toBe(false);
    expect(next.isAlwaysOn('')).toBe(false);
    expect(next.seatsFor('https://bank.example/b')).toEqual([
      { sessionId: 's', seat: { tabId: 1, url: 'https://bank.example/a' } },
    ]);
    await next.setSeats('s', []);
    await next.setAlwaysOn('https://shop.example', false);
    expect(next.areAny()).toBe(false);
  });

  it('say when they could not be stored', async () => {
    const storage: KeyValueStorage = { get: async () => undefined, set: () => Promise.reject(new Error('full')) };
    const orders = createStandingOrders(storage);
    await orders.loaded;
    expect(await orders.setAlwaysOn('https://shop.example', true)).toBe(false);
    expect(orders.isAlwaysOn('https://shop.example/')).toBe(true);
  });

  it('are bounded', async () => {
    const orders = createStandingOrders(storageOf(undefined).storage);
    await orders.loaded;
    for (let i = 0; i <= MAX_ALWAYS_ON; i++) await orders.setAlwaysOn(`https://site${i}.example`, true);
    expect(orders.origins()).toHaveLength(MAX_ALWAYS_ON);
    expect(orders.isAlwaysOn('https://site0.example/')).toBe(false);
  });

  it('take anything that is stored, and keep of it what makes sense', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), fc.anything(), async (any, origins, seats) => {
        for (const value of [
          any,
          { origins, goingOn: any },
          { origins: [any], goingOn: [{ sessionId: 's', seats }] },
        ]) {
          const orders = createStandingOrders({ get: async () => value, set: async () => undefined });
          await orders.loaded;
          expect(orders.origins().every((origin) => siteOf(origin) === origin)).toBe(true);
          expect(orders.seatsFor('https://shop.example/')).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
