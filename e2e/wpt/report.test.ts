import { describe, expect, it } from 'vitest';
import type { Completeness } from './completeness.ts';
import type { Confirmed } from './confirm.ts';
import { exitCodeOf, formatReport, type PanelReport, type Report } from './report.ts';
import type { TestResult } from './results.ts';

const results: readonly TestResult[] = [
  {
    url: '/a',
    harness: 'OK',
    message: null,
    durationMs: 1,
    subtests: [{ name: 'x', status: 'PASS', message: null }],
  },
];
const broken: Confirmed = {
  difference: { url: '/a', subtest: 'x', native: 'PASS', hooked: 'FAIL: why' },
  verdict: 'different',
  native: ['PASS', 'PASS'],
  hooked: ['FAIL: why', 'TIMEOUT'],
};
const known = { url: '/k', panel: 'both', native: 'PASS', hooked: 'FAIL', reason: 'the reason' } as const;
const clean: PanelReport = {
  panel: 'closed',
  results,
  seconds: 7,
  fresh: [],
  wavering: [],
  known: [],
  vanished: [],
  completeness: null,
};
const complete: Completeness = {
  totals: { connections: 3, frames: 20, closes: 2 },
  fresh: [],
  known: [],
  vanished: [],
};
const loss = { url: '/a', connection: 'host/echo', problems: ['not recorded: much'] };

function report(panel: Partial<PanelReport>, rest: Partial<Report> = {}): Report {
  const panels = [{ ...clean, ...panel }];
  return { browserVersion: 'Chrome/1', native: results, nativeSeconds: 0, panels, notRun: [], ...rest };
}

describe('exitCodeOf', () => {
  it('is 0 without a new difference, whatever is known, gone or wavers', () => {
    expect(exitCodeOf(report({ known: [known], vanished: [known], wavering: [broken] }))).toBe(0);
  });

  it('is 1 with one', () => {
    expect(exitCodeOf(report({ fresh: [broken] }))).toBe(1);
  });

  it('is 1 when something was not recorded', () => {
    expect(exitCodeOf(report({ completeness: complete }))).toBe(0);
    expect(exitCodeOf(report({ completeness: { ...complete, fresh: [loss] } }))).toBe(1);
  });

  it('is 2 when something could not be run', () => {
    expect(exitCodeOf(report({}, { notRun: results }))).toBe(2);
  });
});

describe('formatReport', () => {
  it('prints what was recorded otherwise, and how much went over the wire', () => {
    const text = formatReport(report({ completeness: { ...complete, fresh: [loss] } })).join('\n');
    expect(text).toContain('recorded otherwise than on the wire (1)\n  /a\n    host/echo\n      not recorded: much');
    expect(text).toContain('3 connections, 20 frames, 2 close frames; recorded otherwise: 1 new, 0 known kinds');
    expect(text).toContain('1 undocumented difference');
  });

  it('prints what differs, with the outcomes of all runs', () => {
    const text = formatReport(report({ fresh: [broken] })).join('\n');
    expect(text).toContain('Panel closed: differs from native (1)\n  /a\n    x\n');
    expect(text).toContain('native: 2 × PASS\n');
    expect(text).toContain('hooked: 1 × FAIL: why, 1 × TIMEOUT\n');
    expect(text).toContain('1 undocumented difference');
  });

  it('prints known differences with their reason', () => {
    expect(formatReport(report({ known: [known] })).join('\n')).toContain('  /k\n      the reason');
  });

  it('cuts long messages and keeps them on one line', () => {
    const long = { ...broken, hooked: [`FAIL: a\nb ${'x'.repeat(1000)}`] };
    const line =
      formatReport(report({ fresh: [long] }))
        .join('\n')
        .match(/hooked: (.*)/)?.[1] ?? '';
    expect(line).toMatch(/^1 × FAIL: a b x+…$/);
    expect(line.length).toBeLessThan(320);
  });

  it('ends with the table and one line', () => {
    expect(formatReport(report({})).slice(-5)).toEqual([
      '              tests  subtests  pass  new  known  gone  waver    seconds',
      'native            1         1     1                           from file',
      'panel closed      1         1     1    0      0     0      0          7',
      '',
      'web-platform-tests, Chrome/1: no undocumented difference',
    ]);
  });

  it('never calls an incomplete run one without differences alone', () => {
    expect(formatReport(report({}, { notRun: results })).at(-1)).toContain('1 result is missing');
  });
});
