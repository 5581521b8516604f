import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

/** Work that ends when it is told to. */
function heldWork() {
  const ends: { resolve(): void; reject(error: unknown): void }[] = [];
  const errors: unknown[] = [];
  const work = () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  const ask = oneAtATime(work, (error) => errors.push(error));
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { ends, errors, ask, settle };
}

it('work starts at once, and once more for all that asked meanwhile', async () => {
  const { ends, ask, settle } = heldWork();
  ask();
  expect(ends).toHaveLength(1);
  ask();
  ask();
  await settle();
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await settle();
  expect(ends).toHaveLength(2);
  ends[1]?.resolve();
  await settle();
  expect(ends).toHaveLength(2);
});

it('work that fails is told of, and starts anew when it is asked for', async () => {
  const { ends, errors, ask, settle } = heldWork();
  ask();
  ask();
  ends[0]?.reject('why');
  await settle();
  expect(errors).toEqual(['why']);
  expect(ends).toHaveLength(1);
  ask();
  ends[1]?.resolve();
  await settle();
  expect(ends).toHaveLength(2);
});
