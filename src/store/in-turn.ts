/** One asynchronous step after the other, whoever asks for it. Keeps nothing of what the steps give. */

/** Runs a step when all earlier ones have ended, well or not. Settles as the step does. */
export type InTurn = <Result>(step: () => Promise<Result>) => Promise<Result>;

/** `first`: what the first step waits for. If it rejects, the first step is not run and rejects with it. */
export function inTurnAfter(first: Promise<unknown> = Promise.resolve()): InTurn {
  let last = first;
  return (step) => {
    const result = last.then(step);
    last = result.catch(() => undefined); // told to whoever asked for it
    return result;
  };
}
