/** How much recordings take, and how much there is. */
import type { SessionRecord } from '../protocol/records.ts';
import type { Database } from './schema.ts';

export interface SpaceUsed {
  /** What all sessions take, about, bytes; those that can be restored are apart. */
  readonly storedBytes: number;
  readonly restorableBytes: number;
  readonly pinnedBytes: number;
  /** What the browser says that the extension takes, and may take, bytes; null: it does not say. */
  readonly usageBytes: number | null;
  readonly quotaBytes: number | null;
}

export async function readSpace(database: Database): Promise<SpaceUsed> {
  const [sessions, deletions, { usage, quota }] = await Promise.all([
    database.getAll('sessions'),
    database.getAll('deletions'),
    estimate(),
  ]);
  const restorable = deletions.flatMap(({ session }) => (session ? [session] : []));
  return {
    storedBytes: bytesOf(sessions),
    restorableBytes: bytesOf(restorable),
    pinnedBytes: bytesOf(sessions.filter(({ pinned }) => pinned)),
    usageBytes: usage ?? null,
    quotaBytes: quota ?? null,
  };
}

/** Not in tests outside a browser; rejects in contexts that are not secure. */
async function estimate(): Promise<StorageEstimate> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage;
  return (await storage?.estimate?.().catch(() => undefined)) ?? {};
}

function bytesOf(sessions: readonly SessionRecord[]): number {
  return sessions.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
}
