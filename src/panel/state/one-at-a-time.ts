/** Work that is asked for more often than it can be done: once at a time, and once more for all that asked meanwhile. */

/**
 * Starts `work` at once, or after the run that is under way. When a run fails, what asked meanwhile is let go as well:
 * whoever asks next starts anew.
 */
export function oneAtATime(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let isRunning = false;
  let isAskedAgain = false;

  async function run(): Promise<void> {
    isRunning = true;
    try {
      do {
        isAskedAgain = false;
        await work();
      } while (isAskedAgain);
    } catch (error) {
      onError(error);
    } finally {
      isRunning = false;
    }
  }

  return () => {
    if (isRunning) isAskedAgain = true;
    else void run();
  };
}
