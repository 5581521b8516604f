/** What the file worker does with recordings beside writing them as files: sums one up, compares two. */
import type { Budgets } from '../../analysis/verdict/budgets.ts';
import type { Recording } from '../../protocol/recording.ts';
import { compareRecordings } from '../../report/compare/compare.ts';
import { frameCountOf } from '../../report/recording.ts';
import { analyseRecording } from '../../report/summary/analyse-recording.ts';
import type { FileNews } from './messages.ts';
import { summaryOf } from './summarise.ts';

export async function summarise(recording: Recording, budgets: Budgets, nowMs: number): Promise<FileNews> {
  return { kind: 'summarised', summary: summaryOf(await analyseRecording(recording, { budgets }), nowMs) };
}

export async function compare(
  before: Recording,
  after: Recording,
  budgets: Budgets,
  onProgress: (done: number, total: number) => void,
): Promise<FileNews> {
  const total = frameCountOf(before) + frameCountOf(after);
  let done = 0;
  const onChunk = (frames: number) => {
    done += frames;
    onProgress(done, total);
  };
  const options = { budgets, onChunk };
  const analysedBefore = await analyseRecording(before, options);
  return { kind: 'compared', comparison: compareRecordings(analysedBefore, await analyseRecording(after, options)) };
}
