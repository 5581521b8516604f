import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../e2e/arbitraries.ts';
import type { Recording } from '../../protocol/recording.ts';
import { readSchema } from '../../validation/json-schema.ts';
import {
  allFrames,
  chunksOf,
  connectionFixture,
  documentFixture,
  type FrameFixture,
  fullRecording,
  START_MS,
  sessionFixture,
  textOfStream,
} from '../fixtures.ts';
import { collectRecording, type ReadRecord, type ReadRecording } from '../read-record.ts';
import { recordingInMemory } from '../recording.ts';
import { formatSchema } from './format.ts';
import { readNdjson } from './read.ts';
import { writeNdjson } from './write.ts';

const WRITTEN_BY = { program: 'socketscope 0.1.0', redaction: 'none' } as const;
const write = (recording: Recording) => textOfStream(writeNdjson(recording, WRITTEN_BY));

async function* pieces(...all: readonly (string | Uint8Array)[]) {
  yield* all;
}
const read = (...all: readonly (string | Uint8Array)[]) => collectRecording(readNdjson(pieces(...all)));

/** Rows as a file has them: what will not be added to has no tail; the store numbers contexts. */
function rowsOf({ session, documents, connections, context, handshakes, probes }: Recording) {
  return {
    session,
    documents,
    connections: connections.map((row) => ({ ...row, tail: null })),
    context: context.map(({ contextId: _, ...row }) => row),
    handshakes,
    probes,
  };
}

function recordingOf(frames: readonly FrameFixture[]): Recording {
  const connection = connectionFixture({ nextSeq: Number.MAX_SAFE_INTEGER });
  const { connectionId } = connection;
  return recordingInMemory(
    {
      session: sessionFixture(),
      documents: [documentFixture()],
      connections: [connection],
      context: [],
      handshakes: [],
      probes: [],
    },
    new Map([[connectionId, chunksOf(connectionId, frames)]]),
  );
}

async function expectSame({ recording }: ReadRecording, original: Recording) {
  if (!recording) throw new Error('nothing was read');
  expect(rowsOf(recording)).toEqual(rowsOf(original));
  expect(await allFrames(recording)).toEqual(await allFrames(original));
}

describe('NDJSON', () => {
  it('comes back as it was written', async () => {
    const found = await read(await write(fullRecording()));
    expect(found).toMatchObject({ problems: [], isComplete: true, failed: null });
    await expectSame(found, fullRecording());
  });

  it('comes back as it was written, whatever the frames', async () => {
    const frame = fc.record(
      {
        text: fc.string({ unit: anyCharacter }),
        bytes: fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
        content: fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
        flags: fc.integer({ min: 0, max: 255 }).map((flags) => flags & ~6),
        atMs: fc.double({ min: 0, max: 3e12, noNaN: true }).map((atMs) => atMs + 0),
        isBare: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 20 }), async (frames) => {
        const recording = recordingOf(frames);
        await expectSame(await read(await write(recording)), recording);
      }),
    );
  });

  it('is read the same in whatever pieces it comes', async () => {
    const bytes = new TextEncoder().encode(`\ufeff${(await write(fullRecording())).replaceAll('\n', '\r\n')}`);
    for (const size of [1, 7, 4_096]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      );
      await expectSame(await read(...parts), fullRecording());
    }
  });

  it('is, line by line, what the published schema says', async () => {
    const published = readFileSync(new URL('../../../docs/format.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(formatSchema())));
    const { validate } = readSchema(JSON.stringify(formatSchema()));
    const lines = (await write(fullRecording())).trimEnd().split('\n');
    expect(lines.map((line) => validate?.(JSON.parse(line))).filter((problem) => problem !== null)).toEqual([]);
    for (const wrong of [
      '{"type":"frame"}',
      '{"type":"end","connections":-1,"frames":0}',
      '[]',
      '{"type":"nothing"}',
    ]) {
      expect(validate?.(JSON.parse(wrong))).toEqual(expect.any(String));
    }
  });

  it('can be grepped', async () => {
    const line = (await write(fullRecording())).split('\n').find((one) => one.includes('"flags 16"'));
    expect(line).toBe(
      `{"type":"frame","connectionId":"doc/0","seq":9,"atMs":${START_MS + 109},"direction":"in","opcode":"text","sizeBytes":8,"simulated":true,"text":"flags 16"}`,
    );
  });

  it('gets new ids, so that nothing that exists is touched', async () => {
    let next = 0;
    const { recording } = await collectRecording(
      readNdjson(pieces(await write(fullRecording())), { newId: () => `new${next++}` }),
    );
    expect(recording?.session.sessionId).toBe('new0');
    expect(recording?.connections.map(({ connectionId, documentId }) => [connectionId, documentId])).toEqual([
      ['new1/0', 'new1'],
      ['new1/1', 'new1'],
      ['new2/1000000', 'new2'],
    ]);
    expect(recording?.context.find(({ kind }) => kind === 'faultStarted')?.run?.target).toEqual({
      kind: 'connection',
      connectionId: 'new1/0',
    });
    expect(JSON.stringify(rowsOf(recording ?? fullRecording()))).not.toContain(':"session"');
    expect((await allFrames(recording ?? fullRecording())).length).toBe((await allFrames(fullRecording())).length);
  });
});

