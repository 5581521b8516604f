import { expect, it } from 'vitest';
import type { NativeFigures } from './native.ts';
import { nativeTable } from './native-report.ts';

const smooth = { framesPerSecond: 59.6, p95GapMs: 17, longestTaskMs: 0, longTasks: 0, busyShare: 0.1 };
const stuck = { framesPerSecond: 2.3, p95GapMs: 820, longestTaskMs: 980, longTasks: 8, busyShare: 0.43 };

it('sets the panel beside the Messages view, and the page beside both', () => {
  const figures: NativeFigures = {
    plan: { framesPerSecond: [2_000], durationMs: 1, filteredFrames: 10_000, rounds: 1 },
    live: [
      {
        framesPerSecond: 2_000,
        samples: {
          page: [{ framesPerSecond: 2_000, documents: [] }],
          console: [{ framesPerSecond: 1_985, documents: [smooth] }],
          messages: [{ framesPerSecond: 1_990, documents: [stuck] }],
          panel: [{ framesPerSecond: 1_980, documents: [smooth, { ...smooth, busyShare: 0.3 }] }],
        },
      },
    ],
    filterMs: { page: [], console: [], messages: [200], panel: [100] },
  };
  const lines = nativeTable(figures);
  expect(lines).toContain('| at 2,000 frames/s: no DevTools | 2,000 |  |  |  |  |');
  expect(lines).toContain(
    '| at 2,000 frames/s: DevTools at their Console, without us | 1,985 | 60 frames/s | 0 ms | 10 % | 10 % |',
  );
  expect(lines).toContain('| at 2,000 frames/s: Chrome’s Messages view | 1,990 | 2 frames/s | 980 ms | 43 % | 43 % |');
  expect(lines).toContain('| at 2,000 frames/s: the panel in DevTools | 1,980 | 60 frames/s | 0 ms | 30 % | 10 % |');
  expect(lines).toContain('| the panel in DevTools | 100 ms | 0.50 |');
});
