/**
 * What it costs to export a million frames: each format, from a recording that is made up while it is read, so that only
 * the export itself takes memory. Run by itself (`npm run bench:export`), one process for each format.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FRAME_BINARY, FRAME_OUT } from '../../src/protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../src/protocol/limits.ts';
import type { RecordedChunk, Recording } from '../../src/protocol/recording.ts';
import { connectionFixture, documentFixture, START_MS, sessionFixture } from '../../src/report/fixtures.ts';
import { writeHar } from '../../src/report/har/write.ts';
import { readNdjson } from '../../src/report/ndjson/read.ts';
import { writeNdjson } from '../../src/report/ndjson/write.ts';
import { redactRecording } from '../../src/report/redaction/redact-recording.ts';
import { createRedactor } from '../../src/report/redaction/redactor.ts';

export const GOAL = { seconds: 20, megabytes: 150 } as const;
const CONNECTIONS = 20;

/** Ticks as exchanges send them, a heartbeat, a log-on, and a binary frame in fifty. About 130 bytes each. */
function textOf(seq: number): string {
  if (seq === 0)
    return '{"op":"login","token":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IiLCJleHAiOjE3NzIzNTY1MDB9.c2lnbmF0dXJl"}';
  if (seq % 100 === 1) return '{"type":"ping"}';
  return `{"type":"tick","seq":${seq},"symbol":"ACME","bid":${seq / 7},"ask":${seq / 6.9},"at":"2026-03-01T09:00:00.${String(seq % 1000).padStart(3, '0')}Z"}`;
}

function chunkOf(connectionId: string, firstSeq: number, count: number): RecordedChunk {
  const flags = new Uint8Array(count);
  const textEnds = new Uint32Array(count);
  const byteEnds = new Uint32Array(count);
  const texts: string[] = [];
  let textEnd = 0;
  let byteEnd = 0;
  for (let i = 0; i < count; i++) {
    const isBinary = (firstSeq + i) % 50 === 49;
    flags[i] = isBinary ? FRAME_BINARY : i % 10 === 0 ? FRAME_OUT : 0;
    const text = isBinary ? '' : textOf(firstSeq + i);
    texts.push(text);
    textEnd += text.length;
    byteEnd += isBinary ? 100 : 0;
    textEnds[i] = textEnd;
    byteEnds[i] = byteEnd;
  }
  return {
    chunk: {
      connectionId,
      firstSeq,
      count,
      atMs: Float64Array.from({ length: count }, (_, i) => START_MS + firstSeq + i + 0.125),
      flags,
      sizeBytes: Float64Array.from({ length: count }, (_, i) =>
        flags[i] === FRAME_BINARY ? 100 : (texts[i]?.length ?? 0),
      ),
    },
    payload: {
      connectionId,
      firstSeq,
      text: texts.join(''),
      textEnds,
      bytes: new Uint8Array(byteEnd).fill(0xc1),
      byteEnds,
    },
    contents: [],
  };
}

function generatedRecording(frames: number): Recording {
  const each = Math.ceil(frames / CONNECTIONS);
  return {
    session: sessionFixture(),
    documents: [documentFixture()],
    connections: Array.from({ length: CONNECTIONS }, (_, connection) =>
      connectionFixture({ connection, openedAtMs: START_MS + 20, nextSeq: each, framesIn: each }),
    ),
    context: [],
    handshakes: [],
    probes: [],
    async *chunks(connectionId) {
      for (let seq = 0; seq < each; seq += CHUNK_FRAMES) {
        yield chunkOf(connectionId, seq, Math.min(CHUNK_FRAMES, each - seq));
      }
    },
  };
}

const PROGRAM = { program: 'socketscope', redaction: 'secrets' } as const;
const redacted = (frames: number) => redactRecording(generatedRecording(frames), createRedactor(), 'secrets');

async function* asRead(frames: number): AsyncGenerator<string> {
  for await (const record of readNdjson(writeNdjson(generatedRecording(frames), PROGRAM))) yield record.kind;
}

export const FORMATS: Readonly<Record<string, (frames: number) => AsyncIterable<string>>> = {
  'NDJSON, redacted': (frames) => writeNdjson(redacted(frames), PROGRAM),
  'HAR, redacted': (frames) => writeHar(redacted(frames), { version: '0' }),
  'NDJSON, as it is': (frames) => writeNdjson(generatedRecording(frames), PROGRAM),
  'NDJSON, written and read again': asRead,
};

export interface ExportFigures {
  readonly seconds: number;
  /** Of processor time: what the seconds would be on a machine that does nothing else. */
  readonly cpuSeconds: number;
  /** Resident memory of the process at its highest, over what it had before. */
  readonly megabytes: number;
  readonly written: number;
}

async function measureExport(format: string, frames: number): Promise<ExportFigures> {
  const write = FORMATS[format];
  if (!write) throw new Error(`There is no format ${format}.`);
  const before = process.memoryUsage.rss();
  let highest = before;
  let pieces = 0;
  let written = 0;
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  for await (const piece of write(frames)) {
    written += piece.length;
    if (pieces++ % 64 === 0) highest = Math.max(highest, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, megabytes: (highest - before) / 1024 / 1024, written };
}

/** In a process of its own: what one format leaves in memory is not the next one's. */
export function measureApart(format: string, frames: number): ExportFigures {
  const script = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', script, format, String(frames)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ExportFigures;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , format = '', frames = '0'] = process.argv;
  process.stdout.write(JSON.stringify(await measureExport(format, Number(frames))));
}
