/** Keeps a few reads under way, so that the database is busy while one batch is looked through. Forgets what nobody takes. */
import type { FrameBatch } from './frame-source.ts';

/** One read. */
export interface ReadPlan {
  readonly connectionId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly withPayloads: boolean;
}

export interface ReadAhead {
  /** Begins the reads that are not under way, and gives the first. Those before that are not among them are forgotten. */
  next(plans: readonly ReadPlan[]): Promise<FrameBatch>;
}

export function createReadAhead(read: (plan: ReadPlan) => Promise<FrameBatch>): ReadAhead {
  let underWay = new Map<string, Promise<FrameBatch>>();

  return {
    next: (plans) => {
      const wanted = new Map<string, Promise<FrameBatch>>();
      for (const plan of plans) {
        const key = `${plan.fromSeq} ${plan.toSeq} ${plan.connectionId}`;
        wanted.set(key, underWay.get(key) ?? begun(plan));
      }
      underWay = wanted;
      const [first] = wanted.values();
      return first ?? Promise.reject(new Error('Nothing is to be read.'));
    },
  };

  function begun(plan: ReadPlan): Promise<FrameBatch> {
    const batch = read(plan);
    // Whoever takes it hears of it.
    batch.catch(() => undefined);
    return batch;
  }
}
