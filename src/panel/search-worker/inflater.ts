/**
 * What is inside of compressed payloads, for searching: inflated as the detail view shows it. Bounded for each frame as
 * there, and in all: a recording may hold any number of payloads that hold a thousand times what they weigh.
 */
import { compressionOf, inflate, MAX_INFLATED_BYTES } from '../../decoders/payloads/compressed.ts';

/** Of one search. */
const MAX_SEARCHED_BYTES = 256 * 1024 * 1024;
/** A payload costs at least as much as so many bytes: what inflates it has to be set up. */
const LEAST_COST_BYTES = 4 * 1024;

export interface Inside {
  /** Null: it is not compressed, or nothing is left to spend. */
  readonly bytes: Uint8Array | null;
  /** Something more is inside. */
  readonly isCut: boolean;
}

export interface Inflater {
  /** By its first bytes. */
  isCompressed(bytes: Uint8Array): boolean;
  /** One after the other, however many are asked for. Never rejects. */
  inside(bytes: Uint8Array): Promise<Inside>;
}

/** `maxBytes`: what comes out of all of them together. */
export function createInflater(maxBytes: number = MAX_SEARCHED_BYTES): Inflater {
  let leftBytes = maxBytes;
  let last: Promise<unknown> = Promise.resolve();

  async function look(bytes: Uint8Array): Promise<Inside> {
    const format = compressionOf(bytes);
    if (!format) return { bytes: null, isCut: false };
    if (leftBytes <= 0) return { bytes: null, isCut: true };
    const inflated = await inflate(bytes, format, Math.min(leftBytes, MAX_INFLATED_BYTES)).catch(() => null);
    leftBytes -= Math.max(inflated?.bytes.length ?? 0, LEAST_COST_BYTES);
    return { bytes: inflated?.bytes ?? null, isCut: inflated?.problem === 'tooLarge' };
  }

  return {
    isCompressed: (bytes) => compressionOf(bytes) !== null,
    inside: (bytes) => {
      const mine = last.then(() => look(bytes));
      last = mine;
      return mine;
    },
  };
}
