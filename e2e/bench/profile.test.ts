import { expect, it } from 'vitest';
import { functionTimes } from './profile.ts';

it('adds up self times by function and leaves idle time out', () => {
  const node = (id: number, functionName: string, url = '') => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  });
  const times = functionTimes({
    nodes: [
      node(1, '(idle)'),
      node(2, 'onMessage', 'chrome-extension://abc/src/page.js'),
      node(3, '(program)'),
      node(4, ''),
    ],
    samples: [1, 2, 3, 2, 4, 1],
    timeDeltas: [0, 5_000, 1_000, 2_000, 3_000, 4_000],
  });
  expect(times).toEqual([
    { name: 'onMessage', script: 'page.js:5', selfMs: 4, share: 0.4 },
    { name: '(anonymous)', script: '', selfMs: 4, share: 0.4 },
    { name: '(program)', script: '', selfMs: 2, share: 0.2 },
  ]);
});
