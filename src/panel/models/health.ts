/** What a session without findings had: how its connections stand, counted. Pure. */
import { closedBy, connectionState } from '../../analysis/connection-state.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';

export interface Health {
  readonly connections: number;
  readonly open: number;
  readonly ordinary: number;
  readonly navigation: number;
  readonly simulated: number;
  readonly other: number;
}

export function healthOf(connections: readonly ConnectionRecord[]): Health {
  const counts = { connections: connections.length, open: 0, ordinary: 0, navigation: 0, simulated: 0, other: 0 };
  for (const record of connections) counts[partOf(record)]++;
  return counts;
}

function partOf(record: ConnectionRecord): Exclude<keyof Health, 'connections'> {
  const by = closedBy(record);
  if (by === null || connectionState(record) === 'unknown') return 'open';
  if (by === 'socketscope') return 'simulated';
  if (by === 'navigation') return 'navigation';
  return by === 'page' || by === 'server' ? 'ordinary' : 'other';
}
