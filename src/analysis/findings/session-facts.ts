/**
 * All that the rules look at: one recorded session without its frames, which `digest/` has read. Bounded by the number of
 * connections. Pure data.
 */
import type { HandshakeRecord, ProbeRecord } from '../../protocol/evidence.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord } from '../../protocol/records.ts';
import type { Digest } from '../digest/digest.ts';

export interface SessionFacts {
  /** In the order of their creation. */
  readonly connections: readonly ConnectionRecord[];
  readonly documents: readonly DocumentRecord[];
  /** In the order in which it happened. */
  readonly context: readonly ContextRecord[];
  readonly handshakes: readonly HandshakeRecord[];
  readonly probes: readonly ProbeRecord[];
  /** By connectionId. A connection that has not been read yet is missing. */
  readonly digests: ReadonlyMap<string, Digest>;
  /** Until when was watched. */
  readonly untilMs: number;
}
