import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from './parse.ts';
import type { FilterTerm } from './terms.ts';

/** 10:00:00 local time, as clocks of the panel are. */
const START_MS = new Date(2026, 10, 21, 10).getTime();
const CLOCK = { startMs: START_MS, endMs: START_MS + 600_000 };
const SECOND_MS = 1_000;

const parse = (input: string) => parseFilter(input, CLOCK);

/** As a reader of the filter would say it. */
function said(term: FilterTerm): string {
  const minus = term.isNegative ? '-' : '';
  const patterns = (
    list: readonly ({ kind: 'words'; text: string } | { kind: 'regex'; source: string; flags: string })[],
  ) => list.map((one) => (one.kind === 'words' ? one.text : `/${one.source}/${one.flags}`)).join('|');
  switch (term.kind) {
    case 'text':
      return `${minus}${term.scope} ${patterns(term.patterns)}`;
    case 'event':
      return `${minus}event ${patterns(term.patterns)}`;
    case 'direction':
      return `${minus}${term.isOut ? 'out' : 'in'}`;
    case 'frameKind':
      return `${minus}kind ${term.kinds.join('|')}`;
    case 'is':
      return `${minus}is ${term.facts.join('|')}`;
    case 'path':
      return `${minus}${term.path} ${term.operator} ${JSON.stringify(term.value)}`;
    default:
      return `${minus}${term.kind} ${term.ranges.map(({ min, max }) => `${min}..${max}`).join('|')}`;
  }
}

