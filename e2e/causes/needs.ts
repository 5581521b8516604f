/** What a machine has of what cases need. */
import { IS_APART } from '../cli/apart.ts';
import type { CauseCase, Need } from './case.ts';
import { isProgramThere } from './servers/program.ts';

const CHECKS: Readonly<Record<Need, () => boolean>> = {
  nginx: () => isProgramThere('nginx'),
  haproxy: () => isProgramThere('haproxy'),
  apache2: () => isProgramThere('apache2'),
  caddy: () => isProgramThere('caddy'),
  openssl: () => isProgramThere('openssl'),
  netns: () => IS_APART,
};

const known = new Map<Need, boolean>();

/** What it needs and is not here; empty: it can run. */
export function missingNeeds({ needs = [] }: CauseCase): readonly Need[] {
  for (const need of needs) if (!known.has(need)) known.set(need, CHECKS[need]());
  return needs.filter((need) => !known.get(need));
}
