/**
 * One conversation of a stored session as code. Secrets are looked for in all of it before a word is written, as in every
 * export; of a long one only the beginning is held, because no test plays a million frames.
 */

import type { Recording } from '../../protocol/recording.ts';
import { conversationOf } from '../../report/code/conversation.ts';
import { snippetOf } from '../../report/code/snippets.ts';
import { framesOf, type RecordedFrame } from '../../report/recording.ts';
import { previewRedaction, redactRecording } from '../../report/redaction/redact-recording.ts';
import { redactorOf } from './export-session.ts';
import type { FileJob, FileNews } from './messages.ts';

/** More than snippets take. */
const MAX_HELD_FRAMES = 5_000;

export async function snippetFor(
  recording: Recording,
  { connectionId, snippet, redaction }: Extract<FileJob, { readonly kind: 'snippet' }>,
): Promise<FileNews> {
  const connections = recording.connections.filter((one) => one.connectionId === connectionId);
  const only: Recording = { ...recording, connections, chunks: (id) => recording.chunks(id) };
  const redactor = redactorOf(redaction);
  await previewRedaction(only, redactor, redaction.mode);
  const redacted = redactRecording(only, redactor, redaction.mode);
  const [record] = redacted.connections;
  if (!record) return { kind: 'failed', problem: 'The connection is not there any more.' };

  const frames: RecordedFrame[] = [];
  let skipped = 0;
  for await (const chunk of redacted.chunks(record.connectionId)) {
    if (frames.length < MAX_HELD_FRAMES) frames.push(...framesOf(chunk));
    else skipped += chunk.chunk.count;
  }
  const conversation = conversationOf(record, frames);
  const leftOut = conversation.leftOut + skipped;
  return { kind: 'snippet', snippet: snippetOf(snippet, { ...conversation, leftOut }), leftOut };
}
