/** The file worker that a test speaks for: remembers its jobs and orders, and says what it is told to say. */
import type { FileJob, FileNews, FileOrder } from '../../../src/panel/file-worker/messages.ts';
import type { FileEdge } from '../../../src/panel/link/file-edge.ts';
import type { SessionSummary } from '../../../src/protocol/records.ts';

export interface FakeFiles {
  readonly edge: FileEdge;
  /** Files are remembered by their names. */
  readonly jobs: (Exclude<FileJob, { kind: 'import' }> | { readonly kind: 'import'; readonly file: string })[];
  readonly orders: FileOrder[];
  readonly counters: { ended: number };
  /** Of the job that was started last, beside summaries, which nobody asks for. */
  tell(news: FileNews): void;
  /** Ends the last job that makes a summary. */
  summarised(summary: SessionSummary): void;
  /** Ends the last job with a file of this content. */
  finish(content: string): void;
}

const NOTHING_HIDDEN = { secrets: [], secretCount: 0, hiddenCount: 0, leftOut: 0 };

export function createFakeFiles(): FakeFiles {
  const jobs: FakeFiles['jobs'] = [];
  const orders: FileOrder[] = [];
  const counters = { ended: 0 };
  let onSummary: (news: FileNews) => void = () => undefined;
  let onNews: (news: FileNews) => void = () => undefined;

  return {
    jobs,
    orders,
    counters,
    summarised: (summary) => onSummary({ kind: 'summarised', summary }),
    tell: (news) => onNews(news),
    finish: (content) => onNews({ kind: 'exported', content: new Blob([content]), preview: NOTHING_HIDDEN }),
    edge: {
      run: (job, listener) => {
        jobs.push(job.kind === 'import' ? { kind: 'import', file: job.file.name } : job);
        if (job.kind === 'summarise') onSummary = listener;
        else onNews = listener;
        return {
          order: (order) => void orders.push(order),
          end: () => void counters.ended++,
        };
      },
    },
  };
}
