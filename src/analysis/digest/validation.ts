/** What a check that the user gave says of the messages that came. Which check that is, nobody here knows. */
import { type Frame, RECORD_SEPARATOR } from '../../decoders/frame.ts';
import type { ValidationFacts } from './digest.ts';

/** What is wrong with a message, or null. */
export type Validate = (value: unknown) => string | null;

const MAX_SEQS = 8;
const MAX_ERROR_CHARS = 500;

export interface ValidationReader {
  add(seq: number, frame: Frame): void;
  facts(): ValidationFacts | null;
}

export function createValidationReader(validate: Validate | null): ValidationReader {
  const firstSeqs: number[] = [];
  let checked = 0;
  let failed = 0;
  let firstError = '';
  return {
    add(seq, { content, json }) {
      if (!validate || typeof content !== 'string' || content.endsWith(RECORD_SEPARATOR)) return;
      checked++;
      const error = json === undefined ? 'not a JSON object or array' : validate(json);
      if (error === null) return;
      failed++;
      if (failed === 1) firstError = error.slice(0, MAX_ERROR_CHARS);
      if (firstSeqs.length < MAX_SEQS) firstSeqs.push(seq);
    },
    facts: () => (validate ? { checked, failed, firstSeqs: [...firstSeqs], firstError } : null),
  };
}
