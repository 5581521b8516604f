/** The JSON Schema that a user gives for messages, before anything is done with it. Pure. */
import { asRecord } from '../../protocol/guards.ts';

export type SchemaReading =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: 'noJson' | 'noSchema'; readonly detail: string };

/** Empty text is no schema, and right. What the words in it mean is for the validator to say. */
export function readSchema(text: string): SchemaReading {
  if (text.trim() === '') return { ok: true };
  try {
    const value: unknown = JSON.parse(text);
    const isSchema = typeof value === 'boolean' || (asRecord(value) !== null && !Array.isArray(value));
    return isSchema ? { ok: true } : { ok: false, problem: 'noSchema', detail: '' };
  } catch (error) {
    return { ok: false, problem: 'noJson', detail: error instanceof Error ? error.message : '' };
  }
}
