/** Where reports go: standard output, or a file that is written wholly or not at all. */
import { lstat, rename, rm, writeFile } from 'node:fs/promises';

/** It could not be written; the message says where and why. */
export class OutputError extends Error {}

/** Resolves when all of it is written, or nobody reads on (`| head`). Rejects with an OutputError: the disk is full. */
export async function print(text: string): Promise<void> {
  const { stdout } = process;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE'
        ? resolve()
        : reject(new OutputError(`standard output cannot be written: ${error.message}`));
    stdout.once('error', fail);
    stdout.write(text, (error) => {
      if (error) return fail(error);
      stdout.off('error', fail);
      resolve();
    });
  });
}

/**
 * The file is there as it was until all of the new one is on the disk: a disk that is full costs no report. What is no plain
 * file (a device, a pipe, a link) is written as it is. Rejects with an OutputError.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const known = await lstat(path).catch(() => null);
  if (known && !known.isFile()) {
    await attempt(path, () => writeFile(path, text));
    return;
  }
  const part = `${path}.${process.pid}.part`;
  try {
    await attempt(path, () => writeFile(part, text));
    await attempt(path, () => rename(part, path));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    throw new OutputError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
}
