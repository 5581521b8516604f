/** What one piece of news makes of a handshake's row. Pure: news may come late, twice, or to a worker that is new. */
import type { HandshakeRecord } from '../protocol/evidence.ts';

export interface HandshakeChange {
  readonly handshakeId: string;
  /** What a row begins with; null: the news is of no use where there is none. */
  readonly begin: Pick<HandshakeRecord, 'url' | 'startedAtMs' | 'toldBy'> | null;
  /** Whose it is. A handshake that was one connection's may turn out to be another's. */
  readonly connectionId?: string;
  /** The head of an answer. */
  readonly answer?: Pick<HandshakeRecord, 'headers'> & { readonly status: number };
  /** It is over. Only the first end counts. */
  readonly end?: {
    readonly atMs: number;
    readonly isOpened: boolean;
    readonly networkError: string | null;
    readonly refusedByUs: boolean;
  };
}

/** The row as it is now; null: there is none. The same object: there was no news in it. */
export function changeHandshake(
  known: HandshakeRecord | null,
  sessionId: string,
  { handshakeId, begin, connectionId, answer, end }: HandshakeChange,
): HandshakeRecord | null {
  let row = known;
  if (!row) {
    if (!begin) return null;
    row = {
      handshakeId,
      sessionId,
      connectionId: null,
      ...begin,
      endedAtMs: null,
      outcome: 'pending',
      status: null,
      headers: [],
      networkError: null,
    };
  }
  if (connectionId !== undefined && connectionId !== row.connectionId) row = { ...row, connectionId };
  if (row.endedAtMs !== null) return row;
  if (answer) row = { ...row, status: answer.status, headers: answer.headers };
  if (end) {
    const isAnswered = row.status !== null && row.status !== SWITCHING_PROTOCOLS;
    row = {
      ...row,
      endedAtMs: end.atMs,
      outcome: end.isOpened ? 'opened' : isAnswered ? 'answered' : 'failed',
      networkError: end.networkError,
      ...(end.refusedByUs ? { refusedByUs: true } : {}),
    };
  }
  return row;
}

const SWITCHING_PROTOCOLS = 101;
