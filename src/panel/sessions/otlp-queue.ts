/** What waits for the collector, in the storage of the extension: it outlives panel and browser. */
import type { OtlpQueue } from '../../report/otlp/otlp-sender.ts';
import { inTurnAfter } from '../../store/in-turn.ts';
import type { PanelStorage } from '../state/scenario-state.ts';

const KEY = 'otlpQueue';

interface Waiting {
  readonly id: string;
  readonly body: string;
}

export function createOtlpQueue(storage: Pick<PanelStorage, 'get' | 'set'>, newId: () => string): OtlpQueue {
  const inTurn = inTurnAfter(); // each step reads, changes and writes all of it

  async function read(): Promise<readonly Waiting[]> {
    const stored = await storage.get(KEY);
    return Array.isArray(stored) ? (stored as readonly unknown[]).filter(isWaiting) : [];
  }

  return {
    add: (body) =>
      inTurn(async () => {
        const waiting = await read();
        // Whoever sends a session again because it has not arrived wants it to arrive once.
        if (waiting.some((one) => one.body === body)) return;
        await storage.set(KEY, [...waiting, { id: newId(), body }]);
      }),
    first: () => inTurn(async () => (await read())[0] ?? null),
    remove: (id) =>
      inTurn(async () =>
        storage.set(
          KEY,
          (await read()).filter((one) => one.id !== id),
        ),
      ),
    count: () => inTurn(async () => (await read()).length),
  };
}

function isWaiting(value: unknown): value is Waiting {
  const one = value as Partial<Waiting> | null;
  return typeof one?.id === 'string' && typeof one.body === 'string';
}
