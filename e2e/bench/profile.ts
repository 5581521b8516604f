/** Where the time goes: samples the page, the service worker and the panel while a row runs in a recording set-up. */

import type { AttachedTarget } from './chromium.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
/** `Profiler.Profile` of the DevTools protocol. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  /** Microseconds from each sample to the one before. */
  readonly timeDeltas: readonly number[];
}

export interface FunctionTime {
  readonly name: string;
  /** Last segments of the script's URL, or '' for what the engine does itself. */
  readonly script: string;
  readonly selfMs: number;
  /** Of the time in which the thread was not idle. */
  readonly share: number;
}

const SAMPLING_INTERVAL_US = 100;

export async function profileWhile(
  targets: readonly AttachedTarget[],
  action: () => Promise<unknown>,
): Promise<readonly CpuProfile[]> {
  for (const { session } of targets) {
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
    await session.send('Profiler.start');
  }
  await action();
  const profiles: CpuProfile[] = [];
  for (const { session } of targets) {
    profiles.push((await session.send('Profiler.stop')).profile as unknown as CpuProfile);
    await session.send('Profiler.disable');
  }
  return profiles;
}

/** Self times by function, the largest first, without idle time. */
export function functionTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly FunctionTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const selfMs = new Map<string, number>();
  let busyMs = 0;
  for (const [i, id] of samples.entries()) {
    const frame = frames.get(id);
    if (!frame || frame.functionName === '(idle)') continue;
    // A sample stands for the time until the next one.
    const ms = (timeDeltas[i + 1] ?? 0) / 1000;
    const key = `${frame.functionName || '(anonymous)'}\n${shortUrl(frame)}`;
    selfMs.set(key, (selfMs.get(key) ?? 0) + ms);
    busyMs += ms;
  }
  return [...selfMs]
    .map(([key, ms]) => {
      const [name = '', script = ''] = key.split('\n');
      return { name, script, selfMs: ms, share: ms / busyMs };
    })
    .sort((a, b) => b.selfMs - a.selfMs);
}

function shortUrl({ url, lineNumber }: CallFrame): string {
  return url === '' ? '' : `${url.split('/').slice(-1)[0]}:${lineNumber + 1}`;
}
