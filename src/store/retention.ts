/** Which recordings have to go. Pure. */
import type { SessionRecord } from '../protocol/records.ts';

export interface RetentionLimits {
  readonly nowMs: number;
  /** All sessions together may take this much, bytes. */
  readonly maxBytes: number;
  /** A session may have ended this long ago. */
  readonly maxAgeMs: number;
}

/**
 * The oldest sessions first, until the rest is within the limits. Sessions that have not ended and pinned ones stay,
 * but count: when they alone take too much, all others go.
 */
export function chooseSessionsToDelete(
  sessions: readonly SessionRecord[],
  { nowMs, maxBytes, maxAgeMs }: RetentionLimits,
): readonly string[] {
  const candidates = deletable(sessions);
  let storedBytes = sessions.reduce((sum, session) => sum + session.storedBytes, 0);
  const chosen: string[] = [];
  for (const candidate of candidates) {
    if (storedBytes <= maxBytes && nowMs - candidate.endedAtMs <= maxAgeMs) break;
    chosen.push(candidate.sessionId);
    storedBytes -= candidate.storedBytes;
  }
  return chosen;
}

/**
 * The session that goes first when there is no storage left; null when none may go. `live` are those that are recorded or
 * paused: that another one has ended may be what there was no room left to write.
 */
export function oldestToDelete(sessions: readonly SessionRecord[], live: ReadonlySet<string>): string | null {
  const ended = sessions
    .filter(({ sessionId }) => !live.has(sessionId))
    .map((session) => ({ ...session, endedAtMs: session.endedAtMs ?? session.startedAtMs }));
  return deletable(ended)[0]?.sessionId ?? null;
}

/** Those that may go, oldest first; an imported one is as old as its import. */
function deletable(sessions: readonly SessionRecord[]) {
  return sessions
    .flatMap(({ sessionId, endedAtMs, pinned, storedBytes, importedFrom }) =>
      endedAtMs === null || pinned
        ? []
        : [{ sessionId, endedAtMs: Math.max(endedAtMs, importedFrom?.atMs ?? 0), storedBytes }],
    )
    .sort((a, b) => a.endedAtMs - b.endedAtMs);
}
