/**
 * JSON paths (RFC 9535): what they lead to, and whether that stands in a relation to a value. Paths of names and indices
 * alone, as most are, are walked here; the others by whom it is handed. Pure.
 */
import { testOf } from './connections.ts';
import type { ReadFrame } from './frames.ts';
import type { PathOperator, PathValue } from './terms.ts';

/** The values that a path leads to in a JSON value. */
export type PathQuery = (root: unknown) => Iterable<unknown>;

const STEP = /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(-?\d+)\]|\['((?:[^'\\])*)'\]|\["((?:[^"\\])*)"\]/uy;

/** A path of names and indices; null for any other. */
export function singularQuery(path: string): PathQuery | null {
  const steps: (string | number)[] = [];
  let at = 1;
  while (at < path.length) {
    STEP.lastIndex = at;
    const step = STEP.exec(path);
    if (!step) return null;
    const [whole, name, index, single, double] = step;
    steps.push(index === undefined ? (name ?? single ?? double ?? '') : Number(index));
    at += whole.length;
  }
  return (root) => walk(root, steps);
}

const NOTHING: readonly unknown[] = [];

function walk(root: unknown, steps: readonly (string | number)[]): readonly unknown[] {
  let value = root;
  for (const step of steps) {
    if (typeof step === 'number') {
      if (!Array.isArray(value)) return NOTHING;
      const index = step < 0 ? value.length + step : step;
      if (index < 0 || index >= value.length) return NOTHING;
      value = value[index];
    } else {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) {
        return NOTHING;
      }
      value = (value as Readonly<Record<string, unknown>>)[step];
    }
  }
  return [value];
}

export function pathTestOf(query: PathQuery, operator: PathOperator, value: PathValue): (frame: ReadFrame) => boolean {
  const holds = relationOf(operator, value);
  return (frame) => {
    const root = frame.json();
    if (root === undefined) return false;
    for (const found of query(root)) if (holds(found)) return true;
    return false;
  };
}

type Relation = (found: unknown) => boolean;

/** RFC 9535, section 2.3.5.2.2: only numbers with numbers and strings with strings have an order. */
function relationOf(operator: PathOperator, value: PathValue): Relation {
  if (typeof value === 'object' && value !== null) {
    const test = testOf(value);
    return (found) => {
      if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false;
      const text = String(found);
      return test(text, text.toLowerCase());
    };
  }
  const ordered =
    (compare: (found: string | number, with_: string | number) => boolean): Relation =>
    (found) =>
      (typeof found === 'number' && typeof value === 'number' && compare(found, value)) ||
      (typeof found === 'string' && typeof value === 'string' && compare(found, value));
  const relations: Readonly<Record<PathOperator, Relation>> = {
    exists: () => true,
    '==': (found) => found === value,
    '!=': (found) => found !== value,
    '<': ordered((a, b) => a < b),
    '<=': ordered((a, b) => a <= b),
    '>': ordered((a, b) => a > b),
    '>=': ordered((a, b) => a >= b),
    '=~': () => false,
    contains: () => false,
  };
  return relations[operator];
}
