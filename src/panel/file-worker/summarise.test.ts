/** The figures of the list, against recordings whose figures are known. */
import { expect, it } from 'vitest';
import { connectionFixture, documentFixture, START_MS, sessionFixture } from '../../report/fixtures.ts';
import { recordingInMemory } from '../../report/recording.ts';
import { analyseRecording } from '../../report/summary/analyse-recording.ts';
import { summaryOf } from './summarise.ts';

it('counts closes, and the abnormal ones that were real', async () => {
  const connections = [1006, 1006, 1000].map((code, connection) =>
    connectionFixture({
      connection,
      createdAtMs: START_MS + connection * 10_000,
      openedAtMs: START_MS + connection * 10_000 + 30,
      close: {
        atMs: START_MS + connection * 10_000 + 9_000,
        code,
        reason: '',
        wasClean: code === 1000,
        simulated: connection === 1,
      },
      ...(connection === 1 && { droppedAtMs: START_MS + 19_000 }),
      framesIn: 3,
      framesOut: 2,
    }),
  );
  const recording = recordingInMemory(
    {
      session: sessionFixture({ endedAtMs: START_MS + 90_000 }),
      documents: [documentFixture()],
      connections,
      context: [],
      handshakes: [],
      probes: [],
    },
    new Map(),
  );
  const analysed = await analyseRecording(recording);
  const summary = summaryOf(analysed, 77);
  expect(summary).toMatchObject({ atMs: 77, connections: 3, frames: 15, closes: 3, abnormal: 1 });
  const { problem, warning, note } = summary.findings;
  expect(problem + warning + note).toBe(analysed.findings.length);
  expect(summary.verdicts.passed + summary.verdicts.failed).toBeGreaterThan(0);
});
