/** All cases of the cause lab. */
import type { CauseCase } from '../case.ts';
import { CLIENT_CASES } from './client.ts';
import { HANDSHAKE_CASES } from './handshakes.ts';
import { HEALTHY_CASES } from './healthy.ts';
import { NETWORK_CASES } from './network.ts';
import { PROXY_CASES } from './proxies.ts';
import { SERVER_CASES } from './server-ends.ts';

export const CASES: readonly CauseCase[] = [
  ...PROXY_CASES,
  ...SERVER_CASES,
  ...HANDSHAKE_CASES,
  ...NETWORK_CASES,
  ...CLIENT_CASES,
  ...HEALTHY_CASES,
];
