/**
 * Looks through the frames of a session for those that pass, connection by connection, and goes on when frames come. Two
 * searches at most, one of each name. Knows neither worker nor database. Never throws: what goes wrong is told.
 */
import { type CompilePath, compilePaths } from './compile-paths.ts';
import type { FrameSource } from './frame-source.ts';
import { createKeptBatches } from './kept-batches.ts';
import type { FoundPart, SearcherMessage, SearchName, SearchNews, SearchRequest } from './messages.ts';
import { createSearch, type Search, type SearchStep } from './search.ts';

export interface SearcherOptions {
  readonly source: FrameSource;
  readonly compilePath: CompilePath;
  post(news: SearchNews): void;
  /** Milliseconds of any clock that does not jump. */
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface Searcher {
  /** Resolves when nothing is left to do for now. Never rejects. */
  take(message: SearcherMessage): Promise<void>;
}

/** News of one search are this far apart, for each is drawn; the first hit is told at once. */
const NEWS_MS = 250;

interface Job {
  readonly request: SearchRequest;
  search: Search | null;
  /** Found and not told. */
  parts: FoundPart[];
  hits: number;
  toldMs: number;
  isAllTold: boolean;
  isHalted: boolean;
}

export function createSearcher({ source, compilePath, post, nowMs, callAfter }: SearcherOptions): Searcher {
  const kept = createKeptBatches({ callAfter });
  const jobs = new Map<SearchName, Job>();
  let working: Promise<void> | null = null;

  async function begin(request: SearchRequest): Promise<void> {
    const job: Job = { request, search: null, parts: [], hits: 0, toldMs: nowMs(), isAllTold: false, isHalted: false };
    jobs.delete(request.name); // the latest stands last
    jobs.set(request.name, job);
    const { queries, refused } = await compilePaths(request.terms, compilePath);
    if (!isCurrent(job)) return;
    if (refused.length > 0) post({ kind: 'refused', searchId: request.searchId, problems: refused });
    job.search = createSearch(request, queries, source, kept);
    job.parts.push(...job.search.begin(request.connections));
    await work();
  }

  const isCurrent = (job: Job) => jobs.get(job.request.name) === job;

  function work(): Promise<void> {
    working ??= workOff().finally(() => {
      working = null;
    });
    return working;
  }

  async function workOff(): Promise<void> {
    for (;;) {
      // The later search first: somebody has just asked for it.
      const job = [...jobs.values()]
        .reverse()
        .find(({ search, isAllTold, isHalted }) => search && !isHalted && (!search.isDone() || !isAllTold));
      if (!job?.search) return;
      try {
        const step = await job.search.step(() => isCurrent(job) && !job.isHalted);
        if (isCurrent(job) && !job.isHalted) keep(job, step);
      } catch (error) {
        if (!isCurrent(job)) continue;
        jobs.delete(job.request.name);
        post({ kind: 'failed', searchId: job.request.searchId, problem: messageOf(error) });
      }
    }
  }

  function keep(job: Job, step: SearchStep): void {
    const { search, request } = job;
    if (!search) return;
    job.parts.push(...step.parts);
    const isFirst = job.hits === 0;
    for (const { seqs } of step.parts) job.hits += seqs.length;
    const isDone = search.isDone();
    if (!isDone && !(isFirst && job.hits > 0) && nowMs() - job.toldMs < NEWS_MS) return;
    job.toldMs = nowMs();
    job.isAllTold = isDone;
    const parts = job.parts;
    job.parts = [];
    post({ kind: 'found', searchId: request.searchId, parts: merged(parts), ...search.progress(), isDone });
  }

  async function change(message: Extract<SearcherMessage, { kind: 'changed' }>): Promise<void> {
    for (const job of jobs.values()) {
      if (job.request.searchId !== message.searchId || !job.search) continue;
      job.parts.push(...job.search.begin(message.connections));
      job.isAllTold = false;
    }
    await work();
  }

  async function prefer(connectionId: string): Promise<void> {
    for (const { search } of jobs.values()) search?.prefer(connectionId);
    for (const job of jobs.values()) if (job.search && !job.search.isDone()) job.isAllTold = false;
    await work();
  }

  async function tellExcerpts({ searchId, places }: Extract<SearcherMessage, { kind: 'excerpts' }>): Promise<void> {
    const job = [...jobs.values()].find(({ request }) => request.searchId === searchId);
    if (!job?.search) return;
    try {
      post({ kind: 'excerpts', searchId, excerpts: await job.search.excerpts(places) });
    } catch (error) {
      post({ kind: 'failed', searchId, problem: messageOf(error) });
    }
  }

  return {
    take: (message) => {
      switch (message.kind) {
        case 'search':
          return begin(message.request);
        case 'changed':
          return change(message);
        case 'prefer':
          return prefer(message.connectionId);
        case 'stop':
          jobs.delete(message.name);
          return Promise.resolve();
        case 'halt':
          for (const job of jobs.values()) if (job.request.searchId === message.searchId) job.isHalted = true;
          return Promise.resolve();
        case 'excerpts':
          return tellExcerpts(message);
        case 'ping':
          post({ kind: 'alive', pingId: message.pingId });
          return Promise.resolve();
      }
    },
  };
}

/** One part for each connection. */
function merged(parts: readonly FoundPart[]): readonly FoundPart[] {
  const byId = new Map<string, FoundPart[]>();
  for (const part of parts) {
    const others = byId.get(part.connectionId);
    // What was found before it is void.
    if (others && !part.isAnew) others.push(part);
    else byId.set(part.connectionId, [part]);
  }
  return [...byId.values()].flatMap((list) => {
    const last = list.at(-1);
    if (!last || list.length === 1) return list;
    return [{ ...last, isAnew: list[0]?.isAnew ?? false, seqs: joined(list.map(({ seqs }) => seqs)) }];
  });
}

function joined(lists: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const whole = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    whole.set(list, at);
    at += list.length;
  }
  return whole;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
