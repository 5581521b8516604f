/** Every probe, natively and hooked: what a page can find out about WebSocket and its sockets. */
import { inEachBrowser, itIsTheSame } from './harness.ts';
import type { ProbeName } from './probes/probes.iife.ts';

const PROBES: readonly ProbeName[] = [
  'shapes',
  'constructorErrors',
  'subclasses',
  'meddling',
  'realms',
  'orders',
  'listeners',
  'ownEvents',
  'sending',
  'receiving',
  'closing',
  'handshakes',
  'poisoned',
  'quietSockets',
  'handlers',
  'buffers',
  'positions',
  'policyReports',
  'tasks',
  'othersAfter',
  'othersBefore',
  'spoiltBefore',
];

inEachBrowser('a hooked page', (bench) => {
  for (const name of PROBES) itIsTheSame(bench, name);
});
