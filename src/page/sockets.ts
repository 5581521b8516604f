/** From a native socket to what is known of it. Weak: nothing here keeps a socket alive. */
import { NativeWeakMap, weakGet, weakSet } from './primordials.ts';
import type { Connection } from './ring.ts';

const connections = new NativeWeakMap<WebSocket, Connection>();

/** Of a socket that is watched; of anything else undefined. */
export function connectionOf(socket: WebSocket): Connection | undefined {
  return weakGet(connections, socket);
}

export function rememberConnection(socket: WebSocket, connection: Connection): void {
  weakSet(connections, socket, connection);
}
