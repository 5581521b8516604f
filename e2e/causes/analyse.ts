/** From a recording to its findings, as the panel makes them. */
import { digestOf } from '../../src/analysis/digest/digester.ts';
import { findingsOf } from '../../src/analysis/findings/find.ts';
import type { Finding } from '../../src/analysis/findings/finding.ts';
import type { SessionFacts } from '../../src/analysis/findings/session-facts.ts';
import type { Rows } from './recording.ts';

export function findingsIn(rows: Rows): readonly Finding[] {
  return findingsOf(factsOf(rows));
}

function factsOf({
  connections,
  documents,
  context,
  handshakes,
  probes,
  chunks,
  payloads,
  untilMs,
}: Rows): SessionFacts {
  const digests = connections.map((record) => {
    const isMine = ({ connectionId }: { readonly connectionId: string }) => connectionId === record.connectionId;
    return [record.connectionId, digestOf(record, chunks.filter(isMine), payloads.filter(isMine), untilMs)] as const;
  });
  return { connections, documents, context, handshakes, probes, digests: new Map(digests), untilMs };
}
