/**
 * Opens the database, upgrades it, and gives way when another context wants to upgrade or delete it. It never deletes
 * anything by itself: `resetDatabase` is for the panel to call when its user has said so.
 */
import { deleteDB, openDB } from 'idb';
import { DATABASE_NAME, DATABASE_VERSION, type Database, migrate } from './schema.ts';

/** How long another context may take to give way. Ours do at once; beyond it something hangs. */
const GIVE_WAY_MS = 3_000;

/** A database that is opened when it is needed, and again after it had to be closed. */
export interface Store {
  /** Rejects when it cannot be opened (see `storeFailureOf`); the next call tries again. */
  open(): Promise<Database>;
  close(): void;
}

/** Opens nothing yet. */
export function createStore(): Store {
  let opening: Promise<Database> | null = null;
  const forget = () => {
    opening = null;
  };

  return {
    open: () => {
      if (opening) return opening;
      const mine = openDatabase(() => {
        if (opening === mine) forget();
      });
      opening = mine;
      mine.catch(() => {
        if (opening === mine) forget();
      });
      return mine;
    },
    close: () => {
      opening?.then(
        (database) => database.close(),
        () => undefined,
      );
      forget();
    },
  };
}

/**
 * Opens the database at the present version, or at an earlier one (for tests). `onClosed` is called when it had to be
 * closed, because another context upgrades or deletes it or because the browser ended it.
 */
export function openDatabase(onClosed: () => void, version: number = DATABASE_VERSION): Promise<Database> {
  return givingWay(
    'The database is being used by another version of Socketscope.',
    async (blocked) => {
      let migrationError: unknown;
      const opened: Promise<Database> = openDB(DATABASE_NAME, version, {
        upgrade: (database, fromVersion, toVersion, transaction) => {
          transaction.done.catch(() => undefined); // the opening rejects, too
          migrate(database, transaction, fromVersion, toVersion ?? version).catch((error: unknown) => {
            migrationError = error;
          });
        },
        blocked,
        blocking: () => {
          onClosed();
          // close() waits for the transactions that run.
          void opened.then((database) => database.close());
        },
        terminated: onClosed,
      });
      // A failed migration aborts the upgrade: its own error says more than the AbortError that comes of it.
      return await opened.catch((error: unknown) => Promise.reject(migrationError ?? error));
    },
    (database) => database.close(),
  );
}

/** Deletes the database with every recording in it. Only for when a user has been asked and has agreed. */
export function resetDatabase(): Promise<void> {
  return givingWay(
    'The database is in use and cannot be deleted.',
    (blocked) => deleteDB(DATABASE_NAME, { blocked }),
    () => undefined,
  );
}

/**
 * Runs a request for which other contexts may have to close the database. When one does not, within GIVE_WAY_MS after
 * the browser has said so, it rejects with a BlockedError; what comes too late is thrown away.
 */
function givingWay<Value>(
  message: string,
  request: (blocked: () => void) => Promise<Value>,
  discard: (late: Value) => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    const blocked = () => {
      timer = setTimeout(() => {
        late = true;
        reject(new DOMException(message, 'BlockedError'));
      }, GIVE_WAY_MS);
    };
    request(blocked).then(
      (value) => {
        clearTimeout(timer);
        if (late) discard(value);
        else resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
