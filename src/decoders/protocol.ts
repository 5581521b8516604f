/**
 * What Socketscope knows of a protocol that is spoken over WebSocket: how to recognise it, what its frames are for, and
 * what its close codes mean. The contract of every file of this folder; `protocols.ts` is the table. Readers are pure,
 * look at one frame at a time, and never throw, whatever a frame holds: what they do not know is a `message`.
 */
import type { WordKey } from '../words/words.ts';
import type { Frame } from './frame.ts';

/** What is known of a connection before its first frame. */
export interface Opening {
  readonly url: string;
  /** Offered by the page. */
  readonly protocols: readonly string[];
  /** Chosen by the server; null before `open`, '' for none. */
  readonly protocol: string | null;
}

export type Sign = 'subprotocol' | 'url' | 'first frame';

export type FrameKind =
  /** Says that its sender lives, and asks for a sign of life where the protocol has answers. */
  | 'beat'
  /** Answers a beat. */
  | 'beatAnswer'
  /** Said to or by everybody at the beginning: no news to the application. */
  | 'greeting'
  /** Logs on, joins, subscribes, or answers such a thing. */
  | 'control'
  /** Says that, and perhaps why, the conversation ends or was refused. */
  | 'farewell'
  /** What the application says. */
  | 'message';

export interface FrameReading {
  readonly kind: FrameKind;
  /** The protocol's own word for it, e.g. `PINGREQ` or `phx_join`. */
  readonly label: string;
  /** Ids of requests in it that wait for an answer … */
  readonly asks?: readonly string[];
  /** … and of requests that it answers. */
  readonly answers?: readonly string[];
  /** With `farewell`: the reason that it gives, cut to MAX_SAID_CHARS. */
  readonly says?: string;
}

export const MAX_SAID_CHARS = 200;

/** What first frames announce about heartbeats. */
export interface Announced {
  readonly periodMs: number | null;
  /** How long an answer, or the next beat, may be late. */
  readonly timeoutMs: number | null;
}

export interface HeartbeatRules {
  /** Who beats. `either`: whichever side likes to. `nobody`: it has none that a page could see. */
  readonly by: 'page' | 'server' | 'either' | 'nobody';
  readonly isAnswered: boolean;
  /** Beats are sent only when nothing else was: a missing beat among data is no sign. */
  readonly onlyWhenIdle: boolean;
  /** An answer may look as the question does. */
  readonly echoes?: true;
  /** What the usual implementation does if nobody configured it. */
  readonly usualPeriodMs: number | null;
}

export const NO_HEARTBEAT: HeartbeatRules = {
  by: 'nobody',
  isAnswered: false,
  onlyWhenIdle: false,
  usualPeriodMs: null,
};

/**
 * Whether a client should come back after a close: `yes`; `no`: it would end the same way; `afterChange`: when the reason
 * has gone, e.g. with a fresh token.
 */
export type ComeBack = 'yes' | 'no' | 'afterChange';

/** The meaning of the close codes `from`…`to` in one protocol. */
export interface CloseCodes {
  readonly from: number;
  readonly to: number;
  /** The protocol's own, which is the same in every language. */
  readonly name: string;
  readonly meaning: WordKey;
  readonly sentBy: WordKey;
  readonly comeBack: ComeBack;
}

export interface Protocol {
  /** Stable; stored and compared. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** A dev server's own socket (hot module replacement), not the application's. */
  readonly isDevServer: boolean;
  readonly subprotocol?: RegExp;
  /** Only where a URL can hardly mean anything else. */
  readonly url?: RegExp;
  /** Whether such a frame, among the first, can hardly be of another protocol. */
  readonly isFirst?: (frame: Frame) => boolean;
  readonly heartbeat: HeartbeatRules;
  readonly read: (frame: Frame) => FrameReading;
  /** What a frame announces about heartbeats, together with what those before it did; null: nothing, as before. */
  readonly announces?: (frame: Frame, before: Announced | null) => Announced | null;
  readonly closeCodes: readonly CloseCodes[];
}
