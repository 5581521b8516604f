/** The server's WebSockets by group, and what is done with those of each group. */

import type { RawData } from 'ws';
import { isOpen, type Peer, sendBurst, sendPaced } from './loads.ts';
import type { ServerLoad } from './task.ts';

export interface Groups {
  join(group: string, peer: Peer): void;
  start(group: string, load: ServerLoad): void;
  stop(group: string): void;
}

interface Group {
  readonly peers: Set<Peer>;
  readonly stopped: AbortController;
  /** What is done with a frame of the page. */
  onFrame: (peer: Peer, data: RawData, binary: boolean) => void;
}

/** How long churn goes on when nobody stops it. */
const CHURN_LIMIT_MS = 6 * 3_600_000;

export function createGroups(): Groups {
  const groups = new Map<string, Group>();

  function groupOf(name: string): Group {
    const group = groups.get(name) ?? { peers: new Set(), stopped: new AbortController(), onFrame: () => {} };
    groups.set(name, group);
    return group;
  }

  return {
    join(name, peer) {
      const group = groupOf(name);
      group.peers.add(peer);
      peer.socket.on('message', (data, binary) => group.onFrame(peer, data, binary));
      // A client that breaks off is the client's affair; 'close' follows.
      peer.socket.on('error', () => {});
      peer.socket.on('close', () => group.peers.delete(peer));
    },
    start(name, load) {
      const group = groupOf(name);
      switch (load.kind) {
        case 'burst':
          void sendBurst([...group.peers], load.load);
          break;
        case 'paced':
          void sendPaced(() => [...group.peers], load.payloadBytes, load.pace, group.stopped.signal);
          break;
        case 'echo':
          group.onFrame = ({ socket }, data, binary) => socket.send(data as Buffer, { binary });
          break;
        case 'count':
          group.onFrame = counter(load.frames);
          break;
        case 'churn':
          churn(group, load.payloadBytes, load.framesPerSecond, load.reconnectEveryMs);
          break;
      }
    },
    stop(name) {
      groups.get(name)?.stopped.abort();
      groups.delete(name);
    },
  };
}

/** Says "done" on the socket on which the last of the `frames` came. */
function counter(frames: number): Group['onFrame'] {
  let seen = 0;
  return ({ socket }) => {
    seen++;
    if (seen === frames) socket.send('done');
  };
}

/** How the server ends a connection, in turn: an orderly close, a restart, and a link that breaks (1006 for the page). */
const ENDINGS: readonly ((peer: Peer) => void)[] = [
  ({ socket }) => socket.close(1000, 'bye'),
  ({ socket }) => socket.close(1012, 'restart'),
  ({ socket }) => socket.terminate(),
];

function churn(group: Group, payloadBytes: number, framesPerSecond: number, reconnectEveryMs: number): void {
  let endings = 0;
  const timer = setInterval(() => {
    const [oldest] = [...group.peers].filter(isOpen);
    const end = ENDINGS[endings++ % ENDINGS.length];
    if (oldest) end?.(oldest);
  }, reconnectEveryMs);
  group.stopped.signal.addEventListener('abort', () => clearInterval(timer));
  const pace = { framesPerSecond, durationMs: CHURN_LIMIT_MS };
  void sendPaced(() => [...group.peers], payloadBytes, pace, group.stopped.signal);
}
