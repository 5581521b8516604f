import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../../e2e/words/node.ts';
import type { Comparison } from './compare.ts';
import { comparisonMarkdown } from './comparison-markdown.ts';

const OPTIONS = {
  before: { name: 'Cart | before', facts: ['2026-11-20 10:31', 'Chrome 142'] },
  after: { name: 'Cart, after', facts: ['SHOP-4711:\nthe <b>fix</b>'] },
  measures: { ms: (ms: number) => `${ms} ms`, bytes: (bytes: number) => `${bytes} B` },
};

const NOTHING: Comparison = { figures: [], closes: [], lines: [], findings: [] };

const COMPARED: Comparison = {
  figures: [
    { id: 'opening', title: 'Time to open, middle', unit: 'ms', before: 920, after: 130, change: 'better' },
    { id: 'failed', title: 'Handshakes that failed', unit: 'count', before: 0, after: 1_200, change: 'worse' },
    { id: 'disconnects', title: 'Disconnects', unit: 'perHour', before: 2.25, after: null, change: 'unclear' },
    { id: 'bytesIn', title: 'Bytes received', unit: 'bytes', before: 512, after: 512, change: 'same' },
  ],
  closes: [{ code: 1006, name: 'Abnormal Closure', before: 9, after: 1 }],
  lines: [
    {
      id: 'reopened',
      title: 'Open again',
      before: { passed: 1, failed: 6, pending: 0, notApplicable: 0, interrupted: 0 },
      after: { passed: 0, failed: 0, pending: 1, notApplicable: 0, interrupted: 0 },
      medianBefore: 14_000,
      medianAfter: null,
      unit: 'ms',
      change: 'unclear',
    },
  ],
  findings: [],
};

afterEach(() => speak('en'));

describe('a comparison as Markdown', () => {
  it('has what the view shows, in its order', () => {
    expect(comparisonMarkdown(COMPARED, OPTIONS)).toBe(`# Comparison of two sessions

- Before: **Cart \\| before** · 2026-11-20 10:31 · Chrome 142
- After: **Cart, after** · SHOP-4711: the \\<b\\>fix\\</b\\>

## Findings

None in either.

## Closes by code

|  | Before | After | Change |
| --- | ---: | ---: | --- |
| 1006 Abnormal Closure | 9 | 1 |  |

## Figures

|  | Before | After | Change |
| --- | ---: | ---: | --- |
| Time to open, middle | 920 ms | 130 ms | ✓ better |
| Handshakes that failed | 0 | 1,200 | ✗ worse |
| Disconnects per hour of being open | 2.3 | – | ≠ different |
| Bytes received | 512 B | 512 B | = same |

## Lines of the verdicts

|  | Before | After | Change |
| --- | ---: | ---: | --- |
| Open again | 1 passed, 6 failed, 14000 ms | – | ≠ different |
`);
  });

  it('says of each finding where it is, and how often', () => {
    const finding = {
      rule: 'idleTimeout',
      title: 'Cut after `60 s` of *silence*',
    } as Comparison['findings'][number]['before'][number];
    const findings = [{ rule: 'idleTimeout', where: 'before', before: [finding, finding], after: [] }] as const;
    expect(comparisonMarkdown({ ...NOTHING, findings }, OPTIONS)).toContain(
      '- ✓ gone: Cut after \\`60 s\\` of \\*silence\\* (2 → 0)\n',
    );
  });

  it('speaks the language of the words', () => {
    speak('tr');
    expect(comparisonMarkdown(COMPARED, OPTIONS)).toMatch(/^# İki oturumun karşılaştırması\n/);
  });
});
