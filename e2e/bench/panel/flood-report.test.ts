import { expect, it } from 'vitest';
import type { FloodedSetUp, FloodSample } from './flood.ts';
import { floodTable, lostShare } from './flood-report.ts';

function sampleOf(framesPerSecond: number, threadUs = 10): FloodSample {
  const cpuUs = { page: 20, extension: 0, devtools: 0, network: 5, browser: 5, other: 0 };
  return { framesPerSecond, threadUs, waitedShare: 0.25, cpuUs, lost: 0 };
}

it('is compared with no extension of the same round: what makes the machine slow hits both', () => {
  expect(lostShare([sampleOf(20_000), sampleOf(8_000)], [sampleOf(18_000), sampleOf(7_200)])).toBeCloseTo(0.1);
});

it('marks what loses more than a tenth of its throughput', () => {
  const base: FloodedSetUp = {
    id: 'none',
    title: 'no extension',
    samples: { paced: [sampleOf(20_000)], burst: [sampleOf(40_000)] },
  };
  const panel: FloodedSetUp = {
    id: 'panel',
    title: 'panel',
    samples: { paced: [sampleOf(19_000)], burst: [sampleOf(30_000, 12)] },
  };
  const lines = floodTable({
    plan: { framesPerSecond: 20_000, durationMs: 1, burstFrames: 1, rounds: 1 },
    setUps: [base, panel],
  });
  expect(lines).toContain('| panel | 19,000 | 5 % | 10.0 µs (1.00) | 25 % | 30.0 µs (1.00) | 0 |');
  expect(lines).toContain('| panel | 30,000 | **25 %** | 12.0 µs (1.20) | 25 % | 30.0 µs (1.00) | 0 |');
});
