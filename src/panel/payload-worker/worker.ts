/** The worker of the detail view: the desk over messages. It has no door to anything but the payloads that it is given. */
import { createDesk } from './desk.ts';
import type { DeskAnswer, DeskCall } from './messages.ts';

const desk = createDesk();

addEventListener('message', ({ data: { call, method, args } }: MessageEvent<DeskCall>) => {
  const work = desk[method] as (...given: readonly unknown[]) => Promise<unknown>;
  work(...args).then(
    (result) => postMessage({ call, result, problem: null } satisfies DeskAnswer),
    (error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      postMessage({ call, result: null, problem } satisfies DeskAnswer);
    },
  );
});