describe('a filter', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    ['Ticker', ['any ticker']],
    ['a -b', ['any a', '-any b']],
    ['"order placed"', ['any order placed']],
    ['-"order placed', ['-any order placed']],
    ['"say \\"hi\\" \\\\ there"', ['any say "hi" \\ there']],
    ['"type":"tick"', ['any "type":"tick"']],
    ['url:wss -text:ping', ['url wss', '-text ping']],
    ['URL:"a b"', ['url a b']],
    ['wss://a.test', ['any wss://a.test']],
    ['-', []],
    ['url:', []],
    ['--', ['-any -']],
    ['""', []],
    ['a-b', ['any a-b']],
    ['/err|warn/i', ['any /err|warn/i']],
    ['/a b[/]c/gi', ['any /a b[/]c/i']],
    ['/socket.io/?EIO=4', ['any /socket.io/?eio=4']],
    ['/live', ['any /live']],
    ['text:/x y/ b', ['text /x y/', 'any b']],
    ['text:a|"b c"|/d|e/', ['text a|b c|/d|e/']],
    ['dir:in', ['in']],
    ['-dir:OUT', ['-out']],
    ['dir:in|out', []],
    ['kind:text|binary', ['kind text|binary']],
    ['size:>1k', ['size 1001..Infinity']],
    ['size:>=1.5kB', ['size 1500..Infinity']],
    ['size:<2KiB', ['size -Infinity..2047']],
    ['size:1k..2M', ['size 1000..2000000']],
    ['size:0|>10', ['size 0..0|11..Infinity']],
    ['code:1006|4000..4999', ['code 1006..1006|4000..4999']],
    ['-code:1000', ['-code 1000..1000']],
    ['is:simulated|marked', ['is simulated|marked']],
    ['event:phx_join|/^x$/', ['event phx_join|/^x$/']],
    ['$.type == "tick"', ['$.type == "tick"']],
    ["$.type=='tick' b", ['$.type == "tick"', 'any b']],
    ['$.price>3', ['$.price > 3']],
    ['$.items[0].price >= -3.5e2', ['$.items[0].price >= -350']],
    ['-$.ok = true', ['-$.ok == true']],
    ['$.x != null', ['$.x != null']],
    ['$..id exists order', ['$..id exists null', 'any order']],
    ['$..id order', ['$..id exists null', 'any order']],
    ['$.name =~ /^a/i', ['$.name =~ {"kind":"regex","source":"^a","flags":"i"}']],
    ['$.name contains Ab', ['$.name contains {"kind":"words","text":"ab"}']],
    ['$[\'a b\'][?@.c == "d e"].f == g', ['$[\'a b\'][?@.c == "d e"].f == "g"']],
    ['$50', ['any $50']],
    ['$', ['any $']],
    ['$.', []],
  ])('reads %j', (input, terms) => {
    const { terms: found, problems } = parse(input);
    expect(found.map(said)).toEqual(terms);
    expect(problems).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['time:10:00:05', 5 * SECOND_MS, 6 * SECOND_MS],
    ['time:10:01', 60 * SECOND_MS, 120 * SECOND_MS],
    ['time:10:00:05.25', 5_250, 5_260],
    ['time:+5s..+1m30s', 5 * SECOND_MS, 90 * SECOND_MS],
    ['time:+5s', 5 * SECOND_MS, 6 * SECOND_MS],
    ['time:-30s', 570 * SECOND_MS, Number.POSITIVE_INFINITY],
    ['time:-60s..-30s', 540 * SECOND_MS, 570 * SECOND_MS],
    ['time:>10:01', 60 * SECOND_MS, Number.POSITIVE_INFINITY],
    ['time:10:00..10:01', 0, 60 * SECOND_MS],
    ['time:09:59', 23 * 3600 * SECOND_MS + 59 * 60 * SECOND_MS, 24 * 3600 * SECOND_MS],
  ])('reads the span %s', (input, fromMs, toMs) => {
    const [term] = parse(input).terms;
    expect(term).toEqual({
      kind: 'time',
      isNegative: false,
      ranges: [{ min: START_MS + fromMs, max: START_MS + toMs }],
    });
  });

  it('reads dates with a time zone', () => {
    const [term] = parse('time:2026-11-21T10:00:00Z').terms;
    const fromMs = Date.UTC(2026, 10, 21, 10);
    expect(term).toMatchObject({ ranges: [{ min: fromMs, max: fromMs + SECOND_MS }] });
  });

  it.each([
    ['ok /(/', 'badRegex', 3, 6],
    ['dir:up', 'badDirection', 4, 6],
    ['kind:json', 'badKind', 5, 9],
    ['kind:text|ping', 'controlFrame', 10, 14],
    ['size:big', 'badSize', 5, 8],
    ['time:soon', 'badTime', 5, 9],
    ['time:25:00', 'badTime', 5, 10],
    ['code:x', 'badCode', 5, 6],
    ['is:heart', 'badFact', 3, 8],
    ['a $.x ==', 'noValue', 2, 8],
    ['$.x =~ /(/', 'badRegex', 0, 10],
    ['sise:>1k', 'unknownKey', 0, 8],
  ])('says what is wrong with %j, and where', (input, code, from, to) => {
    const { problems } = parse(input);
    expect(problems.map((problem) => [problem.code, problem.from, problem.to])).toEqual([[code, from, to]]);
  });

  it('uses what it understands of a filter that is partly wrong', () => {
    const { terms, problems } = parse('order size:big dir:in');
    expect(terms.map(said)).toEqual(['any order', 'in']);
    expect(problems).toHaveLength(1);
  });

  it('never throws, has no empty words, which everything would hold, and places problems within the text', () => {
    const pieces = fc.constantFrom(
      '-',
      '/',
      '"',
      '$',
      '.',
      '[',
      ']',
      '|',
      ':',
      'dir:',
      'size:',
      '>',
      '=',
      '(',
      ' ',
      'a',
      '\\',
    );
    const inputs = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 14 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(inputs, (input) => {
        const { terms, problems } = parse(input);
        for (const term of terms) {
          if (term.kind !== 'text') continue;
          for (const pattern of term.patterns) if (pattern.kind === 'words') expect(pattern.text).not.toBe('');
        }
        for (const { from, to } of problems) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThanOrEqual(input.length);
          expect(from).toBeLessThan(to);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads a quoted text as it was meant', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const quoted = `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
        expect(parse(quoted).terms).toEqual([
          { kind: 'text', scope: 'any', patterns: [{ kind: 'words', text: text.toLowerCase() }], isNegative: false },
        ]);
      }),
    );
  });
});
