/** Which terms could take any time. */
import type { FilterTerm } from '../models/filter/terms.ts';

/** A path may hold an expression, too. */
export function hasRegex(term: FilterTerm): boolean {
  if (term.kind === 'path') return true;
  return (term.kind === 'text' || term.kind === 'event') && term.patterns.some(({ kind }) => kind === 'regex');
}
