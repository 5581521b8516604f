/**
 * The differences from the native browser that are understood, each with its reason. A new one fails `npm run wpt`; one
 * that is gone is reported, and shall be taken out here. Facts for users belong into docs/limits.md as well.
 */
import type { KnownLoss } from './completeness.ts';
import type { KnownDifference } from './known.ts';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

/** Connections of which the recording tells something else than the wire. */
export const KNOWN_LOSSES: readonly KnownLoss[] = [
  {
    url: /^\/websockets\/stream\//,
    problem: 'not recorded',
    reason: 'WebSocketStream, which Chromium alone has: another interface, with no events; it is not hooked',
  },
  {
    url: /\/inside-worker\/|\/Create-on-worker-shutdown\./,
    problem: 'not recorded',
    reason: 'connections of workers: no content script runs there (docs/limits.md)',
  },
  {
    url: /\/not-restored-reasons\/|\/unload-a-document\/|\/back-forward-cache-with-|credentialless/,
    problem: 'not recorded',
    reason: 'the test opens windows of its own: other tabs, and a recording is one of a tab',
  },
  {
    url: /\/bufferedAmount-unchanged-by-sync-xhr\./,
    problem: 'received: 1 text + 0 binary on the wire, 0 text',
    reason: 'the echo arrives when the page has called close(): no message event, so the page does not get it either',
  },
  {
    url: /\/send-many-64K-messages-with-backpressure\./,
    problem: 'sent: ',
    reason: 'the page ends while what it sent still waits for the server to read; the recording holds what it sent',
  },
];
