/**
 * All rules, in the order in which they are asked: what explains more exactly comes first, and a connection whose end has
 * been explained is left alone by the rules after it. Data.
 */
import type { Rule } from './draft.ts';
import { CONNECTION_LOST, MASS_AND_GONE } from './families/abnormal.ts';
import { APP_ACTS } from './families/app-acts.ts';
import { HANDSHAKE } from './families/handshake.ts';
import { HEARTBEAT } from './families/heartbeat.ts';
import { IDLE } from './families/idle.ts';
import { CLOSED_BY_PAGE, KEPT_OUT } from './families/kept-out.ts';
import { QUALITY } from './families/quality.ts';
import { RECONNECTING } from './families/reconnecting.ts';
import { CLOSE_CODES, INSTANT_CLOSE, SERVER_ENDS } from './families/server-ends.ts';
import { SURROUNDINGS_RULES } from './families/surroundings.ts';
import { SIZE_AND_POISON, TOKEN_EXPIRED } from './families/tokens-and-sizes.ts';

export const RULES: readonly Rule[] = [
  ...KEPT_OUT,
  TOKEN_EXPIRED,
  ...HANDSHAKE,
  ...SURROUNDINGS_RULES,
  ...SERVER_ENDS,
  ...SIZE_AND_POISON,
  INSTANT_CLOSE,
  ...HEARTBEAT,
  ...IDLE,
  ...MASS_AND_GONE,
  CLOSED_BY_PAGE,
  CLOSE_CODES,
  CONNECTION_LOST,
  ...RECONNECTING,
  ...APP_ACTS,
  ...QUALITY,
];
