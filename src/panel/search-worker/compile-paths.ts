/** The JSON paths of a search as functions. */
import { type PathQuery, singularQuery } from '../models/filter/paths.ts';
import type { FilterTerm } from '../models/filter/terms.ts';
import type { RefusedPath } from './messages.ts';

/** Reads a path; rejects, with words for the user, when it is none. */
export type CompilePath = (path: string) => Promise<PathQuery>;

export interface CompiledPaths {
  readonly queries: ReadonlyMap<string, PathQuery>;
  readonly refused: readonly RefusedPath[];
}

export async function compilePaths(terms: readonly FilterTerm[], compile: CompilePath): Promise<CompiledPaths> {
  const paths = new Set(terms.flatMap((term) => (term.kind === 'path' ? [term.path] : [])));
  const queries = new Map<string, PathQuery>();
  const refused: RefusedPath[] = [];
  for (const path of paths) {
    try {
      queries.set(path, singularQuery(path) ?? (await compile(path)));
    } catch (error) {
      refused.push({ path, detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return { queries, refused };
}
