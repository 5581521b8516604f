/** How much of a page's WebSocket traffic a recording can show: what was seen whole, what in part, and what was missed. */
import type { ConnectionRecord } from '../protocol/records.ts';

export interface Coverage {
  /** Connections that the page script saw, with frames and close codes. */
  readonly whole: number;
  /** Seen from outside, with frames, without close codes: by DevTools. */
  readonly framesOnly: number;
  /** Seen from outside, the handshake and nothing else. */
  readonly handshakeOnly: number;
  /** Frames in gaps. */
  readonly framesMissed: number;
  /** Handshakes that were too many to look into. */
  readonly overlooked: number;
}

export function coverageOf(connections: readonly ConnectionRecord[], overlooked: number): Coverage {
  let [whole, framesOnly, handshakeOnly, framesMissed] = [0, 0, 0, 0];
  for (const record of connections) {
    framesMissed += record.framesMissed;
    const part = partSeen(record);
    if (part === 'whole') whole++;
    else if (part === 'framesOnly') framesOnly++;
    else handshakeOnly++;
  }
  return { whole, framesOnly, handshakeOnly, framesMissed, overlooked };
}

/** What of a connection was seen. */
export function partSeen({
  seenBy,
  nextSeq,
}: Pick<ConnectionRecord, 'seenBy' | 'nextSeq'>): 'whole' | 'framesOnly' | 'handshakeOnly' {
  if (seenBy === 'page') return 'whole';
  // DevTools may have been closed since.
  return seenBy === 'devtools' || nextSeq > 0 ? 'framesOnly' : 'handshakeOnly';
}

/** Nothing to tell: everything that is known was seen whole. */
export function isWhole({ framesOnly, handshakeOnly, framesMissed, overlooked }: Coverage): boolean {
  return framesOnly + handshakeOnly + framesMissed + overlooked === 0;
}
