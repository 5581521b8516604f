/**
 * The worker that writes and reads files: one job, then its maker ends it. As in `main.ts`, modules that read words are
 * loaded when there are words.
 */
import { storeFailureOf } from '../../store/failure.ts';
import { createStore } from '../../store/open.ts';
import { openRecording } from '../../store/stored-recording.ts';
import { loadWords } from '../../words/load.ts';
import { chooseLanguage, text } from '../../words/words.ts';
import { importSession } from './import-session.ts';
import type { FileJob, FileNews, FileOrder } from './messages.ts';

type CompareJob = Extract<FileJob, { readonly kind: 'compare' }>;

const gone = (): FileNews => ({ kind: 'failed', problem: text('fileProblems_gone') });
const store = createStore();
/** Of what is told in sentences; the panel's language is the worker's name. */
const words = loadWords(chooseLanguage([self.name]));
const cancelling = new AbortController();
let onKeep: (on: boolean) => void = () => undefined;
const post = (news: FileNews) => postMessage(news);

async function run(job: FileJob): Promise<FileNews> {
  await words;
  if (job.kind === 'import') return await runImport(job.file);
  if (job.kind === 'compare') return await runCompare(job);
  const recording = await openRecording(store, job.sessionId);
  if (!recording) return gone();
  if (job.kind === 'snippet') {
    const { snippetFor } = await import('./snippet-for.ts');
    return await snippetFor(recording, job);
  }
  if (job.kind === 'summarise') {
    const { summarise } = await import('./session-jobs.ts');
    return await summarise(recording, job.budgets, job.nowMs);
  }
  const { exportSession, previewOf } = await import('./export-session.ts');
  const onProgress = (done: number, total: number) => post({ kind: 'progress', done, total });
  if (job.kind === 'preview') {
    return { kind: 'previewed', preview: await previewOf(recording, job.redaction, onProgress) };
  }
  return { kind: 'exported', ...(await exportSession(recording, job, onProgress)) };
}

async function runCompare({ beforeId, afterId, budgets }: CompareJob): Promise<FileNews> {
  const before = await openRecording(store, beforeId);
  const after = await openRecording(store, afterId);
  if (!before || !after) return gone();
  const { compare } = await import('./session-jobs.ts');
  return await compare(before, after, budgets, (done, total) => post({ kind: 'progress', done, total }));
}

async function runImport(file: File): Promise<FileNews> {
  const result = await importSession(file, {
    store,
    signal: cancelling.signal,
    keepsRest: (problem, read) =>
      new Promise((resolve) => {
        onKeep = resolve;
        post({ kind: 'asksToKeep', problem, read });
      }),
    onProgress: (done) => post({ kind: 'progress', done, total: file.size }),
    newId: () => crypto.randomUUID(),
    nowMs: () => Date.now(),
  });
  if (result.kind === 'imported') return result;
  return result.problem === null ? { kind: 'cancelled' } : { kind: 'failed', problem: result.problem };
}

addEventListener('message', ({ data }: MessageEvent<{ readonly job: FileJob } | { readonly order: FileOrder }>) => {
  if ('job' in data) {
    run(data.job).then(post, (error: unknown) => {
      const { failure, detail } = storeFailureOf(error);
      post({
        kind: 'failed',
        problem: failure === 'full' ? text('fileProblems_noSpace') : detail,
      });
    });
  } else if (data.order.kind === 'cancel') {
    cancelling.abort();
    onKeep(false);
  } else onKeep(data.order.on);
});
