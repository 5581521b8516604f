/** After which times well-known products end a connection by default, for the lines of the histograms. */
import { KNOWN_LIMITS } from '../../analysis/findings/known-limits.ts';
import type { KnownTime } from './charts.ts';

/** One line for each time, whoever has it. */
export const KNOWN_TIMES: readonly KnownTime[] = [...new Set(KNOWN_LIMITS.map(({ limitMs }) => limitMs))].map(
  (durationMs) => ({
    durationMs,
    names: KNOWN_LIMITS.filter(({ limitMs }) => limitMs === durationMs).map(({ hop, setting }) => `${hop} ${setting}`),
  }),
);
