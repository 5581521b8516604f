/**
 * What a panel may ask for around sessions, and how that is answered. All of it works without DevTools, too; what is not
 * about the tab that a panel looks at works from a panel of a stored session, which looks at none.
 */
import type { SessionSummary } from './records.ts';

/** A moment, or one frame, that somebody wants to find again. */
export interface NewMark {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Plain text, perhaps ''. */
  readonly text: string;
  readonly connectionId: string | null;
  /** Of the frame; needs `connectionId`. */
  readonly seq: number | null;
  /** Missing: the session that the panel's tab is recorded in. */
  readonly sessionId?: string;
}

export interface NewSession {
  /** '': that of its first page. */
  readonly name: string;
  /** Besides the panel's own tab, which is always in it. */
  readonly tabIds: readonly number[];
  /** Until it is stopped: whether or not anybody looks, and across restarts of the browser. */
  readonly goesOn: boolean;
}

export type SessionVerb =
  | { readonly kind: 'mark'; readonly mark: NewMark }
  | { readonly kind: 'editMark'; readonly contextId: number; readonly text: string }
  | { readonly kind: 'removeMark'; readonly contextId: number }
  /** Begins now: what was recorded before stays in a session of its own, connections that are open go on in this one. */
  | ({ readonly kind: 'start' } & NewSession)
  /**
   * Ends the named session of the panel's tab, or this one. Tabs that somebody looks at go on in new ones that nobody has
   * named.
   */
  | { readonly kind: 'stop'; readonly sessionId: string | null }
  /** The tabs of the named session from now on; the panel's own stays in it. */
  | { readonly kind: 'setTabs'; readonly tabIds: readonly number[] }
  | { readonly kind: 'rename'; readonly sessionId: string; readonly name: string }
  | { readonly kind: 'setNotes'; readonly sessionId: string; readonly notes: string }
  | { readonly kind: 'pin'; readonly sessionId: string; readonly on: boolean }
  /** Not one that is being recorded. Can be undone for RESTORABLE_MS. */
  | { readonly kind: 'delete'; readonly sessionId: string }
  | { readonly kind: 'restore'; readonly sessionId: string }
  | { readonly kind: 'setSummary'; readonly sessionId: string; readonly summary: SessionSummary }
  /** Records all tabs that show a page of this origin, from now on, whether or not anybody looks. */
  | { readonly kind: 'setAlwaysOn'; readonly origin: string; readonly on: boolean }
  /** Somebody has read all notices up to this one. */
  | { readonly kind: 'dismissNotices'; readonly untilMs: number }
  /** An import has ended: lists have to show what it wrote, limits hold for it, and what it gave up is to be deleted. */
  | { readonly kind: 'importEnded' };

/**
 * `notRecorded`: the panel's tab is not, or not in a named session; `notFound`: no such session, marker or tab, or it
 * cannot be restored any more; `isRecorded`: not while it is being recorded; `alreadyNamed`: a tab is in another named
 * session already; `invalid`: such a value cannot be meant; `failed`: it could not be written; `unanswered`: the
 * background died over it.
 */
export type SessionOutcome =
  | 'done'
  | 'notRecorded'
  | 'notFound'
  | 'isRecorded'
  | 'alreadyNamed'
  | 'invalid'
  | 'failed'
  | 'unanswered';

export type MarkOutcome = SessionOutcome;

export interface SessionAnswer {
  readonly outcome: SessionOutcome;
  /** Of the session that was begun, ended or changed; null unless `done`. */
  readonly sessionId: string | null;
}

/** Something that happened while perhaps nobody looked, kept until somebody has seen it. */
export interface Notice {
  /** The storage was full, and this session was deleted to make room. */
  readonly kind: 'deletedForRoom';
  readonly atMs: number;
  readonly sessionId: string;
  readonly name: string;
  readonly startedAtMs: number;
  readonly storedBytes: number;
}
