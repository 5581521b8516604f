/** A conversation as code: whose, without what secrets, and what is said of the rest. */
import { describe, expect, it } from 'vitest';
import type { Recording } from '../../protocol/recording.ts';
import { chunksOf, connectionFixture, documentFixture, sessionFixture } from '../../report/fixtures.ts';
import { recordingInMemory } from '../../report/recording.ts';
import type { RedactionMode } from '../../report/redaction/redact-recording.ts';
import { snippetFor } from './snippet-for.ts';

const SECRET = 'hunter2hunter2hunter2';

function recordingOf(texts: readonly string[]): Recording {
  const connections = [0, 1].map((connection) =>
    connectionFixture({ connection, url: `wss://shop.example.test/live?token=${SECRET}`, nextSeq: texts.length }),
  );
  return recordingInMemory(
    {
      session: sessionFixture(),
      documents: [documentFixture()],
      connections,
      context: [],
      handshakes: [],
      probes: [],
    },
    new Map(
      connections.map(({ connectionId }, i) => [
        connectionId,
        chunksOf(
          connectionId,
          texts.map((text) => ({ text: `${text} of ${i}` })),
        ),
      ]),
    ),
  );
}

function snippetOfSecond(recording: Recording, mode: RedactionMode = 'secrets') {
  const connectionId = recording.connections[1]?.connectionId ?? '';
  const redaction = { mode, patterns: [], keepKinds: [] } as const;
  return snippetFor(recording, { kind: 'snippet', sessionId: 's', connectionId, snippet: 'ws', redaction });
}

describe('a conversation as code', () => {
  it('is that of the connection, and of no other', async () => {
    const text = JSON.stringify(await snippetOfSecond(recordingOf(['hello'])));
    expect(text).toContain('hello of 1');
    expect(text).not.toContain('hello of 0');
  });

  it('holds no secret', async () => {
    const text = JSON.stringify(await snippetOfSecond(recordingOf([`{"token":"${SECRET}"}`])));
    expect(text).not.toContain(SECRET);
  });

  it('holds them when that is wanted', async () => {
    const text = JSON.stringify(await snippetOfSecond(recordingOf(['hello']), 'none'));
    expect(text).toContain(SECRET);
  });

  it('counts what was left out, in the code too', async () => {
    const told = await snippetOfSecond(recordingOf(Array.from({ length: 7_000 }, (_, i) => `tick ${i}`)));
    expect(told).toMatchObject({ kind: 'snippet', leftOut: 5_000 });
    expect(JSON.stringify(told)).toContain('5000 messages are not in here');
  });
});
