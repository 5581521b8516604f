/**
 * What documents have left behind that ended while the background was dead, or just before it died: which frames there
 * were, without the frames. What has arrived all the same is committed under the same batch numbers and passed over;
 * the rest becomes a gap with its count, and ends of connections become known.
 *
 * Anybody in a renderer that has been broken into could leave such words. They count for documents that are in the
 * database already, whose random ids nobody else knows, and for these only.
 */
import type { LeftBehind } from '../browser/extension.ts';
import { parsePageReport } from '../protocol/page-report.ts';
import type { DocumentRecord } from '../protocol/records.ts';
import { LAST_WORD_KEY, type LastWord, parseLastWord } from '../protocol/relay.ts';
import type { ChangedRows } from '../store/gone.ts';
import type { Writer } from '../store/writer.ts';

/** The words themselves may be on their way, and are better. */
const LAST_WORDS_DELAY_MS = 3_000;

export interface LastWordsEdges {
  readonly leftBehind: LeftBehind;
  readonly writer: Writer;
  readDocument(documentId: string): Promise<DocumentRecord | null>;
  onChanged(tabId: number, rows: ChangedRows): void;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface LastWords {
  /** Looks, a little later, whether something was left behind. */
  collectSoon(): void;
}

export function createLastWords(edges: LastWordsEdges): LastWords {
  let isExpecting = false;

  async function collect(): Promise<void> {
    const found = Object.entries(await edges.leftBehind.all()).filter(([key]) => key.startsWith(LAST_WORD_KEY));
    for (const [key, value] of found) {
      const lastWord = parseLastWord(value);
      // When it cannot be written, it stays for the next time.
      if (lastWord) await write(lastWord);
      await edges.leftBehind.remove([key]);
    }
  }

  async function write({ documentId, batches }: LastWord): Promise<void> {
    const document = await edges.readDocument(documentId);
    const first = batches[0];
    if (!document || !first || document.sessionId !== first.sessionId) return;
    const parsed = batches.map(({ reports, rejected, ...batch }) => {
      const known = reports.map(parsePageReport).filter((report) => report !== null);
      return { ...batch, reports: known, rejected: rejected + reports.length - known.length };
    });
    if (parsed.every(({ batch }) => batch <= document.committedBatch)) return;
    const outcome = await edges.writer.write(document, parsed);
    if (outcome.kind === 'written') edges.onChanged(document.tabId, outcome);
  }

  return {
    collectSoon: () => {
      if (isExpecting) return;
      isExpecting = true;
      edges.callAfter(LAST_WORDS_DELAY_MS, () => {
        isExpecting = false;
        collect().catch(() => undefined);
      });
    },
  };
}
