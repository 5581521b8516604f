/** Results of a command, for those who compare them later. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Writes `value` as JSON, making the folders on the way. `path` null: nobody asked for it. */
export function writeJson(path: string | null, value: unknown): void {
  if (path === null) return;
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 1)}\n`);
}
