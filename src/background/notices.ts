/** What has happened while perhaps nobody looked: kept in the browser's local storage until somebody says he has seen it. */
import type { KeyValueStorage } from '../browser/extension.ts';
import { asRecord } from '../protocol/guards.ts';
import type { SessionRecord } from '../protocol/records.ts';
import type { Notice } from '../protocol/session-verbs.ts';

const MAX_NOTICES = 50;

export interface Notices {
  /** Resolves when `all` can be relied on. Never rejects. */
  readonly loaded: Promise<void>;
  /** The oldest first. */
  all(): readonly Notice[];
  noteDeletedForRoom(session: SessionRecord, atMs: number): void;
  dismiss(untilMs: number): void;
}

const STORAGE_KEY = 'notices';

export function createNotices(storage: KeyValueStorage, onChanged: () => void): Notices {
  let notices: readonly Notice[] = [];

  const loaded = storage.get(STORAGE_KEY).then(
    (stored) => {
      notices = [...(Array.isArray(stored) ? stored.filter(isNotice) : []), ...notices];
    },
    () => undefined,
  );

  function change(next: readonly Notice[]): void {
    notices = next.slice(-MAX_NOTICES);
    onChanged();
    // There may be no room for it, either; then this worker alone knows it, and says so with the next one.
    storage.set(STORAGE_KEY, notices).catch(() => undefined);
  }

  return {
    loaded,
    all: () => notices,
    noteDeletedForRoom: ({ sessionId, name, startedAtMs, storedBytes }, atMs) =>
      change([...notices, { kind: 'deletedForRoom', atMs, sessionId, name, startedAtMs, storedBytes }]),
    dismiss: (untilMs) => change(notices.filter(({ atMs }) => atMs > untilMs)),
  };
}

function isNotice(value: unknown): value is Notice {
  const { kind, atMs, sessionId, name, startedAtMs, storedBytes } = asRecord(value) ?? {};
  return (
    kind === 'deletedForRoom' &&
    [atMs, startedAtMs, storedBytes].every((number) => typeof number === 'number') &&
    [sessionId, name].every((text) => typeof text === 'string')
  );
}
