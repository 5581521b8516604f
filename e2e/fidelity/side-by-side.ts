/** Causes, each with the fault that stands for it, and the record that a page makes of either. */
import type { PageFault } from '../../src/protocol/fault.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import type { Seen } from './kit.ts';
import type { Order } from './server.ts';

export interface Cause {
  readonly name: string;
  /** What befalls the server. `SIGKILL` and `SIGSTOP` go to its process. */
  readonly real: readonly (Order | 'SIGKILL' | 'SIGSTOP' | 'clientLeaves' | 'send')[];
  readonly fault: (kind: BrowserKind) => Pick<PageFault, 'what'> & Partial<PageFault>;
  /** Done on the simulated side as well. */
  readonly both: readonly (Order | 'clientLeaves' | 'send')[];
  /** The client connects after the cause is there. */
  readonly isBeforeConnecting: boolean;
  /** The end of the record: the first connection has closed, the client is connected, or it is seen that nothing happens. */
  readonly until: 'closed' | 'connected' | 'quiet';
  /** Part of the short form. */
  readonly isShort: boolean;
}

type EndChange = Partial<Extract<PageFault['what'], { kind: 'end' }>>;

function end(change: EndChange = {}): PageFault['what'] {
  return { kind: 'end', code: 1006, reason: '', lostBy: 'end', server: 'ended', ...change };
}

const BASE: Omit<Cause, 'name' | 'real' | 'fault'> = {
  both: [],
  isBeforeConnecting: false,
  until: 'closed',
  isShort: false,
};
const LATER = { where: { kind: 'all', later: true } } as const;
const refusing = { ...LATER, times: 1, what: end({ lostBy: 'failure' }) } as const;

export const CAUSES: readonly Cause[] = [
  { ...BASE, name: 'the server process is killed', real: ['SIGKILL'], fault: () => ({ what: end() }), isShort: true },
  {
    ...BASE,
    name: 'the TCP connection is ended',
    real: [{ kind: 'destroy', reset: false }],
    fault: () => ({ what: end() }),
  },
  {
    ...BASE,
    name: 'the TCP connection is reset',
    real: [{ kind: 'destroy', reset: true }],
    fault: () => ({ what: end({ lostBy: 'reset' }) }),
    isShort: true,
  },
  ...[1000, 1001, 1008, 1009, 1011, 1012, 4401].map((code) => ({
    ...BASE,
    name: `the server closes with ${code}`,
    real: [{ kind: 'close', code, reason: 'why' }] as const,
    fault: () => ({ what: end({ code, reason: 'why' }) }),
    isShort: code === 1012 || code === 4401,
  })),
  {
    ...BASE,
    name: 'a burst, and the end in it',
    real: [{ kind: 'burst', count: 20, andEnd: true }],
    both: [{ kind: 'burst', count: 20, andEnd: false }],
    fault: () => ({ when: { kind: 'frames', count: 20, direction: 'in' }, what: end() }),
  },
  {
    ...BASE,
    name: 'connection refused',
    real: ['SIGKILL'],
    fault: () => refusing,
    isBeforeConnecting: true,
    isShort: true,
  },
  ...[401, 502].map((status) => ({
    ...BASE,
    name: `refused with ${status}`,
    real: [{ kind: 'handshakes', answer: status }] as const,
    fault: () => refusing,
    isBeforeConnecting: true,
  })),
  {
    ...BASE,
    name: 'a handshake without an answer, which the client gives up',
    real: [{ kind: 'handshakes', answer: 'none' }, 'clientLeaves'],
    both: ['clientLeaves'],
    fault: () => ({ ...LATER, what: { kind: 'holdHandshake', durationMs: null, ending: 'open' } }),
    isBeforeConnecting: true,
    until: 'quiet',
  },
  {
    ...BASE,
    name: 'a slow handshake',
    real: [{ kind: 'handshakes', answer: 'accept', delayMs: 300 }],
    fault: () => ({ ...LATER, what: { kind: 'holdHandshake', durationMs: 300, ending: 'open' } }),
    isBeforeConnecting: true,
    until: 'connected',
  },
  {
    ...BASE,
    name: 'a close frame without an answer, then the end of TCP',
    real: [{ kind: 'deaf' }, { kind: 'destroy', reset: false, afterMs: 300 }, 'clientLeaves'],
    both: ['clientLeaves'],
    fault: () => ({ what: { kind: 'holdClose', durationMs: 300, ending: 'abnormal' } }),
  },
  {
    ...BASE,
    name: 'half-open: the server process is stopped',
    real: ['SIGSTOP', 'send'],
    both: ['send'],
    fault: () => ({
      what: { kind: 'silence', direction: 'both', only: { kind: 'any' }, durationMs: null },
    }),
    until: 'quiet',
    isShort: true,
  },
];

/**
 * The record as far as it is the same every time: whether microtasks ran, and whether the task was the same, is told of a
 * `close` that follows an `error`; between others it depends on when the network brought them.
 */
export function comparable(log: readonly Seen[]): readonly unknown[] {
  return log.map(({ microtaskRan, sameTask, ...seen }, i) =>
    seen.type === 'close' && log[i - 1]?.type === 'error' ? { ...seen, microtaskRan, sameTask } : seen,
  );
}
