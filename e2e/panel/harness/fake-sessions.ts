/** Stored sessions behind the panel's SessionsSource: what a test says there are. */
import type { SessionsSource } from '../../../src/panel/link/sessions-source.ts';
import type { SessionRecord } from '../../../src/protocol/records.ts';

export interface FakeSessions {
  readonly source: SessionsSource;
  readonly stored: SessionRecord[];
  /** Every read rejects with it until it is null again. */
  setError(message: string | null): void;
}

export function createFakeSessions(): FakeSessions {
  const stored: SessionRecord[] = [];
  let error: string | null = null;

  async function read<Result>(query: () => Result): Promise<Result> {
    await new Promise((resolve) => setTimeout(resolve));
    if (error !== null) throw new Error(error);
    return query();
  }

  return {
    stored,
    setError: (message) => {
      error = message;
    },
    source: {
      sessions: () => read(() => [...stored].sort((a, b) => b.startedAtMs - a.startedAtMs)),
      space: () =>
        read(() => ({
          storedBytes: stored.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
          restorableBytes: 0,
          pinnedBytes: 0,
          usageBytes: 52_428_800,
          quotaBytes: 10_737_418_240,
        })),
      tabs: () =>
        read(() => [
          { tabId: 9, title: 'The shop’s till', url: 'https://till.example.test/' },
          { tabId: 7, title: 'The shop’s back office', url: 'https://office.example.test/' },
        ]),
      urlOf: (sessionId) => `?session=${sessionId}`,
    },
  };
}
