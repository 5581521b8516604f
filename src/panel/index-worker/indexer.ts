/**
 * Reads the frames of the connections that are looked at, slice by slice, and goes on when there are more. Begins anew when
 * it has become clear that they have to be read otherwise: the protocol is known, or a rhythm was learned. Knows neither
 * worker nor database, and never throws.
 */
import { firstFramesOf } from '../search-worker/first-frames.ts';
import { type FrameSource, readBatch } from '../search-worker/frame-source.ts';
import { type BeatShapes, createFrameReader, type FrameReader } from './frame-reader.ts';
import type { IndexedConnection, IndexerMessage, IndexNews } from './messages.ts';

/** Frames per slice: a millisecond or two of the panel's time. */
const STEP_FRAMES = 8_192;
/** A rhythm is looked for again when there are so many times more frames. */
const LEARN_FACTOR = 2;

export interface IndexerOptions {
  readonly source: FrameSource;
  post(news: IndexNews): void;
}

export interface Indexer {
  /** Resolves when all is read that was asked for. Never rejects. */
  take(message: IndexerMessage): Promise<void>;
}

interface Job {
  connection: IndexedConnection;
  edition: number;
  /** Null: it begins anew. */
  reader: FrameReader | null;
  readTo: number;
  shapes: BeatShapes | null;
  /** How many frames there were when a rhythm was looked for last. */
  learnedAt: number;
  /** It was read with fewer frames than it takes to be sure of the protocol. */
  isUnsure: boolean;
  isBroken: boolean;
}

export function createIndexer({ source, post }: IndexerOptions): Indexer {
  const jobs = new Map<string, Job>();
  let order: readonly string[] = [];
  let work: Promise<void> | null = null;

  function next(): Job | undefined {
    return order
      .map((id) => jobs.get(id))
      .find((job) => job !== undefined && !job.isBroken && job.readTo < job.connection.toSeq);
  }

  async function run(): Promise<void> {
    for (let job = next(); job; job = next()) {
      try {
        await step(job);
      } catch (error) {
        job.isBroken = true;
        const { connectionId } = job.connection;
        post({ kind: 'failed', connectionId, problem: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  async function step(job: Job): Promise<void> {
    if (job.isUnsure) restart(job);
    const { connectionId, toSeq } = job.connection;
    const to = Math.min(toSeq, job.readTo + STEP_FRAMES);
    const batch = await readBatch(source, connectionId, job.readTo, to, true);
    if (jobs.get(connectionId) !== job) return;
    job.reader ??= createFrameReader(job.connection, firstFramesOf(batch), { shapes: job.shapes });
    const slice = job.reader.read(batch, job.readTo);
    const isFirst = job.readTo === 0;
    job.readTo = Math.max(batch.toSeq, job.readTo + 1);
    post({ kind: 'slice', connectionId, edition: job.edition, slice });
    job.isUnsure = isFirst && !job.reader.isDecided && job.readTo >= toSeq;
    if (job.readTo >= toSeq) learn(job);
  }

  function restart(job: Job): void {
    job.edition++;
    job.reader = null;
    job.isUnsure = false;
    job.readTo = 0;
  }

  function learn(job: Job): void {
    if (job.readTo < LEARN_FACTOR * job.learnedAt) return;
    job.learnedAt = job.readTo;
    const shapes = job.reader?.learned() ?? null;
    if (keyOf(shapes) === keyOf(job.shapes)) return;
    job.shapes = shapes;
    restart(job);
  }

  return {
    take: ({ connections }) => {
      order = connections.map(({ connectionId }) => connectionId);
      for (const id of jobs.keys()) if (!order.includes(id)) jobs.delete(id);
      for (const connection of connections) {
        const job = jobs.get(connection.connectionId);
        if (job) job.connection = connection;
        else jobs.set(connection.connectionId, newJob(connection));
      }
      work ??= run().finally(() => {
        work = null;
      });
      return work;
    },
  };
}

function newJob(connection: IndexedConnection): Job {
  return {
    connection,
    edition: 1,
    reader: null,
    readTo: 0,
    shapes: null,
    learnedAt: 0,
    isUnsure: false,
    isBroken: false,
  };
}

function keyOf(shapes: BeatShapes | null): string {
  return shapes ? JSON.stringify([[...shapes.out].sort(), [...shapes.in].sort()]) : '';
}
