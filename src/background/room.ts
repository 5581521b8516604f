/**
 * Keeps recordings within their limits, makes room when there is none left, and sees to it that what can be restored for a
 * while is deleted after that. A worker that dies forgets its timers; the next one knows from the browser's local storage
 * that it has to look.
 */
import type { KeyValueStorage } from '../browser/extension.ts';
import { RESTORABLE_MS } from '../protocol/limits.ts';
import type { DeleteOutcome } from '../store/deletion.ts';
import type { RetentionLimits } from '../store/retention.ts';
import type { Writer } from '../store/writer.ts';
import type { Notices } from './notices.ts';

/** Between two sessions that are given up for want of room. Longer than the longest backoff, so that writing was tried. */
const MAKE_ROOM_MS = 6_000;
/** While a session grows, the limits are looked at whenever it has grown by this much. */
const GROWTH_BYTES = 32 * 1024 * 1024;

const STORAGE_KEY = 'deletionsDueAtMs';

export interface RoomEdges {
  /** Outlives the browser. */
  readonly storage: KeyValueStorage;
  readonly writer: Writer;
  readonly notices: Notices;
  /** Sessions that are recorded or paused, or go on. */
  liveSessionIds(): ReadonlySet<string>;
  /** What may be kept; null when that is not known. */
  retention(): Promise<Omit<RetentionLimits, 'nowMs'> | null>;
  /** There are fewer sessions than before, or more. */
  onSessionsChanged(): void;
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface Room {
  /** A worker before this one may have had something to delete later: only then is the database opened for it. */
  resume(): void;
  /** Deletes what the limits demand and what may be deleted by now. In the background of the background. */
  apply(): void;
  /** There is no storage left: deletes the oldest session that may go. Once in a while, for browsers see the room late. */
  make(): void;
  /** So much is stored of a session that grows. */
  onGrown(sessionId: string, storedBytes: number): void;
  deleteForNow(sessionId: string): Promise<DeleteOutcome>;
  restore(sessionId: string): Promise<'done' | 'notFound'>;
}

export function createRoom(edges: RoomEdges): Room {
  const { writer, nowMs, callAfter } = edges;
  let isMakingRoom = false;
  /** When there is something to delete, as the next worker will know it. */
  let remembered: number | null = null;
  /** When this worker will look again. */
  let plannedAtMs: number | null = null;
  /** What sessions took when the limits were looked at last. */
  const grownTo = new Map<string, number>();

  /** A failure shows at the next write, and the next worker goes on. */
  function apply(): void {
    const deletion = async () => {
      const retention = await edges.retention();
      if (!retention) return;
      const { chosen, nextDueAtMs } = await writer.deleteRest({ ...retention, nowMs: nowMs() });
      remember(nextDueAtMs);
      planFor(nextDueAtMs);
      if (chosen.length > 0) edges.onSessionsChanged();
    };
    deletion().catch(() => undefined);
  }

  function remember(dueAtMs: number | null): void {
    if (dueAtMs === remembered) return;
    remembered = dueAtMs;
    // Not known to the next worker, it is deleted when a panel is opened.
    edges.storage.set(STORAGE_KEY, dueAtMs).catch(() => undefined);
  }

  function planFor(dueAtMs: number | null): void {
    if (dueAtMs === null || (plannedAtMs !== null && plannedAtMs <= dueAtMs)) return;
    plannedAtMs = dueAtMs;
    callAfter(Math.max(0, dueAtMs - nowMs()), () => {
      if (plannedAtMs !== dueAtMs) return;
      plannedAtMs = null;
      apply();
    });
  }

  async function makeRoom(): Promise<void> {
    const made = await writer.deleteOldestSession(edges.liveSessionIds);
    if (made.kind === 'session') edges.notices.noteDeletedForRoom(made.session, nowMs());
    if (made.kind !== 'nothing') edges.onSessionsChanged();
  }

  return {
    apply,
    resume: () => {
      const look = async () => {
        const dueAtMs = await edges.storage.get(STORAGE_KEY);
        if (typeof dueAtMs !== 'number') return;
        remembered = dueAtMs;
        planFor(dueAtMs);
      };
      look().catch(() => undefined);
    },
    make: () => {
      if (isMakingRoom) return;
      isMakingRoom = true;
      // When nothing may go, or the deletion fails, the next failure asks again.
      makeRoom().catch(() => undefined);
      callAfter(MAKE_ROOM_MS, () => {
        isMakingRoom = false;
      });
    },
    onGrown: (sessionId, storedBytes) => {
      const before = grownTo.get(sessionId);
      if (before !== undefined && storedBytes < before + GROWTH_BYTES) return;
      grownTo.set(sessionId, storedBytes);
      if (before !== undefined) apply();
    },
    deleteForNow: async (sessionId) => {
      const dueAtMs = nowMs() + RESTORABLE_MS;
      const outcome = await writer.deleteForNow(sessionId, dueAtMs);
      if (outcome === 'done') {
        remember(Math.min(remembered ?? dueAtMs, dueAtMs));
        planFor(dueAtMs);
      }
      return outcome;
    },
    restore: writer.restoreSession,
  };
}
