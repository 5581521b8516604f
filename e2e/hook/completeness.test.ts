/**
 * Nothing is missing and nothing doubled: while each probe runs, everything is recorded, in its frames too, and then
 * compared with what the server received and sent, connection by connection, frame by frame.
 */
import { expect, it } from 'vitest';
import { waitUntil } from '../browsers/wait.ts';
import { type Bench, inEachBrowser } from './harness.ts';
import type { ProbeName } from './probes/probes.iife.ts';
import { createScribe, type RecordedFrame, type Recording } from './scribe.ts';
import type { Payload, SeenConnection } from './server.ts';

const PROBES: readonly ProbeName[] = [
  'orders',
  'listeners',
  'ownEvents',
  'sending',
  'receiving',
  'quietSockets',
  'handlers',
  'buffers',
  'tasks',
  'othersAfter',
];

inEachBrowser('everything that the server saw is recorded', (bench) => {
  for (const name of PROBES) {
    it(`in the probe ${name}`, async () => {
      const before = bench().server.seen.length;
      const tab = await bench().open('hooked', '?record');
      await bench().run(name);
      const scribe = createScribe(tab, 'wholeRecording');
      const differences = () => compareWith(bench(), before, scribe.read);
      // The content of a Blob comes after its frame, and the last batch after a delay.
      await waitUntil('the recording is complete', async () =>
        (await differences()).length === 0 ? true : null,
      ).catch(async () => expect(await differences()).toEqual([]));
      const seen = bench().server.seen.slice(before);
      expect(seen.some(({ received, sent }) => received.length > 0 && sent.length > 0)).toBe(true);
    });
  }
});

const NO_FRAMES = ',[],[]]';

/** Lines that say what is on one side only. */
async function compareWith(
  { server }: Bench,
  from: number,
  read: () => Promise<readonly Recording[]>,
): Promise<readonly string[]> {
  // One that the page closed at once may reach the server all the same; there is nothing in it to be missed.
  const recorded = (await read()).map(recordedLine).filter((line) => !line.endsWith(NO_FRAMES));
  const seen = server.seen
    .slice(from)
    .map(seenLine)
    .filter((line) => !line.endsWith(NO_FRAMES));
  return [
    ...without(seen, recorded).map((line) => `not recorded: ${line}`),
    ...without(recorded, seen).map((line) => `not seen: ${line}`),
  ];
}

/** Elements of `all` that are left when each of `others` has taken one of its kind. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return all.filter((line) => {
    const index = left.indexOf(line);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

function seenLine({ path, received, sent }: SeenConnection): string {
  return JSON.stringify([path, received.map(payloadText), sent.map(payloadText)]);
}

function payloadText(payload: Payload): string {
  return 'text' in payload ? payload.text : `bytes ${payload.bytes}`;
}

function recordedLine({ facts, frames, contents, missed }: Recording): string {
  const { url } = facts[0] as unknown as { readonly url: string };
  const text = ({ seq, payload, blob }: RecordedFrame) => {
    const content = blob ? contents.find((one) => one.seq === seq)?.bytes : payload;
    // A lone surrogate travels as U+FFFD; the page's own frame keeps it.
    return typeof content === 'string' ? Buffer.from(content).toString() : `bytes ${content}`;
  };
  const real = frames.filter(({ discarded }) => !discarded);
  const { pathname, search } = new URL(url);
  return JSON.stringify([
    pathname + search,
    real.filter(({ out }) => out).map(text),
    real.filter(({ out }) => !out).map(text),
    ...missed,
  ]);
}
