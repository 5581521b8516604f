/**
 * The words between the runner, the traffic server and the measured page. The runner gives a task to a page through the
 * server: the page asks for it by a request that is answered when there is one, and posts what it measured. No debugger
 * is attached to the page, no timer runs in it, and both browsers are driven alike.
 */

export interface Load {
  readonly kind: 'text' | 'binary';
  readonly payloadBytes: number;
  readonly frames: number;
  readonly sockets: number;
}

export interface Pace {
  readonly framesPerSecond: number;
  readonly durationMs: number;
}

/** Every task but `close` opens new sockets under a name of its own, `group`, and leaves them open. */
export type Task =
  /** Frames from the server as fast as they can be taken. Measures first to last. */
  | { readonly kind: 'receive'; readonly group: string; readonly load: Load }
  /** Frames to the server as fast as it takes them. Measures from the first call to the server's word that all are there. */
  | { readonly kind: 'send'; readonly group: string; readonly load: Load }
  /** One frame there and back at a time. */
  | { readonly kind: 'echo'; readonly group: string; readonly payloadBytes: number; readonly roundTrips: number }
  /** Paced frames, while the page draws in every animation frame. Measures first to last, and the intervals between those. */
  | {
      readonly kind: 'animate';
      readonly group: string;
      readonly payloadBytes: number;
      readonly sockets: number;
      readonly pace: Pace;
    }
  /** Paced frames over sockets that are closed and opened again all the time; ends by the next `churnEnd`. */
  | {
      readonly kind: 'churn';
      readonly group: string;
      readonly payloadBytes: number;
      /** Browsers allow a page 200 (Firefox) to 255 (Chromium); of more, the rest fail as fast as they are tried again. */
      readonly sockets: number;
      /** So many have come and gone before. */
      readonly earlier?: number;
      readonly framesPerSecond: number;
      /** A socket is closed, by one side or the other, about this often. */
      readonly reconnectEveryMs: number;
    }
  | { readonly kind: 'churnEnd' }
  /** Closes all sockets of the tasks before and waits for their close events. */
  | { readonly kind: 'close' }
  /** Computes for so long, so that the page's process stands out. */
  | { readonly kind: 'spin'; readonly durationMs: number };

/** What a page measured. Times are milliseconds on its own clock, unless they say epoch. */
export interface Measured {
  /** The one figure of the task, where it has one. */
  readonly elapsedMs?: number;
  /** Time inside the calls of `send` alone. */
  readonly callMs?: number;
  /** Round trips, or intervals between animation frames. */
  readonly samplesMs?: readonly number[];
  /** Frames that the page saw come and go on the sockets of the group: what a recorder must hold. */
  readonly framesIn: number;
  readonly framesOut: number;
  readonly connections: number;
  /** When the page saw the last frame. */
  readonly lastFrameAtEpochMs: number;
}

/** What the page asks the server to do with the sockets of a group; the body of `POST /load/GROUP`. */
export type ServerLoad =
  | { readonly kind: 'burst'; readonly load: Load }
  | { readonly kind: 'paced'; readonly payloadBytes: number; readonly pace: Pace }
  | { readonly kind: 'echo' }
  /** Answers "done" after so many frames. */
  | { readonly kind: 'count'; readonly frames: number }
  | {
      readonly kind: 'churn';
      readonly payloadBytes: number;
      readonly framesPerSecond: number;
      readonly reconnectEveryMs: number;
    };

/** The runner's messages to the server's process, and its answers. */
export type ToServer = {
  readonly kind: 'run';
  readonly taskId: number;
  readonly page: string;
  readonly task: Task;
};
export type FromServer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'pageReady'; readonly page: string }
  | { readonly kind: 'measured'; readonly taskId: number; readonly measured: Measured }
  | { readonly kind: 'failed'; readonly taskId: number; readonly reason: string };