describe('a broken or hostile file', () => {
  const linesOf = async () => (await write(fullRecording())).trimEnd().split('\n');
  const frames = async ({ recording }: ReadRecording) => (recording ? (await allFrames(recording)).length : 0);

  it('broken off in the middle gives what was read before, and gaps for the rest', async () => {
    const text = await write(fullRecording());
    const found = await read(text.slice(0, text.indexOf('"seq":5,') + 40));
    expect(found).toMatchObject({ isComplete: false, failed: null });
    expect(found.problems).toMatchObject([{ line: 23, text: expect.stringContaining('no JSON') }]);
    expect(await frames(found)).toBe(5);
    expect(found.recording?.connections[0]).toMatchObject({
      framesMissed: 25,
      gaps: [
        { firstSeq: 5, count: 15, reason: 'ended' },
        { firstSeq: 20, count: 5, reason: 'overflow' },
        { firstSeq: 25, count: 5, reason: 'ended' },
      ],
    });
  });

  it('is never a reason to throw, wherever it is broken off', async () => {
    const text = await write(fullRecording());
    for (let length = 0; length < text.length; length += 97) {
      const found = await read(text.slice(0, length));
      expect(found.isComplete).toBe(false);
    }
  });

  it.each([
    ['{"type":"frame","connectionId":"doc/0","seq":"5"}', 'frame: atMs is missing'],
    [
      '{"type":"frame","connectionId":"nobody/0","seq":99,"atMs":1,"direction":"in","opcode":"text","sizeBytes":0}',
      'names no',
    ],
    [
      '{"type":"frame","connectionId":"doc/0","seq":0,"atMs":1,"direction":"in","opcode":"text","sizeBytes":0}',
      'greater',
    ],
    [
      '{"type":"frame","connectionId":"doc/0","seq":99,"atMs":1,"direction":"in","opcode":"text","sizeBytes":0}',
      'with 30',
    ],
    [
      '{"type":"frame","connectionId":"doc/0","seq":29.5,"atMs":1,"direction":"in","opcode":"text","sizeBytes":0}',
      'whole',
    ],
    [
      '{"type":"frame","connectionId":"doc2/1000000","seq":0,"atMs":-1,"direction":"in","opcode":"text","sizeBytes":0}',
      'at least',
    ],
    ['{"type":"context","documentId":null,"connectionId":null,"atMs":1e400,"kind":"marker"}', 'atMs must be at most'],
    ['{"type":"__proto__"}', 'no kind'],
    ['{"type":"constructor"}', 'no kind'],
    ['[1]', 'no kind'],
    ['null', 'no kind'],
    ['"frame"', 'no kind'],
    ['{"type":', 'no JSON'],
    ['{"type":"session"}', ''],
  ])('has the line %s', async (line, problem) => {
    const lines = await linesOf();
    const at = lines.length - 2;
    const found = await read([...lines.slice(0, at), line, ...lines.slice(at)].join('\n'));
    if (line === '{"type":"session"}') {
      expect(found.failed).toMatchObject({ line: at + 1 });
      return;
    }
    expect(found.problems).toMatchObject([{ line: at + 1, text: expect.stringContaining(problem) }]);
    expect(await frames(found)).toBe(await frames(await read(lines.join('\n'))));
  });

  it('reaches no prototype', async () => {
    const lines = await linesOf();
    const hostile = lines.map((line, i) =>
      i > 1 ? line.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},') : line,
    );
    const found = await read(hostile.join('\n'));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(found.problems).toEqual([]);
    for (const row of found.recording?.connections ?? []) {
      expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
      expect(Object.hasOwn(row, '__proto__')).toBe(false);
      expect(Object.hasOwn(row, 'constructor')).toBe(false);
    }
  });

  it.each([
    ['', 'no session'],
    ['\n\n', 'no session'],
    ['hello', 'no recording of Socketscope'],
    ['{"log":{"version":"1.2"}}', 'no recording of Socketscope'],
    ['{"type":"header","format":"socketscope","version":2}', 'Update Socketscope'],
    ['{"type":"header","format":"socketscope","version":"1"}', 'never was'],
    ['{"type":"header","format":"socketscope","version":1}', 'no session'],
    [
      '{"type":"header","format":"socketscope","version":1}\n{"type":"end","connections":0,"frames":0}',
      'before everything',
    ],
  ])('that begins with %s cannot be used, and says why', async (text, problem) => {
    const found = await read(text);
    expect(found.failed?.text).toContain(problem);
    expect(found).toMatchObject({ recording: null, isComplete: false });
  });

  it('with a line far longer than one may be takes no more memory than one may be long', async () => {
    const lines = await linesOf();
    const megabyte = 'x'.repeat(1024 * 1024);
    async function* endless() {
      yield lines.slice(0, -1).join('\n');
      yield '\n{"type":"frame","text":"';
      for (let i = 0; i < 64; i++) yield megabyte;
      yield '"}\n';
      yield lines.at(-1) ?? '';
    }
    const found = await collectRecording(readNdjson(endless(), {}, { maxLineChars: 1024 * 1024 }));
    expect(found.problems).toMatchObject([{ line: lines.length, text: expect.stringContaining('longer than') }]);
    expect(found.isComplete).toBe(true);
  });

  it('that tells of more than can be held is read up to that line', async () => {
    const lines = await linesOf();
    const at = lines.findIndex((line) => line.startsWith('{"type":"frame"'));
    const maxRowChars = lines.slice(0, at - 1).join('').length - 1;
    const found = await collectRecording(readNdjson(pieces(lines.join('\n')), {}, { maxRowChars }));
    expect(found.failed).toMatchObject({ line: at - 1, text: expect.stringContaining('more connections and events') });
    expect(found.recording?.connections.length).toBeGreaterThan(0);
    expect(found.isComplete).toBe(false);
  });

  it('with more frames than may be read is read up to that line, and the rest is a gap', async () => {
    const lines = await linesOf();
    const at = lines.findIndex((line) => line.startsWith('{"type":"frame"'));
    const found = await collectRecording(readNdjson(pieces(lines.join('\n')), {}, { maxFrameBytes: 0 }));
    expect(found.failed).toMatchObject({
      line: at + 1,
      text: expect.stringContaining('all that one session may take'),
    });
    const [connection] = found.recording?.connections ?? [];
    expect(connection?.framesMissed).toBe((connection?.nextSeq ?? 0) - 1);
  });

  it('with thousands of wrong lines is only counted after the first hundred', async () => {
    const lines = await linesOf();
    const records: ReadRecord[] = [];
    for await (const record of readNdjson(pieces(`${lines.slice(0, 2).join('\n')}\n${'{}\n'.repeat(5_000)}`)))
      records.push(record);
    expect(records.filter(({ kind }) => kind === 'refused').length).toBe(100);
    expect(records.at(-1)).toMatchObject({ kind: 'end', refused: 5_000 });
  });

  it('of any kind is read to its end', async () => {
    const lines = await linesOf();
    const types = [...new Set(lines.map((line) => JSON.parse(line) as Record<string, unknown>))];
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom(...lines),
            fc.tuple(fc.constantFrom(...types), fc.string(), fc.jsonValue()).map(([record, name, value]) => {
              const names = Object.keys(record);
              return JSON.stringify({ ...record, [names[name.length % names.length] ?? '']: value });
            }),
            fc.string({ unit: anyCharacter }),
          ),
          { maxLength: 30 },
        ),
        async (some) => {
          const found = await read([...lines.slice(0, 2), ...some].join('\n'));
          expect(found.recording === null).toBe(found.failed !== null && found.recording === null);
          if (found.recording) await write(found.recording);
        },
      ),
      { numRuns: 60 },
    );
  });
});
