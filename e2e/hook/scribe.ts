/** Reads what the test receiver of a page has been told, as recordings one can compare with the truth. */
import { expect } from 'vitest';
import type { PageCommand } from '../../src/protocol/page-command.ts';
import type { Realm } from '../browsers/browser.ts';
import { waitUntil } from '../browsers/wait.ts';
import type { TestReceiver } from './receiver.iife.ts';

export interface RecordedFrame {
  readonly seq: number;
  readonly atMs: number;
  readonly flags: number;
  readonly out: boolean;
  readonly blob: boolean;
  readonly discarded: boolean;
  readonly truncated: boolean;
  /** -1 stands for "count the text". */
  readonly size: number;
  readonly payload: string | readonly number[];
}

export interface RecordedFact {
  readonly kind: string;
  readonly atMs: number;
}

/** One connection, as recorded since the last `record` command that began anew. */
export interface Recording {
  readonly number: number;
  readonly facts: RecordedFact[];
  readonly frames: RecordedFrame[];
  readonly missed: { readonly firstSeq: number; readonly count: number; readonly reason: string }[];
  readonly contents: { readonly seq: number; readonly bytes: readonly number[] }[];
}

/** `receiver`: the global under which the page has it, or a list of such, one for each document. */
export function createScribe(tab: Realm, receiver = 'testReceiver') {
  async function read(): Promise<readonly Recording[]> {
    const { recordings, faults } = await tab.evaluate(readInPage, receiver);
    expect(faults).toEqual([]);
    return recordings as readonly Recording[];
  }
  return {
    read,
    command: (command: PageCommand) =>
      tab.evaluate(
        (name, text) => {
          const { [name]: found } = window as unknown as Record<string, TestReceiver>;
          const parsed = JSON.parse(text) as PageCommand;
          if (parsed.kind === 'record' && parsed.history !== 'unsent') found?.reports.splice(0);
          found?.send(parsed);
        },
        receiver,
        JSON.stringify(command),
      ),
    /** All connections, by number; waits until `isComplete`. */
    recordings: (isComplete: (all: readonly Recording[]) => boolean = () => true) =>
      waitUntil('the recording is complete', async () => {
        const all = await read();
        return isComplete(all) ? all : null;
      }),
    /** Kinds of all messages, in order. */
    messages: () =>
      tab.evaluate(
        (name) => [...((window as unknown as Record<string, TestReceiver>)[name]?.messages ?? [])],
        receiver,
      ),
  };
}

/** Runs in the page: sorts the reports by connection; `faults` tells of every break in the order of seqs. */
function readInPage(receiver: string): { recordings: never[]; faults: string[] } {
  const { [receiver]: found } = window as unknown as Record<string, TestReceiver | TestReceiver[]>;
  const documents = (Array.isArray(found) ? found : [found]).map(readDocument);
  return {
    recordings: documents.flatMap(({ recordings }) => recordings) as never[],
    faults: documents.flatMap(({ faults }) => faults),
  };

  function readDocument(found: TestReceiver | undefined): { recordings: Recording[]; faults: string[] } {
    const recordings = new Map<number, Recording>();
    const nextSeqs = new Map<number, number>();
    const faults: string[] = (found?.refused ?? []).map((value) => `refused: ${JSON.stringify(value)}`);
    const expectSeq = (connection: number, seq: number, count: number) => {
      const next = nextSeqs.get(connection) ?? 0;
      if (seq !== next) faults.push(`connection ${connection}: seq ${seq} where ${next} was due`);
      nextSeqs.set(connection, seq + count);
    };
    for (const report of found?.reports ?? []) {
      const { connection } = report;
      const known = recordings.get(connection) ?? {
        number: connection,
        facts: [],
        frames: [],
        missed: [],
        contents: [],
      };
      if (!recordings.has(connection) && report.kind !== 'connectionCreated') faults.push(`${report.kind} comes first`);
      recordings.set(connection, known);
      if (report.kind === 'framesMissed') {
        const { firstSeq, count, reason } = report;
        expectSeq(connection, firstSeq, count);
        known.missed.push({ firstSeq, count, reason });
      } else if (report.kind === 'frameContent') {
        known.contents.push({ seq: report.seq, bytes: [...report.bytes] });
      } else if (report.kind === 'framesCaptured') {
        const { firstSeq, columns } = report;
        expectSeq(connection, firstSeq, columns.count);
        for (let i = 0; i < columns.count; i++) {
          const flags = columns.flags[i] ?? 0;
          const text = columns.text.slice(i === 0 ? 0 : columns.textEnds[i - 1], columns.textEnds[i]);
          const bytes = columns.bytes.subarray(i === 0 ? 0 : columns.byteEnds[i - 1], columns.byteEnds[i]);
          known.frames.push({
            seq: firstSeq + i,
            atMs: columns.atMs[i] ?? Number.NaN,
            flags,
            out: (flags & 1) !== 0,
            blob: (flags & 4) !== 0,
            truncated: (flags & 8) !== 0,
            discarded: (flags & 32) !== 0,
            size: columns.sizeBytes[i] ?? Number.NaN,
            payload: (flags & 2) !== 0 ? [...bytes] : text,
          });
        }
      } else known.facts.push({ ...report });
    }
    return { recordings: [...recordings.values()].sort((a, b) => a.number - b.number), faults };
  }
}
