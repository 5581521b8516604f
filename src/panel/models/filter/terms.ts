/**
 * What a filter says, as data: terms that all have to hold. `parse.ts` reads them, `connections.ts` asks them of connections,
 * and the search worker asks them of frames. Structured-cloneable. Times are epoch milliseconds.
 */
import type { FrameKind } from '../content.ts';

/** What a text is looked for in: a connection's name, a frame's text, or either. */
export type TextScope = 'any' | 'url' | 'text';

/** Both ends belong to it; infinite where it is open. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** Text in lower case, or a regular expression. */
export type Pattern =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string };

/** What can be said of a frame besides its payload. */
export const FRAME_FACTS = [
  'simulated',
  'heartbeat',
  'truncated',
  'marked',
  'discarded',
  'lost',
  'delayed',
  'empty',
] as const;
export type FrameFact = (typeof FRAME_FACTS)[number];

export const PATH_OPERATORS = ['exists', '==', '!=', '<=', '>=', '<', '>', '=~', 'contains'] as const;
export type PathOperator = (typeof PATH_OPERATORS)[number];

export type PathValue = string | number | boolean | null | Pattern;

export type Condition =
  | { readonly kind: 'text'; readonly scope: TextScope; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'direction'; readonly isOut: boolean }
  | { readonly kind: 'frameKind'; readonly kinds: readonly FrameKind[] }
  | { readonly kind: 'size'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'time'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'event'; readonly patterns: readonly Pattern[] }
  | { readonly kind: 'code'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'is'; readonly facts: readonly FrameFact[] }
  /** Holds when any value that the path leads to stands in this relation to the value. */
  | {
      readonly kind: 'path';
      readonly path: string;
      readonly operator: PathOperator;
      readonly value: PathValue;
    };

export type FilterTerm = Condition & { readonly isNegative: boolean };

/** What is wrong with a part of a filter; words.ts has the words. The part is left out. */
export interface FilterProblem {
  /** Where it stands in the text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly code: FilterProblemCode;
  /** What it is about: what was written, or what the engine says of it. */
  readonly detail: string;
}

export type FilterProblemCode =
  | 'badRegex'
  | 'badDirection'
  | 'badKind'
  | 'controlFrame'
  | 'badSize'
  | 'badTime'
  | 'badCode'
  | 'badFact'
  | 'badPath'
  | 'noValue'
  | 'unknownKey';

export interface Filter {
  readonly terms: readonly FilterTerm[];
  readonly problems: readonly FilterProblem[];
}
