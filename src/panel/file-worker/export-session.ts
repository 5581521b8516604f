/**
 * Writes a stored session as a file. What is written goes through the redactor first, always; the file grows in pieces that
 * the browser keeps where it likes, so that a million frames are never in memory at once.
 */

import type { Recording } from '../../protocol/recording.ts';
import { writeClosesCsv } from '../../report/csv/closes.ts';
import { writeHar } from '../../report/har/write.ts';
import { writeNdjson } from '../../report/ndjson/write.ts';
import { tracesOf } from '../../report/otlp/spans.ts';
import { frameCountOf } from '../../report/recording.ts';
import type { RedactionPreview } from '../../report/redaction/names-given.ts';
import { previewRedaction, redactRecording } from '../../report/redaction/redact-recording.ts';
import { createRedactor } from '../../report/redaction/redactor.ts';
import { analyseRecording } from '../../report/summary/analyse-recording.ts';
import { reportHtml } from '../../report/summary/html.ts';
import { reportMarkdown } from '../../report/summary/markdown.ts';
import { currentLanguage } from '../../words/words.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../models/export-formats.ts';
import type { FileJob, Redaction } from './messages.ts';

/** Characters that wait in memory until they become a part of the file. */
const PART_CHARS = 4 * 1024 * 1024;
const PROGRESS_FRAMES = 10_000;

type ExportJob = Extract<FileJob, { kind: 'export' }>;
type OnProgress = (done: number, total: number) => void;

const WRITERS: Readonly<Record<ExportFormat, (recording: Recording, job: ExportJob) => AsyncIterable<string>>> = {
  html: async function* (recording, { budgets }) {
    yield await reportHtml(await analyseRecording(recording, { budgets }), currentLanguage());
  },
  markdown: async function* (recording, { budgets }) {
    yield reportMarkdown(await analyseRecording(recording, { budgets }));
  },
  ndjson: (recording, { version, redaction }) =>
    writeNdjson(recording, { program: `socketscope ${version}`, redaction: redaction.mode }),
  har: (recording, { version }) => writeHar(recording, { version }),
  csv: (recording) => writeClosesCsv(recording),
  otlp: async function* (recording, { version, nowMs }) {
    yield `${JSON.stringify(await tracesOf(recording, { version, nowMs }), null, 2)}\n`;
  },
};

/** What will be hidden. */
export function previewOf(
  recording: Recording,
  redaction: Redaction,
  onProgress: OnProgress,
): Promise<RedactionPreview> {
  return previewRedaction(recording, redactorOf(redaction), redaction.mode, counted(recording, onProgress));
}

/**
 * The file, and what was hidden in it. Secrets are looked for in all of the recording before a word is written: one that is
 * named only at the end must not stand bare at the beginning.
 */
export async function exportSession(
  recording: Recording,
  job: ExportJob,
  onProgress: OnProgress,
): Promise<{ readonly content: Blob; readonly preview: RedactionPreview }> {
  const { redaction, format } = job;
  const redactor = redactorOf(redaction);
  const total = 2 * frameCountOf(recording);
  let done = 0;
  const onChunk = (frames: number) => {
    const before = done;
    done += frames;
    if (Math.floor(before / PROGRESS_FRAMES) !== Math.floor(done / PROGRESS_FRAMES)) onProgress(done, total);
  };
  await previewRedaction(recording, redactor, redaction.mode, onChunk);
  const redacted = redactRecording(recording, redactor, redaction.mode);
  const watched: Recording = {
    ...redacted,
    async *chunks(connectionId) {
      for await (const chunk of redacted.chunks(connectionId)) {
        onChunk(chunk.chunk.count);
        yield chunk;
      }
    },
  };
  const parts: Blob[] = [];
  let waiting: string[] = [];
  let waitingChars = 0;
  for await (const piece of WRITERS[format](watched, job)) {
    waiting.push(piece);
    waitingChars += piece.length;
    if (waitingChars < PART_CHARS) continue;
    parts.push(new Blob(waiting));
    waiting = [];
    waitingChars = 0;
  }
  const content = new Blob([...parts, ...waiting], { type: EXPORT_FORMATS[format].mime });
  return { content, preview: redactor.preview() };
}

export function redactorOf({ patterns, keepKinds }: Redaction) {
  return createRedactor({ patterns, keepKinds });
}

function counted(recording: Recording, onProgress: OnProgress): (frames: number) => void {
  const total = frameCountOf(recording);
  let done = 0;
  return (frames) => {
    done += frames;
    onProgress(done, total);
  };
}
