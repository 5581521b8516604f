/**
 * Checks messages against a JSON Schema that the user gives. The one place that knows the library, which interprets
 * schemas: those that compile them need `eval`, which the pages of an extension may not have. Load it when there is a
 * schema: `await import(…)`.
 */
import { type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';

/** A check, or why the text is no schema. */
export type SchemaReading =
  | { readonly validate: (value: unknown) => string | null; readonly error: null }
  | { readonly validate: null; readonly error: string };

const MAX_SCHEMA_CHARS = 1_000_000;

/** By what `$schema` names; without it, the latest. */
const DRAFTS: readonly (readonly [RegExp, SchemaDraft])[] = [
  [/draft-04/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
];

/** Reads the text of a schema. Its check says what is wrong with a value and where, or null; it never throws. */
export function readSchema(text: string): SchemaReading {
  if (text.length > MAX_SCHEMA_CHARS) return { validate: null, error: 'The schema is too long.' };
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema !== 'boolean' && !isSchemaObject(schema)) {
      return { validate: null, error: 'A schema is a JSON object.' };
    }
    const validator = new Validator(schema, draftOf(schema));
    // What cannot be resolved, or is no regular expression, shows when it is used.
    for (const sample of [null, {}, [], '', 0]) validator.validate(sample);
    return { validate: (value) => errorOf(validator, value), error: null };
  } catch (error) {
    return { validate: null, error: messageOf(error) };
  }
}

function isSchemaObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function draftOf(schema: Schema | boolean): SchemaDraft {
  const name = typeof schema === 'object' && typeof schema.$schema === 'string' ? schema.$schema : '';
  return DRAFTS.find(([pattern]) => pattern.test(name))?.[1] ?? '2020-12';
}

/** Of several errors, each within the one before, the innermost tells most. */
function errorOf(validator: Validator, value: unknown): string | null {
  try {
    const { valid, errors } = validator.validate(value);
    if (valid) return null;
    const innermost = errors.at(-1);
    return innermost
      ? `${innermost.instanceLocation.replace(/^#/, '$')}: ${innermost.error}`
      : 'does not match the schema';
  } catch (error) {
    return `could not be checked: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
