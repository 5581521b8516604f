/** A generated session as a recording in memory: `?scene=generated&frames=100000&connections=200`. */
import { generateSession, type SessionShape } from '../../lab/sessions/generate.ts';
import type { FakeRecording } from './fake-recording.ts';

export function playGenerated(recording: FakeRecording, shape: Partial<SessionShape>): void {
  const { session, documents, connections, context, frame } = generateSession(shape);
  recording.setSession(session);
  recording.context.push(...context);
  for (const row of documents) recording.documents.set(row.documentId, row);
  connections.forEach((row, i) => {
    recording.connections.set(row.connectionId, row);
    if (row.nextSeq === 0) return;
    recording.setBulk(row.connectionId, row.nextSeq, (seq) => frame(i, seq));
    // Its own counters: those of a bulk are estimated.
    recording.connections.set(row.connectionId, row);
  });
}

/** `frames`, `connections`, `minutes` and `payloadBytes` of the query, where they are numbers. */
export function shapeOf(query: URLSearchParams, sessionId: string): Partial<SessionShape> {
  const numbers = ['frames', 'connections', 'minutes', 'payloadBytes'].flatMap((name) => {
    const value = Number(query.get(name));
    return value > 0 ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(numbers), sessionId };
}
