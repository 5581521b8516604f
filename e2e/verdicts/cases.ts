/**
 * What is measured: each client with its true policy, how it is put to the test, and which lines of the verdict it must
 * fail. Bases are the middle of the range where there is jitter. Sources: the options in `page/libraries.ts`, and the
 * libraries' own sources where a comment says so.
 */
import type { BudgetId } from '../../src/analysis/verdict/budgets.ts';
import type { PolicyKind } from '../../src/analysis/verdict/policy/policy.ts';
import type { LineId } from '../../src/analysis/verdict/scorecard.ts';
import type { StartServer } from '../lab/servers/server.ts';
import { servers } from '../lab/servers/table.ts';
import { dialects } from './servers/dialects.ts';

/** A policy as configured; numbers that are left out are not compared, and `note` says why. */
export interface Truth {
  readonly kind: PolicyKind;
  readonly baseMs?: number;
  readonly factor?: number;
  readonly stepMs?: number;
  readonly capMs?: number | null;
  readonly jitter: 'none' | 'some';
  readonly note?: string;
}

export interface VerdictCase {
  /** Name of the client in `page/libraries.ts` or `page/own.ts`. */
  readonly client: string;
  readonly server: StartServer;
  readonly sockets: number;
  /** Handshakes to be refused to each socket before the server is back; 'all' for a client that is to give up. */
  readonly refusals: number | 'all';
  /** Default: dropped by the extension. A number: closed by the server with this code. */
  readonly closeCode?: number;
  /** Frames of each connection to be recorded before the drop. */
  readonly framesBefore?: number;
  readonly truth: Truth | null;
  /** The lines that must fail, and no others. */
  readonly fails: readonly LineId[];
  readonly budgets?: Readonly<Partial<Record<BudgetId, number>>>;
  readonly query?: string;
  /** Measured in `npm test`, too. */
  readonly isShort?: true;
}

const JITTERED_SOCKETS = 28;
/** ActionCable counts from the beginning of an attempt: a handshake that Chromium holds back, because many are waiting, shortens its wait. */
const FEWER_SOCKETS = 12;
const exponential = { kind: 'exponential', jitter: 'none' } as const;
const doubling: Truth = { ...exponential, baseMs: 200, factor: 2 };
const plain = { server: dialects.news, sockets: 2, refusals: 0, framesBefore: 8, truth: null } as const;

