/** A page that has replaced the built-ins: the hook calls none of the replacements, and records and drops all the same. */
import { expect, it } from 'vitest';
import { inEachBrowser } from './harness.ts';

inEachBrowser('in a page that has replaced the language', (bench) => {
  const natively = async () => (await bench().probe('native', 'poisoned')).counts as Record<string, number>;

  it('the counters count', async () => {
    const counts = await natively();
    // The probe calls send() and close() through the page's Function.prototype.call.
    expect(counts['Function.prototype.call']).toBe(5);
  });

  it('everything is recorded, and nothing of the page is called', async () => {
    const counts = await natively();
    expect(await bench().probe('hooked', 'poisonedRecording')).toEqual({
      log: [['[object String]', '[object Blob]', '[object Blob]', '[object Blob]'], 'close'],
      counts,
      frames: 8,
      kinds: [
        'closeRequested',
        'connectionClosed',
        'connectionCreated',
        'connectionOpened',
        'frameContent',
        'framesCaptured',
      ],
      answers: [],
    });
  });

  it('a drop works, and nothing of the page is called', async () => {
    const counts = await natively();
    expect(await bench().probe('hooked', 'poisonedDrop')).toEqual({
      log: [['[object String]', '[object Blob]', '[object Blob]', '[object Blob]'], 'error', 'close'],
      // close() is not called by the page here.
      counts: { ...counts, 'Function.prototype.call': 4 },
      frames: 8,
      kinds: [
        'connectionClosed',
        'connectionCreated',
        'connectionDropped',
        'connectionErrored',
        'connectionOpened',
        'frameContent',
        'framesCaptured',
      ],
      answers: ['done'],
    });
  });
});
