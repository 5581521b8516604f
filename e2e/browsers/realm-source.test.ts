import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { callExpression, type RealmFunction, readOutcome } from './realm-source.ts';

/** Runs the expression here, in the global scope, as a browser does in a realm. */
async function run(fn: RealmFunction, ...args: readonly unknown[]): Promise<unknown> {
  return readOutcome(await runInThisContext(callExpression(fn, args)));
}

describe('a call by source text', () => {
  test('keeps arguments and results', async () => {
    expect(
      await run((a: string, b: undefined, c: { d: number[] }) => [a, b === undefined, c], '"\n', undefined, { d: [1] }),
    ).toEqual(['"\n', true, { d: [1] }]);
  });

  test('sends functions among the arguments', async () => {
    function twice(n: number): number {
      return 2 * n;
    }
    expect(
      await run(
        (a: (n: number) => number, b: (n: number) => Promise<number>) => b(a(1)),
        twice,
        async (n: number) => n,
      ),
    ).toBe(2);
  });

  test('awaits, and knows undefined', async () => {
    expect(await run(() => Promise.resolve(7))).toBe(7);
    expect(await run(() => undefined)).toBeUndefined();
  });

  test('runs functions in which esbuild has named others', async () => {
    expect(await run(new Function('return __name(() => 3, "three")()') as RealmFunction)).toBe(3);
  });

  test('gives errors back with name, message and stack', async () => {
    const thrown = await run(() => {
      throw new RangeError('too far');
    }).catch((error: Error) => error);
    expect(thrown).toMatchObject({ message: 'RangeError: too far', cause: expect.stringContaining('too far') });
  });

  test.each([[null], ['text'], [undefined]])('gives thrown %s back as text', async (value) => {
    await expect(run(new Function('value', 'throw value') as RealmFunction, value)).rejects.toThrow(String(value));
  });

  test('says so when there is no answer', () => {
    expect(() => readOutcome(undefined)).toThrow('no answer');
  });
});
