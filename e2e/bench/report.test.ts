import { describe, expect, it } from 'vitest';
import { buildReport, type Findings, worstOf } from './report.ts';
import { ROWS } from './rows.ts';
import type { Sample, Samples } from './run-bench.ts';
import { rotate } from './run-bench.ts';
import { SET_UPS } from './set-ups.ts';
import { summarise } from './statistics.ts';
import { formatMs, renderReport, renderTable } from './table.ts';

const [row] = ROWS;
const rows = row ? [row] : [];
const setUps = SET_UPS.filter(({ id }) => id === 'none' || id === 'closed' || id === 'port');

function sample(elapsed: number, drainMs: number | null = null, cpuMs: number | null = null): Sample {
  return {
    values: { elapsed },
    drainMs,
    lostFrames: 0,
    cpuMs: cpuMs === null ? null : { page: cpuMs, extension: 0, devtools: 0, network: 10, browser: 0, other: 0 },
  };
}

function findings(samples: Samples): Findings {
  return {
    surroundings: {
      startedAt: '2026-01-01',
      browserVersion: 'Chrome/1',
      machine: { cores: 2, model: 'm', memoryBytes: 1, kernel: 'k' },
      load: [0, 0],
      stolen: null,
      rounds: 3,
      size: 'full',
    },
    setUps,
    rows,
    samples,
    installation: null,
    memory: [],
  };
}

/** The second round was slow for everybody. */
const SAMPLES: Samples = {
  [row?.id ?? '']: {
    none: [sample(100, null, 50), sample(400, null, 60), sample(100, null, 50)],
    closed: [sample(100), sample(404), sample(100)],
    port: [sample(120, 80, 100), sample(480, 90, 130), sample(121, 300, 110)],
  },
};

describe('the report', () => {
  const report = buildReport(findings(SAMPLES));

  it('compares within rounds', () => {
    const cells = report.lines[0]?.cells ?? [];
    expect(cells.map(({ setUp, median, compared, verdict }) => [setUp, median, compared?.median, verdict])).toEqual([
      ['none', 100, undefined, null],
      ['closed', 100, 1, 'met'],
      ['port', 121, 1.2, 'missed'],
    ]);
  });

  it('tells processor time by process, and drains only where something is recorded', () => {
    expect(report.cpu[0]?.cells.map(({ setUp, totalMs, byRole }) => [setUp, totalMs, byRole.page])).toEqual([
      ['none', 60, 50],
      ['port', 120, 110],
    ]);
    expect(report.drain[0]?.cells.map(({ setUp, ms, verdict }) => [setUp, ms.median, verdict])).toEqual([
      ['port', 90, 'met?'],
    ]);
  });

  it('sums the goals up, the worst line deciding', () => {
    expect(report.goals).toEqual([
      { what: 'panel closed: every ratio ≤ 1.01 (1 of 1)', verdict: 'met' },
      { what: 'recording, no panel: every ratio ≤ 1.05 (0 of 1)', verdict: 'missed' },
      {
        what: 'recording, no panel: all recorded ≤ 250 ms after the last frame (1 of 1)',
        verdict: 'met?',
      },
    ]);
    expect(worstOf(['met', 'missed?', 'met?'])).toBe('missed?');
  });

  it('holds memory and installation to their goals', () => {
    const load = { kind: 'text', payloadBytes: 150, frames: 10, sockets: 1 } as const;
    const { goals } = buildReport({
      ...findings({}),
      installation: {
        pageScriptMs: summarise([0.2, 0.3]),
        contentScriptMs: summarise([0.1]),
        messages: 0,
        messagesWithSocket: 1,
        workerWoken: false,
        workerWokenWithSocket: true,
      },
      memory: [{ load, cost: summarise([4_000_000, 4_000_000]) }],
    });
    expect(goals.map(({ verdict }) => verdict)).toEqual(['missed', 'met', 'met', 'met']);
  });

  it('is readable', () => {
    const text = renderReport(report);
    expect(text).toContain('1.20 (1.20–1.21) ✗');
    expect(text).toContain('1.00 (1.00–1.01) ✓');
    expect(text).not.toContain('NOT');
  });

  it('says so when the machine was busy', () => {
    const { surroundings, ...rest } = findings(SAMPLES);
    expect(renderReport(buildReport({ ...rest, surroundings: { ...surroundings, load: [3, 3] } }))).toContain(
      'NOT quiet',
    );
  });
});

describe('small things', () => {
  it('aligns columns', () => {
    expect(
      renderTable([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toBe('a     bb\nccc    d');
  });

  it.each([
    [1234.5, '1235'],
    [99.95, '100.0'],
    [0.1234, '0.12'],
  ])('%d ms is written %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it('lets each set-up come first in turn', () => {
    expect([0, 1, 2, 3].map((by) => rotate(['a', 'b', 'c'], by).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
