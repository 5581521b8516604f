/**
 * Content script → background, inside batches: what happened around a document's connections. The content script's own
 * observations; a page has no way to say them.
 */
import { SURROUNDINGS, type Surrounding } from './evidence.ts';
import { asRecord, isCount, isShortString, isTimeMs } from './guards.ts';
import { MAX_SURROUNDING_CHARS, MAX_SURROUNDINGS_PER_BATCH, MAX_URL_CHARS } from './limits.ts';

export interface SurroundingReport {
  readonly kind: Surrounding;
  /** Document clock. */
  readonly atMs: number;
  readonly durationMs?: number;
  readonly detail?: string;
  readonly url?: string;
  /** How many came before it too fast to be told. */
  readonly leftOut?: number;
}

/** `unknown` → reports with known fields only; those that are wrong are left out. */
export function parseSurroundings(value: unknown): readonly SurroundingReport[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_SURROUNDINGS_PER_BATCH).flatMap((item) => parseSurrounding(item) ?? []);
}

function parseSurrounding(value: unknown): SurroundingReport | null {
  const source = asRecord(value);
  const kind = SURROUNDINGS.find((one) => one === source?.kind);
  if (!source || !kind || !isTimeMs(source.atMs)) return null;
  const { atMs, durationMs, detail, url, leftOut } = source;
  return {
    kind,
    atMs,
    ...(isTimeMs(durationMs) && { durationMs }),
    ...(isShortString(detail, MAX_SURROUNDING_CHARS) && { detail }),
    ...(isShortString(url, MAX_URL_CHARS) && { url }),
    ...(isCount(leftOut) && leftOut > 0 && { leftOut }),
  };
}
