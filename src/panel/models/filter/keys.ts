/** The keys of the filter, as a table: what each understands, and what is offered while it is typed. Pure. */
import type { FrameKind } from '../content.ts';
import type { KeyedValue, ReadTerm } from './parse.ts';
import { FRAME_FACTS, type FrameFact, type NumberRange, type Pattern, type TextScope } from './terms.ts';
import { type FilterClock, parseCodes, parseSizes, parseTimes } from './values.ts';

export interface FilterKey {
  /** Values to offer. */
  readonly values: readonly string[];
  conditionOf(values: readonly KeyedValue[], clock: FilterClock): Pick<ReadTerm, 'condition' | 'problem'>;
}

const FRAME_KINDS: readonly FrameKind[] = ['text', 'binary', 'blob'];
/** Opcodes that no page is told of (WHATWG WebSockets, section "ping and pong frames"). */
const CONTROL_FRAMES: ReadonlySet<string> = new Set(['ping', 'pong', 'close']);

const patternOf = ({ text, regex }: KeyedValue): Pattern => regex ?? { kind: 'words', text: text.toLowerCase() };

const textKey = (scope: TextScope): FilterKey => ({
  values: [],
  conditionOf: (values) => ({ condition: { kind: 'text', scope, patterns: values.map(patternOf) } }),
});

type RangeKind = 'size' | 'time' | 'code';

const rangeKey = (
  kind: RangeKind,
  code: 'badSize' | 'badTime' | 'badCode',
  values: readonly string[],
  parse: (text: string, clock: FilterClock) => NumberRange | null,
): FilterKey => ({
  values,
  conditionOf: (given, clock) => {
    const ranges = given.map(({ text }) => parse(text, clock));
    const wrong = given[ranges.indexOf(null)];
    if (wrong) return { condition: null, problem: { code, detail: wrong.text, from: wrong.from } };
    return { condition: { kind, ranges: ranges.filter((range) => range !== null) } };
  },
});

const kindKey: FilterKey = {
  values: FRAME_KINDS,
  conditionOf: (values) => {
    const kinds: FrameKind[] = [];
    for (const { text, from } of values) {
      const kind = FRAME_KINDS.find((name) => name === text.toLowerCase());
      if (kind) kinds.push(kind);
      else {
        const code = CONTROL_FRAMES.has(text.toLowerCase()) ? 'controlFrame' : 'badKind';
        return { condition: null, problem: { code, detail: text, from } };
      }
    }
    return { condition: { kind: 'frameKind', kinds } };
  },
};

const DIRECTIONS: Readonly<Record<string, boolean>> = { in: false, out: true };

const directionKey: FilterKey = {
  values: ['in', 'out'],
  conditionOf: (values) => {
    const directions = new Set<boolean>();
    for (const { text, from } of values) {
      const name = text.toLowerCase();
      const isOut = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name] : undefined;
      if (isOut === undefined) return { condition: null, problem: { code: 'badDirection', detail: text, from } };
      directions.add(isOut);
    }
    const [first] = directions;
    // Either of both is no condition.
    return { condition: directions.size === 1 && first !== undefined ? { kind: 'direction', isOut: first } : null };
  },
};

const factKey: FilterKey = {
  values: FRAME_FACTS,
  conditionOf: (values) => {
    const facts: FrameFact[] = [];
    for (const { text, from } of values) {
      const fact = FRAME_FACTS.find((name) => name === text.toLowerCase());
      if (!fact) return { condition: null, problem: { code: 'badFact', detail: text, from } };
      facts.push(fact);
    }
    return { condition: { kind: 'is', facts } };
  },
};

const eventKey: FilterKey = {
  values: [],
  conditionOf: (values) => ({ condition: { kind: 'event', patterns: values.map(patternOf) } }),
};

/** In the order in which they are offered. */
export const KEYS: ReadonlyMap<string, FilterKey> = new Map<string, FilterKey>([
  ['dir', directionKey],
  ['kind', kindKey],
  ['size', rangeKey('size', 'badSize', ['>1k', '<100', '1k..10k'], parseSizes)],
  ['time', rangeKey('time', 'badTime', ['-30s', '+0s..+10s', '10:00..10:05'], parseTimes)],
  ['event', eventKey],
  ['is', factKey],
  ['url', textKey('url')],
  ['text', textKey('text')],
  ['code', rangeKey('code', 'badCode', ['1006', '>=4000', '1001..1015'], parseCodes)],
]);

/** The key that somebody may have meant, a letter away; null where it is none: `https:` and `type:` are texts. */
export function nearestKey(written: string): string | null {
  const name = written.toLowerCase();
  if (name.length < 3) return null;
  return [...KEYS.keys()].find((key) => isOneEditAway(name, key) || (key.length > 2 && name === `${key}s`)) ?? null;
}

function isOneEditAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1 || long === short || long.length < 4) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same++;
  // One letter too many, one other, or two in each other's place.
  if (short.length < long.length) return short.slice(same) === long.slice(same + 1);
  if (short.slice(same + 1) === long.slice(same + 1)) return true;
  return (
    short[same] === long[same + 1] && short[same + 1] === long[same] && short.slice(same + 2) === long.slice(same + 2)
  );
}
