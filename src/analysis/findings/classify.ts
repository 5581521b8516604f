/** One disconnect in a word. Pure. */
import type { ConnectionRecord } from '../../protocol/records.ts';
import { closeFamilyOf } from '../close-codes.ts';
import { closedBy } from '../connection-state.ts';

/**
 * `normal`: as meant, by a side that said so. `abnormal`: without a close frame, or never opened. `unexpected`: a side said
 * that the protocol, the data or a rule was broken, or that it could not go on.
 */
export type Disconnect = 'normal' | 'abnormal' | 'unexpected';

/** How a connection ended; null while it has not. Simulated ends are classified as what they pretend to be. */
export function classifyDisconnect(record: ConnectionRecord): Disconnect | null {
  const by = closedBy(record);
  if (by === null) return null;
  if (by === 'navigation') return 'normal';
  // close() while CONNECTING gives 1006, and is the page's own wish.
  if (by === 'page' && record.openedAtMs === null) return 'normal';
  const { close } = record;
  if (!close) return 'abnormal';
  const family = closeFamilyOf(close.code);
  if (family === 'abnormal') return 'abnormal';
  return family === 'refused' || family === 'invalid' ? 'unexpected' : 'normal';
}
