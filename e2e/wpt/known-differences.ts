/**
 * The differences from the native browser that are understood, each with its reason. A new one fails `npm run wpt`; one
 * that is gone is reported, and shall be taken out here. Facts for users belong into docs/limits.md as well.
 */
import type { KnownLoss } from './completeness.ts';
import type { KnownDifference } from './known.ts';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

/** Connections of which the recording tells something else than the wire. */
export const KNOWN_LOSSES: readonly KnownLoss[] = [];
