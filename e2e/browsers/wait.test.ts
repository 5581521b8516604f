import { describe, expect, test } from 'vitest';
import { waitUntil, withTimeout } from './wait.ts';

describe('waiting', () => {
  test('goes on while the probe throws or gives nothing, and gives the first truthy value', async () => {
    const answers = [() => Promise.reject(new Error('not yet')), () => null, () => 0, () => 'there'];
    expect(await waitUntil('it', () => answers.shift()?.())).toBe('there');
    expect(answers).toEqual([]);
  });

  test('ends in time, with what was waited for and the last result', async () => {
    await expect(waitUntil('the moon', () => false, { timeoutMs: 0 })).rejects.toThrow(/the moon\nLast result: false/);
    const throwing = () => {
      throw new Error('clouds');
    };
    await expect(waitUntil('the moon', throwing, { timeoutMs: 0 })).rejects.toThrow('threw clouds');
  });

  test('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const probe = () => {
      controller.abort(new Error('it has quit'));
      return false;
    };
    await expect(waitUntil('anything', probe, controller)).rejects.toThrow('it has quit');
  });
});

describe('a time limit', () => {
  test('rejects a promise that never settles, and lets others pass', async () => {
    await expect(withTimeout('Closing', 1, new Promise(() => undefined))).rejects.toThrow(
      'Closing took longer than 1 ms',
    );
    expect(await withTimeout('Closing', 10_000, Promise.resolve('closed'))).toBe('closed');
  });
});
