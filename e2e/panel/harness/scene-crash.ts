/** A server crashes on purpose: a chat is lost, is refused three times, and comes back; what it does wrong then is in it. */
import type { ScenarioRun } from '../../../src/protocol/panel-link.ts';
import type { FakeFrame, FakeRecording } from './fake-recording.ts';
import { closeRow, connectionRow, documentRow } from './rows.ts';

const URL = 'wss://lab.example.test/chat/lobby?token=eyJhbGciOi';
const LOST_MS = 11_000;
/** When each attempt began; all but the last are refused at once. */
const ATTEMPTS_MS = [12_000, 14_010, 18_030, 26_060] as const;

export function playCrash(recording: FakeRecording, startMs: number): void {
  const documentId = 'doc';
  recording.documents.set(documentId, documentRow({ documentId, openedAtMs: startMs - 300 }));
  const add = (connection: number, fields: Parameters<typeof connectionRow>[0] | object) =>
    recording.connections.set(
      `${documentId}/${connection}`,
      connectionRow({
        url: URL,
        protocol: '',
        documentId,
        connection,
        connectionId: `${documentId}/${connection}`,
        ...fields,
      }),
    );
  add(0, {
    createdAtMs: startMs,
    openedAtMs: startMs + 60,
    close: closeRow(startMs + LOST_MS, 1006, { simulated: true }),
    droppedAtMs: startMs + LOST_MS,
  });
  recording.addFrames(`${documentId}/0`, conversation(startMs + 65, startMs + LOST_MS));
  ATTEMPTS_MS.forEach((atMs, i) => {
    const isLast = i === ATTEMPTS_MS.length - 1;
    add(i + 1, {
      createdAtMs: startMs + atMs,
      openedAtMs: isLast ? startMs + atMs + 40 : null,
      erroredAtMs: isLast ? null : startMs + atMs + 7,
      close: isLast ? null : closeRow(startMs + atMs + 8, 1006),
      ...(isLast ? {} : { refusedAtMs: startMs + atMs + 8 }),
    });
  });
  recording.addFrames(`${documentId}/4`, conversation(startMs + ATTEMPTS_MS[3] + 45, startMs + 31_000));
  add(5, {
    url: 'wss://lab.example.test/presence',
    createdAtMs: startMs + 200,
    openedAtMs: startMs + 240,
    seenBy: 'network',
  });
}

/** Logs in, joins, and chats. */
function conversation(fromMs: number, untilMs: number): readonly FakeFrame[] {
  const frames: FakeFrame[] = [
    { atMs: fromMs, isOut: true, text: '{"type":"auth","token":"eyJhbGciOi"}' },
    { atMs: fromMs + 20, text: '{"type":"welcome","user":17}' },
    { atMs: fromMs + 30, isOut: true, text: '{"type":"join","room":"lobby"}' },
  ];
  for (let i = 0; fromMs + 400 * (i + 1) < untilMs; i++) {
    frames.push({
      atMs: fromMs + 400 * (i + 1),
      isOut: i % 4 === 3,
      text: JSON.stringify(
        i % 4 === 3
          ? { type: 'say', text: `message ${i}` }
          : { type: 'said', from: `user ${i % 5}`, text: `hello ${i}` },
      ),
    });
  }
  return frames;
}

/** As it was in the fourteenth second. */
export function crashRun(startMs: number, fields: Partial<ScenarioRun> = {}): ScenarioRun {
  return {
    runId: 'run-1',
    name: 'Server crashes',
    target: { kind: 'tab' },
    targetUrl: null,
    startedAtMs: startMs + LOST_MS,
    state: 'finished',
    endedAtMs: startMs + LOST_MS + 10_500,
    round: 1,
    rounds: 1,
    roundEndsAtMs: null,
    mustReopenWithinMs: null,
    refused: 3,
    results: [
      {
        startedAtMs: startMs + LOST_MS,
        clearAtMs: startMs + LOST_MS + 10_000,
        lost: 1,
        reopenedAtMs: null,
        isInTime: true,
      },
    ],
    ...fields,
  };
}
