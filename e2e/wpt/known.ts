/** Tells differences that are known, with their reason, from new ones, and known ones that are gone. Pure. */
import { type Difference, WHOLE_TEST } from './compare.ts';

/** The two states in which the extension is tried: nobody looks, or a panel is attached to the tab and it is recorded. */
export const PANEL_STATES = ['closed', 'recording'] as const;
export type PanelState = (typeof PANEL_STATES)[number];

/** A difference that is understood and cannot, or shall not, be removed. */
export interface KnownDifference {
  /** Path and query of the test, as the report prints it. */
  readonly url: string;
  /** Name of the subtest; without it, the state of the test file as a whole. */
  readonly subtest?: string;
  readonly panel: PanelState | 'both';
  /** Outcomes as the report prints them, up to any length: the start is enough. */
  readonly native: string;
  readonly hooked: string;
  /** Why it is so, and why it stays. */
  readonly reason: string;
}

export interface Sorted {
  /** Undocumented. */
  readonly fresh: readonly Difference[];
  readonly known: readonly { readonly difference: Difference; readonly entry: KnownDifference }[];
  /** Entries for this state of the panel whose test was run and did not differ in that way. */
  readonly vanished: readonly KnownDifference[];
}

/** Sorts the differences found in `panel` by `list`; `urls` are the tests that were run. */
export function sortByKnown(
  differences: readonly Difference[],
  list: readonly KnownDifference[],
  panel: PanelState,
  urls: ReadonlySet<string>,
): Sorted {
  const entries = list.filter((entry) => entry.panel === panel || entry.panel === 'both');
  const matched = differences.map((difference) => ({
    difference,
    entry: entries.find((entry) => describes(entry, difference)),
  }));
  const used = new Set(matched.map(({ entry }) => entry));
  return {
    fresh: matched.flatMap(({ difference, entry }) => (entry === undefined ? [difference] : [])),
    known: matched.flatMap(({ difference, entry }) => (entry === undefined ? [] : [{ difference, entry }])),
    vanished: entries.filter((entry) => urls.has(entry.url) && !used.has(entry)),
  };
}

/** A known difference that now ends in yet another way is a new one. */
function describes(entry: KnownDifference, { url, subtest, native, hooked }: Difference): boolean {
  return (
    entry.url === url &&
    (entry.subtest ?? WHOLE_TEST) === subtest &&
    native.startsWith(entry.native) &&
    hooked.startsWith(entry.hooked)
  );
}
