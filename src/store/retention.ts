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
  const candidates = sessions
    .flatMap(({ sessionId, endedAtMs, pinned, storedBytes }) =>
      endedAtMs === null || pinned ? [] : [{ sessionId, endedAtMs, storedBytes }],
    )
    .sort((a, b) => a.endedAtMs - b.endedAtMs);
  let storedBytes = sessions.reduce((sum, session) => sum + session.storedBytes, 0);
  const chosen: string[] = [];
  for (const candidate of candidates) {
    if (storedBytes <= maxBytes && nowMs - candidate.endedAtMs <= maxAgeMs) break;
    chosen.push(candidate.sessionId);
    storedBytes -= candidate.storedBytes;
  }
  return chosen;
}
