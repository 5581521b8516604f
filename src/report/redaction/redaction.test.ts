import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '../../../e2e/arbitraries.ts';
import { FRAME_TRUNCATED } from '../../protocol/frame-columns.ts';
import type { Recording } from '../../protocol/recording.ts';
import { allFrames, chunksOf, connectionFixture, fullRecording, sessionFixture } from '../fixtures.ts';
import { recordingInMemory } from '../recording.ts';
import type { Where } from './names-given.ts';
import { readPattern } from './patterns.ts';
import { HARMLESS, LATE_NAMED, OWN_PATTERN, PLANTED, plantedRecording, REUSED, readableIn } from './planted.ts';
import { previewRedaction, redactRecording } from './redact-recording.ts';
import { createRedactor } from './redactor.ts';

const WHERE: Where = { place: 'frame', connectionId: 'doc/0', seq: 1 };

/** All that a recording says, as one text. */
async function everythingIn(recording: Recording): Promise<string> {
  const { chunks: _, ...rows } = recording;
  const asText = (_name: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  const frames = (await allFrames(recording)).map((frame) => JSON.stringify(frame, asText));
  return [JSON.stringify(rows, asText), ...frames].join('\n');
}

async function redacted(mode: 'secrets' | 'metadata') {
  const redactor = createRedactor({ patterns: [OWN_PATTERN] });
  const preview = await previewRedaction(plantedRecording(), redactor, mode);
  const recording = redactRecording(plantedRecording(), redactor, mode);
  return { preview, recording, text: await everythingIn(recording) };
}

describe('redaction', () => {
  it('plants secrets that can be found', async () => {
    const readable = readableIn(await everythingIn(plantedRecording()));
    expect(
      PLANTED.filter((secret) => !readable.includes(secret.replace('"', '')) && !readable.includes(secret)),
    ).toEqual([]);
    expect(PLANTED.length).toBeGreaterThanOrEqual(40);
  });

  it.each(['secrets', 'metadata'] as const)('leaves none of them, with %s', async (mode) => {
    const readable = readableIn((await redacted(mode)).text);
    expect(PLANTED.filter((secret) => readable.includes(secret))).toEqual([]);
  });

  it('leaves what only looks a little like one', async () => {
    const { recording } = await redacted('secrets');
    const texts = (await allFrames(recording)).map(({ text }) => text);
    for (const harmless of HARMLESS) expect(texts).toContain(`{${harmless}}`);
  });

  it('hides also where a secret stands bare, once it is known from elsewhere', async () => {
    const { recording } = await redacted('secrets');
    expect((await allFrames(recording))[0]?.text).toMatch(/^bare REDACTED-secret-\d+ at first$/);
    expect(LATE_NAMED).not.toBe('');
  });

  it('says what it hides, where, how often, without saying it', async () => {
    const { preview } = await redacted('secrets');
    const reused = preview.secrets.find(({ sample }) => sample === `re••••ef (${REUSED.length} characters)`);
    expect(reused).toMatchObject({ kind: 'token', places: ['url', 'frame'], first: { place: 'url' } });
    expect(reused?.count).toBeGreaterThanOrEqual(3);
    expect(preview.leftOut).toBe(1);
    expect(preview.secretCount).toBeGreaterThan(60);
    expect(PLANTED.filter((secret) => JSON.stringify(preview).includes(secret))).toEqual([]);
  });

  it('keeps the times of a token, by which findings know that it expired', async () => {
    const { text } = await redacted('secrets');
    const payload = /REDACTED-jwt-\d+\.(eyJ[\w-]+)\.REDACTED/.exec(text)?.[1] ?? '';
    expect(Object.keys(JSON.parse(atob(payload)) as object)).toEqual(['iat', 'exp']);
  });

  it('leaves no payload at all, with metadata alone', async () => {
    const { recording } = await redacted('metadata');
    const frames = await allFrames(recording);
    expect(frames.length).toBe((await allFrames(plantedRecording())).length);
    expect(frames.every(({ text, bytes, content }) => text === null && bytes === null && content === null)).toBe(true);
  });

  it('changes nothing where there is nothing to hide', async () => {
    const recording = redactRecording(fullRecording(), createRedactor(), 'secrets');
    const before = await everythingIn(fullRecording());
    expect(await everythingIn(recording)).toBe(before.replace(/\b[\w]+@\w+\.\w+/g, ''));
    for await (const chunk of recording.chunks('doc/0')) expect(chunk.payload).toEqual(chunk.payload);
  });

  it('leaves out what is compressed, and says that less is kept than there was', async () => {
    const frames = [{ bytes: [0x1f, 0x8b, 8, 0, 1, 2, 3] }];
    const connection = connectionFixture();
    const recording = recordingInMemory(
      { session: sessionFixture(), documents: [], connections: [connection], context: [], handshakes: [], probes: [] },
      new Map([[connection.connectionId, chunksOf(connection.connectionId, frames)]]),
    );
    const [frame] = await allFrames(redactRecording(recording, createRedactor(), 'secrets'));
    expect(frame).toMatchObject({ bytes: new Uint8Array(), sizeBytes: 7 });
    expect((frame?.flags ?? 0) & FRAME_TRUNCATED).not.toBe(0);
  });

  it.each([
    ['{"password":"a\\"b","x":1}', '{"password":"REDACTED-password-1","x":1}'],
    ["{token: 'abc'}", "{token: 'REDACTED-token-1'}"],
    ['?token=a%26b&x=1', '?token=REDACTED-token-1&x=1'],
    ['cookie: a=1; b=2', 'cookie: a=REDACTED-cookie-1; b=REDACTED-cookie-2'],
    ['Authorization: Bearer abcdefgh', 'Authorization: Bearer REDACTED-token-1'],
    ['{"a":"{\\"pin\\":1234,\\"b\\":2}"}', '{"a":"{\\"pin\\":\\"REDACTED-password-1\\",\\"b\\":2}"}'],
    ['{"credentials":{"a":"b"},"c":1}', '{"credentials":"REDACTED-secret-1","c":1}'],
    ['mail bob@example.com, please', 'mail REDACTED-email-1, please'],
    ['wss://bob:pw@host/', 'wss://REDACTED-user-1@host/'],
    ['{"token":null,"password":""}', '{"token":null,"password":""}'],
    ['token=REDACTED-token-7', 'token=REDACTED-token-7'],
  ])('reads %s', (text, expected) => {
    expect(createRedactor().text(text, WHERE)).toBe(expected);
  });

  it('leaves well-formed JSON well-formed', () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: anyCharacter, maxLength: 12 }),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('token', 'password', 'otp', 'cookie', 'credentials', 'a', 'auth'), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 2 }), (given, nesting) => {
        let text = JSON.stringify(given);
        for (let i = 0; i < nesting; i++) text = JSON.stringify({ inner: text });
        const after = createRedactor()
          .text(text, WHERE)
          .replace(/:REDACTED-\w+-\d+/g, ':0');
        expect(() => JSON.parse(after)).not.toThrow();
      }),
    );
  });

  it('never throws, keeps the length of bytes, and hides the same again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: anyCharacter, maxLength: 200 }),
        (bytes, text) => {
          const redactor = createRedactor();
          const copy = new Uint8Array(bytes);
          expect(redactor.bytes(copy, WHERE)?.length ?? copy.length).toBe(copy.length);
          const once = redactor.text(text, WHERE);
          expect(redactor.text(text, WHERE)).toBe(once);
        },
      ),
    );
  });

  it('takes time in proportion to the length of a hostile text', () => {
    const redactor = createRedactor();
    const hostile = ['a@', 'eyJ', '"token":"', '://@', 'bearer ', '\\"', 'password=', '{"token":[', '%253', 'A1'].map(
      (part) => part.repeat(100_000 / part.length),
    );
    const started = performance.now();
    for (const text of hostile) redactor.text(text, WHERE);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('keeps what the user wants to see', () => {
    const redactor = createRedactor({ keepNames: ['SID'], keepKinds: ['email'] });
    expect(redactor.text('{"sid":"abc","token":"x","to":"a@example.org"}', WHERE)).toBe(
      '{"sid":"abc","token":"REDACTED-token-1","to":"a@example.org"}',
    );
  });

  it.each(['', '(', '(a+)+', '(?:(x*)y?)*', 'a*', 'x'.repeat(2_000)])('refuses the pattern %s', (source) => {
    expect(readPattern(source)).toMatchObject({ pattern: null, problem: expect.stringMatching(/\S/) });
  });

  it('hides the group named secret, where a pattern has one', () => {
    const redactor = createRedactor({ patterns: ['id#(?<secret>\\d+)'] });
    expect(redactor.text('id#12 and id#12', WHERE)).toBe('id#REDACTED-pattern-1 and id#REDACTED-pattern-1');
  });
});
