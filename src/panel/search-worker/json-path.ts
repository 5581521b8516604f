/** JSON paths by the library that knows all of RFC 9535; loaded when a path asks for more than names and indices. */
import { compile, type JSONValue } from 'json-p3';
import type { PathQuery } from '../models/filter/paths.ts';

/** Throws, with words for the user, when it is none. */
export function queryOf(path: string): PathQuery {
  const query = compile(path);
  // The library asks for JSON, and JSON.parse gives nothing else.
  return (root) => query.query(root as JSONValue).values();
}