export const CASES: readonly VerdictCase[] = [
  {
    client: 'reconnecting-websocket',
    server: servers.reconnecting,
    sockets: 2,
    refusals: 8,
    truth: { ...exponential, baseMs: 150, factor: 1.5, capMs: 1200 },
    fails: [],
    isShort: true,
  },
  {
    client: 'partysocket',
    server: servers.partysocket,
    sockets: 2,
    refusals: 9,
    truth: { ...exponential, baseMs: 200, factor: 1.3, capMs: 1000 },
    fails: [],
  },
  {
    client: 'socket.io-client',
    server: servers.socketio,
    sockets: JITTERED_SOCKETS,
    refusals: 7,
    // backo2: the random factor comes first, then the cap
    truth: { kind: 'exponential', baseMs: 200, factor: 2, capMs: 1800, jitter: 'some' },
    fails: [],
    isShort: true,
  },
  {
    client: 'graphql-ws',
    server: servers.graphql,
    sockets: 2,
    refusals: 5,
    truth: { kind: 'fixed', baseMs: 400, jitter: 'none' },
    fails: ['storm'],
  },
  {
    client: 'mqtt',
    server: servers.mqtt,
    sockets: 2,
    refusals: 5,
    truth: { kind: 'fixed', baseMs: 500, jitter: 'none' },
    fails: ['storm'],
  },
  {
    client: '@stomp/stompjs',
    server: dialects.stomp,
    sockets: 2,
    refusals: 6,
    truth: { ...exponential, baseMs: 150, factor: 2, capMs: 1600 },
    fails: [],
  },
  {
    client: 'phoenix',
    server: dialects.phoenix,
    sockets: 2,
    refusals: 9,
    truth: {
      kind: 'irregular',
      jitter: 'none',
      note: 'its default table: 10, 50, 100, 150, 200, 250, 500, 1000, 2000 ms',
    },
    fails: [],
  },
  {
    client: 'phoenix, linear',
    server: dialects.phoenix,
    sockets: 2,
    refusals: 7,
    truth: { kind: 'linear', baseMs: 150, stepMs: 150, capMs: 750, jitter: 'none' },
    fails: [],
  },
  {
    client: '@microsoft/signalr',
    server: dialects.signalr,
    sockets: 2,
    refusals: 'all',
    truth: { ...exponential, baseMs: 150, factor: 2, capMs: 1200, note: 'the first at once' },
    fails: ['reopened'],
  },
  {
    client: 'centrifuge',
    server: dialects.centrifugo,
    sockets: FEWER_SOCKETS,
    refusals: 6,
    truth: {
      kind: 'exponential',
      jitter: 'some',
      note: 'least wait plus a random part that doubles: no pure exponential',
    },
    fails: [],
  },
  {
    client: '@rails/actioncable',
    server: dialects.actionCable,
    sockets: JITTERED_SOCKETS,
    // With fewer, chance alone makes a line of an exponential that grows so slowly.
    refusals: 10,
    // connection_monitor.js: 600 ms × 1.15^attempt × (1 … 1.15), after a first poll at any time
    truth: { kind: 'exponential', baseMs: 600 * 1.15 * 1.075, factor: 1.15, jitter: 'some' },
    fails: [],
  },
  {
    client: 'rxjs',
    server: dialects.news,
    sockets: 2,
    refusals: 6,
    truth: { ...exponential, baseMs: 150, factor: 2, capMs: 1200 },
    fails: [],
  },
  {
    client: 'backoff and heartbeat',
    server: servers.backoff,
    sockets: 2,
    refusals: 'all',
    truth: { ...exponential, baseMs: 1000, factor: 1.5 },
    fails: ['reopened'],
  },
  {
    client: 'queue, token, channels',
    server: servers.queueing,
    sockets: 2,
    refusals: 3,
    truth: { ...exponential, baseMs: 1000, factor: 2 },
    fails: [],
  },
  {
    client: 'fixed delay',
    server: servers.fixed,
    sockets: 2,
    refusals: 5,
    truth: { kind: 'fixed', baseMs: 1000, jitter: 'none' },
    fails: ['storm'],
  },
  {
    client: 'chat that tidies up',
    server: servers.chat,
    sockets: JITTERED_SOCKETS,
    refusals: 4,
    truth: { kind: 'fixed', baseMs: 2000, jitter: 'some' },
    fails: [],
  },
  {
    client: 'exemplary',
    server: dialects.news,
    sockets: JITTERED_SOCKETS,
    refusals: 6,
    framesBefore: 20,
    truth: { kind: 'exponential', baseMs: 300, factor: 2, capMs: 1800, jitter: 'some' },
    fails: [],
  },
  { ...plain, client: 'never comes back', refusals: 'all', fails: ['noticed', 'comesBack', 'reopened'] },
  {
    ...plain,
    client: 'knocks at a closed door',
    closeCode: 4401,
    query: '?token=the-same-old-token',
    fails: ['terminal', 'token'],
  },
  { ...plain, client: 'comes late', fails: ['firstAttempt'] },
  {
    ...plain,
    client: 'does not wait',
    refusals: 6,
    truth: { kind: 'immediate', jitter: 'none' },
    fails: ['policy', 'storm'],
  },
  { ...plain, client: 'hammers', refusals: 6, truth: { kind: 'fixed', baseMs: 60, jitter: 'none' }, fails: ['storm'] },
  { ...plain, client: 'marches in step', sockets: 3, refusals: 4, truth: doubling, fails: ['storm'], isShort: true },
  { ...plain, client: 'waits too long', refusals: 1, fails: ['longestWait'], budgets: { longestWaitMs: 2_000 } },
  { ...plain, client: 'gives up early', refusals: 'all', fails: ['givesUp', 'reopened'] },
  { ...plain, client: 'forgets to subscribe', fails: ['opening', 'usefulFrame'], isShort: true },
  { ...plain, client: 'speaks into the void', refusals: 2, fails: ['lostSends'] },
  { ...plain, client: 'says it twice', framesBefore: 40, fails: ['duplicates'] },
  { ...plain, client: 'leaks a socket', sockets: 1, fails: ['leak'] },
  { ...plain, client: 'loses its heartbeat', framesBefore: 16, fails: ['heartbeat'] },
  { ...plain, client: 'never clears its timer', framesBefore: 16, fails: ['deadTimers'] },
];

/** The standard budgets, as much shorter as the configured waits are. */
export const SCALED_BUDGETS: Readonly<Partial<Record<BudgetId, number>>> = {
  noticeMs: 5_000,
  firstAttemptMs: 3_500,
  longestWaitMs: 10_000,
  stormWaitMs: 600,
  silenceMs: 4_000,
  reopenMs: 120_000,
  usefulFrameMs: 2_000,
};
