/**
 * Panel ↔ searcher. The searcher looks through the frames of a session in a worker, so that no expression, however it was
 * written, can hold up the panel. Everything here is structured-cloneable. Times are epoch milliseconds.
 */
import type { AskedConnection } from '../models/filter/connections.ts';
import type { FilterProblem, FilterTerm } from '../models/filter/terms.ts';
import type { FramePlace } from '../models/find-rows.ts';
import type { TimeSpan } from '../models/time-scale.ts';

/** What is searched for: the frames that lists show, or the places that the search bar goes to. One of each at a time. */
export type SearchName = 'filter' | 'find';

export interface SearchRequest {
  readonly name: SearchName;
  /** Rising; news carry it. */
  readonly searchId: number;
  readonly terms: readonly FilterTerm[];
  /** fromMs <= frame < toMs; null: at any time. */
  readonly span: TimeSpan | null;
  readonly connections: readonly SearchedConnection[];
  /** Marked frames, by connectionId. */
  readonly marked: ReadonlyMap<string, readonly number[]>;
  /** The connection to begin with. */
  readonly firstId: string | null;
  /** Whether a connection's name counts as text of its frames. */
  readonly usesNames: boolean;
  /** Whether upper and lower case differ. Regular expressions have a flag for it. */
  readonly isCaseSensitive: boolean;
}

/** What the searcher has to know of a connection. */
export interface SearchedConnection {
  readonly connectionId: string;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly protocol: string | null;
  readonly closeCode: number | null;
  readonly nextSeq: number;
}

export type SearcherMessage =
  /** In place of the search of this name before it. */
  | { readonly kind: 'search'; readonly request: SearchRequest }
  /** Connections that are new or have changed. */
  | { readonly kind: 'changed'; readonly searchId: number; readonly connections: readonly SearchedConnection[] }
  /** This connection is looked at now. */
  | { readonly kind: 'prefer'; readonly connectionId: string }
  | { readonly kind: 'stop'; readonly name: SearchName }
  /** Reads no further, and goes on telling excerpts of what it found. */
  | { readonly kind: 'halt'; readonly searchId: number }
  | { readonly kind: 'excerpts'; readonly searchId: number; readonly places: readonly FramePlace[] }
  /** Answered by `alive`, unless it is stuck. */
  | { readonly kind: 'ping'; readonly pingId: number };

/** What has been found in one connection since the last news. */
export interface FoundPart {
  readonly connectionId: string;
  /** What was found before is void: the connection has changed. */
  readonly isAnew: boolean;
  readonly isListed: AskedConnection['isListed'];
  /** False: nothing is asked of its frames, all pass, none was read. */
  readonly isFiltered: boolean;
  /** Rising, higher than those of earlier news. */
  readonly seqs: Uint32Array<ArrayBuffer>;
  /** Frames with lower seqs have been looked at. */
  readonly searchedTo: number;
}

/** A piece of a frame's text around what was found in it. */
export interface Excerpt extends FramePlace {
  readonly atMs: number;
  readonly isOut: boolean;
  readonly text: string;
  /** Where in `text` it was found; equal where it is not in this piece. */
  readonly from: number;
  readonly to: number;
}

export type SearchNews =
  | {
      readonly kind: 'found';
      readonly searchId: number;
      readonly parts: readonly FoundPart[];
      /** Of `totalFrames`, which grows when frames come. */
      readonly searchedFrames: number;
      readonly totalFrames: number;
      /** Of the searched, those that were compressed and not looked into, or not to their end: they hold too much. */
      readonly cutFrames: number;
      readonly isDone: boolean;
    }
  /** Terms that cannot be used, e.g. a JSON path that is none; without places, but with what was written. */
  | { readonly kind: 'refused'; readonly searchId: number; readonly problems: readonly RefusedPath[] }
  | { readonly kind: 'failed'; readonly searchId: number; readonly problem: string }
  | { readonly kind: 'excerpts'; readonly searchId: number; readonly excerpts: readonly Excerpt[] }
  | { readonly kind: 'alive'; readonly pingId: number };

export interface RefusedPath extends Pick<FilterProblem, 'detail'> {
  readonly path: string;
}
