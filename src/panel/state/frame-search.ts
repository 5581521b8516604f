/**
 * Looks through all frames of a connection for those whose text passes the filter, a few chunks at a time, so that
 * neither the panel nor the background waits for it. It goes on by itself when frames come.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { FRAME_BINARY } from '../../protocol/frame-columns.ts';
import type { ChunkRecord, PayloadRecord } from '../../protocol/records.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import { type FilterTerm, passes } from '../models/filter.ts';

/** Frames per step: some chunks. */
const STEP_FRAMES = 2_048;

export interface SearchProgress {
  /** Rising. The array grows in place; a new progress comes with every step. */
  readonly matches: readonly number[];
  readonly searchedFrames: number;
  readonly totalFrames: number;
  readonly isDone: boolean;
}

export interface FrameSearch {
  /** Null while nothing is being looked for. */
  readonly progress: ReadonlySignal<SearchProgress | null>;
  /** Looks from the start unless connection and terms are those of before; then for frames that have come. */
  run(connectionId: string, nextSeq: number, terms: readonly FilterTerm[]): void;
  stop(): void;
}

interface Job {
  readonly connectionId: string;
  readonly terms: readonly FilterTerm[];
  readonly matches: number[];
  searchedTo: number;
  searchTo: number;
}

/** `yieldToOthers` resolves in a task of its own. */
export function createFrameSearch(
  source: RecordingSource,
  yieldToOthers: () => Promise<void>,
  onError: (error: unknown) => void,
): FrameSearch {
  const progress = signal<SearchProgress | null>(null);
  let job: Job | null = null;
  let isWorking = false;

  function publish(): void {
    progress.value = job && {
      matches: job.matches,
      searchedFrames: job.searchedTo,
      totalFrames: job.searchTo,
      isDone: job.searchedTo >= job.searchTo,
    };
  }

  /** Works off the job, and any other that takes its place on the way. */
  async function work(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    try {
      while (job && job.searchedTo < job.searchTo) {
        await step(job);
        await yieldToOthers();
      }
    } catch (error) {
      job = null;
      publish();
      onError(error);
    } finally {
      isWorking = false;
    }
  }

  async function step(mine: Job): Promise<void> {
    const { connectionId, terms, searchedTo: from } = mine;
    const to = Math.min(mine.searchTo, from + STEP_FRAMES);
    const chunks = await source.chunks(connectionId, from, to);
    const payloads = await Promise.all(chunks.map(({ firstSeq }) => source.payload(connectionId, firstSeq)));
    if (job !== mine) return;
    chunks.forEach((chunk, i) => {
      const payload = payloads[i];
      if (payload) mine.matches.push(...matchesIn(chunk, payload, terms, from, to));
    });
    mine.searchedTo = to;
    publish();
  }

  return {
    progress,
    run: (connectionId, nextSeq, terms) => {
      const isSame = job?.connectionId === connectionId && JSON.stringify(job.terms) === JSON.stringify(terms);
      if (!job || !isSame) job = { connectionId, terms, matches: [], searchedTo: 0, searchTo: nextSeq };
      job.searchTo = nextSeq;
      publish();
      void work();
    },
    stop: () => {
      job = null;
      publish();
    },
  };
}

function matchesIn(
  chunk: ChunkRecord,
  payload: PayloadRecord,
  terms: readonly FilterTerm[],
  fromSeq: number,
  toSeq: number,
): readonly number[] {
  const { text, textEnds } = payload;
  const lower = text.toLowerCase();
  // Few letters change their length in lower case ("İ"); then every frame is converted on its own.
  const isAligned = lower.length === text.length;
  const found: number[] = [];
  const first = Math.max(0, fromSeq - chunk.firstSeq);
  const end = Math.min(chunk.count, toSeq - chunk.firstSeq);
  for (let i = first; i < end; i++) {
    if (((chunk.flags[i] ?? 0) & FRAME_BINARY) !== 0) continue;
    const [from, to] = [i === 0 ? 0 : textEnds[i - 1], textEnds[i]];
    const frameText = isAligned ? lower.slice(from, to) : text.slice(from, to).toLowerCase();
    if (passes(terms, frameText)) found.push(chunk.firstSeq + i);
  }
  return found;
}
