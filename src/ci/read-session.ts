/** A recording as a file or a text, read and analysed as the panel would. */
import './english.ts';
import { createReadStream } from 'node:fs';
import { type Budgets, STANDARD_BUDGETS } from '../analysis/verdict/budgets.ts';
import { readHar } from '../report/har/read.ts';
import { readNdjson } from '../report/ndjson/read.ts';
import { collectRecording, type FileProblem } from '../report/read-record.ts';
import { type AnalysedRecording, analyseRecording } from '../report/summary/analyse-recording.ts';
import { createChunkSpool } from './chunk-spool.ts';

/** Cannot be read at all; the message says why and what to do. */
export class UnreadableRecording extends Error {}

export interface ReadSession {
  readonly analysed: AnalysedRecording;
  /** Lines that were left out. */
  readonly problems: readonly FileProblem[];
  readonly isComplete: boolean;
}

/** Rejects with an UnreadableRecording. */
export async function readSessionFile(path: string, budgets: Budgets = STANDARD_BUDGETS): Promise<ReadSession> {
  return await readSession(createReadStream(path), path, budgets);
}

/** `name`: of the file; one that ends in `.har` is a HAR, all others are our own NDJSON. */
export async function readSession(
  pieces: AsyncIterable<string | Uint8Array>,
  name: string,
  budgets: Budgets = STANDARD_BUDGETS,
): Promise<ReadSession> {
  const records = /\.har$/i.test(name) ? readHar(pieces, { name, nowMs: Date.now() }) : readNdjson(pieces);
  const spool = createChunkSpool();
  try {
    const { recording, problems, isComplete, failed } = await collectRecording(records, spool);
    if (recording && !failed) return { analysed: await analyseRecording(recording, { budgets }), problems, isComplete };
    const where = failed?.line == null ? name : `${name}:${failed.line}`;
    throw new UnreadableRecording(`${where}: ${failed?.text ?? 'The file holds no session.'}`);
  } catch (error) {
    if (error instanceof UnreadableRecording) throw error;
    throw new UnreadableRecording(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    spool.close();
  }
}
