/**
 * Keeps account of what a launched browser leaves on the machine (a process, a profile folder) and removes it when the
 * browser is closed, or when this Node process ends first: by an error, by process.exit or by a signal.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything still to be undone. Runs inside 'exit' handlers, so undoing must be synchronous. */
const pending = new Set<() => void>();
let installed = false;

/** Registers `undo` for the end of this process. The result undoes at once (and only once) and forgets it. */
export function onProcessEnd(undo: () => void): () => void {
  installHandlers();
  const entry = () => {
    if (pending.delete(entry)) {
      undo();
    }
  };
  pending.add(entry);
  return entry;
}

/** A new folder in the system's temporary folder; `remove` deletes it. */
export function createTemporaryFolder(purpose: string): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `socketscope-${purpose}-`));
  // A browser that was just killed may still be writing: ENOTEMPTY and EBUSY are tried again for a second.
  const remove = onProcessEnd(() => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return { path, remove };
}

/**
 * Ends a process by its id, and with it its process group when it leads one: the children of a browser would otherwise
 * live on for a moment and write into the profile that is just being deleted. A process that is gone already is fine.
 */
export function killProcess(pid: number): void {
  const leadsGroup = process.platform !== 'win32' && sendKill(-pid);
  if (!leadsGroup) {
    sendKill(pid);
  }
}

/** False when there is no such process or group. */
function sendKill(target: number): boolean {
  try {
    process.kill(target, 'SIGKILL');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function installHandlers(): void {
  if (installed) {
    return;
  }
  installed = true;
  process.on('exit', () => {
    // Newest first: a browser's process was registered after the profile folder that it writes to.
    for (const undo of [...pending].reverse()) {
      try {
        undo();
      } catch (error) {
        process.stderr.write(`Could not clean up after a browser: ${String(error)}\n`);
      }
    }
  });
  for (const [signal, number] of Object.entries(SIGNAL_NUMBERS)) {
    process.once(signal, () => process.exit(128 + number));
  }
}
