/** Runs one row while recording, with profilers in page and worker, and says which functions took the time. */

import type { ChromiumSetUp } from './open-chromium.ts';
import { type CpuProfile, functionTimes, profileWhile } from './profile.ts';
import type { Row, Size } from './rows.ts';
import { formatMs, renderTable } from './table.ts';

const FUNCTIONS = 20;

let runs = 0;

export async function profileRow(setUp: ChromiumSetUp, row: Row, size: Size): Promise<string> {
  const worker = (await setUp.browser.targets()).find(({ type }) => type === 'service_worker');
  const page = await setUp.page.attach();
  const targets = worker ? [page, await setUp.browser.target(worker.targetId).attach()] : [page];
  const group = `profile${runs++}`;
  const profiles = await profileWhile(targets, async () => {
    const { framesIn, framesOut } = await setUp.run(row.task(group, size));
    await setUp.observer?.waitForFrames(group, framesIn + framesOut);
  });
  for (const target of targets) await target.detach();
  await setUp.run({ kind: 'close' });
  await setUp.observer?.clear();
  return [row.name, ...profiles.map((profile, i) => renderProfile(i === 0 ? 'page' : 'worker', profile))].join('\n');
}

function renderProfile(title: string, profile: CpuProfile): string {
  const rows = functionTimes(profile)
    .slice(0, FUNCTIONS)
    .map(({ name, script, selfMs, share }) => [
      `  ${name} ${script}`,
      `${formatMs(selfMs)} ms`,
      `${(share * 100).toFixed(1)} %`,
    ]);
  return renderTable([[`  ${title}`, 'self time', 'share'], ...rows]);
}
