/** What holds for every export: none has a secret in it, and none breaks on what a page may write. */
import { describe, expect, it } from 'vitest';
import type { Recording } from '../protocol/recording.ts';
import { writeClosesCsv } from './csv/closes.ts';
import { fullRecording, START_MS, textOfStream } from './fixtures.ts';
import { writeHar } from './har/write.ts';
import { writeNdjson } from './ndjson/write.ts';
import { tracesOf } from './otlp/spans.ts';
import { OWN_PATTERN, PLANTED, plantedRecording, readableIn } from './redaction/planted.ts';
import { previewRedaction, type RedactionMode, redactRecording } from './redaction/redact-recording.ts';
import { createRedactor } from './redaction/redactor.ts';
import { analyseRecording } from './summary/analyse-recording.ts';
import { reportHtml } from './summary/html.ts';
import { reportMarkdown } from './summary/markdown.ts';

type Export = (recording: Recording, redaction: RedactionMode) => Promise<string>;

const EXPORTS: Readonly<Record<string, Export>> = {
  ndjson: (recording, redaction) => textOfStream(writeNdjson(recording, { program: 'socketscope', redaction })),
  har: (recording) => textOfStream(writeHar(recording, { version: '1' })),
  csv: (recording) => textOfStream(writeClosesCsv(recording)),
  html: async (recording) => reportHtml(await analyseRecording(recording)),
  markdown: async (recording) => reportMarkdown(await analyseRecording(recording)),
  otlp: async (recording) => JSON.stringify(await tracesOf(recording, { version: '1', nowMs: START_MS })),
};

async function redacted(mode: RedactionMode): Promise<Recording> {
  const redactor = createRedactor({ patterns: [OWN_PATTERN] });
  await previewRedaction(plantedRecording(), redactor, mode);
  return redactRecording(plantedRecording(), redactor, mode);
}

describe.each(Object.entries(EXPORTS))('%s', (_name, write) => {
  it.each(['secrets', 'metadata'] as const)('has none of the planted secrets in it, with %s', async (mode) => {
    const text = await write(await redacted(mode), mode);
    const readable = readableIn(text);
    expect(PLANTED.filter((secret) => readable.includes(secret))).toEqual([]);
    expect(text).toContain('REDACTED-');
  });

  it('would have them without redaction', async () => {
    const readable = readableIn(await write(plantedRecording(), 'none'));
    expect(PLANTED.some((secret) => readable.includes(secret))).toBe(true);
  });

  it('is well-formed, whatever a page has written', async () => {
    const text = await write(fullRecording(), 'none');
    expect(!/\p{Surrogate}/u.test(text)).toBe(true);
  });
});
