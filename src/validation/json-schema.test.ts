import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSchema } from './json-schema.ts';

const MESSAGE = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['type', 'data', 'timestamp'],
  properties: { type: { enum: ['news', 'ping'] }, timestamp: { type: 'number' }, from: { $ref: '#/$defs/name' } },
  $defs: { name: { type: 'string', minLength: 1 } },
};

function check(schema: unknown, value: unknown): string | null {
  const { validate, error } = readSchema(JSON.stringify(schema));
  if (!validate) throw new Error(error);
  return validate(value);
}

describe('a JSON Schema', () => {
  it('says nothing of what fits', () => {
    expect(check(MESSAGE, { type: 'news', data: {}, timestamp: 1 })).toBeNull();
    expect(check(true, 'anything')).toBeNull();
  });

  it.each([
    [{ type: 'news', timestamp: 1 }, /^\$: .*"data"/],
    [{ type: 'olds', data: 0, timestamp: 1 }, /^\$\/type: /],
    [{ type: 'news', data: 0, timestamp: '1' }, /^\$\/timestamp: .*number/],
    [{ type: 'news', data: 0, timestamp: 1, from: '' }, /^\$\/from: /],
    [[], /^\$: .*object/],
  ])('says where %j is wrong', (value, expected) => {
    expect(check(MESSAGE, value)).toMatch(expected);
  });

  it('is read by the draft that it names', () => {
    const maximum = { maximum: 5, exclusiveMaximum: true };
    expect(check({ $schema: 'http://json-schema.org/draft-04/schema#', ...maximum }, 5)).not.toBeNull();
    expect(
      check({ $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }, [1]),
    ).not.toBeNull();
    expect(check({ prefixItems: [{ type: 'string' }] }, [1])).not.toBeNull();
  });

  it.each(['', '{', '[]', '7', '{"pattern":"("}', '{"$ref":"#/nowhere"}'])('may be none: %j', (text) => {
    expect(readSchema(text).error).toMatch(/./);
  });

  it('works where code may not be made from text', () => {
    const { Function: original } = globalThis;
    const forbidden = new Proxy(original, {
      construct: () => {
        throw new EvalError('forbidden by Content Security Policy');
      },
      apply: () => {
        throw new EvalError('forbidden by Content Security Policy');
      },
    });
    globalThis.Function = forbidden;
    try {
      expect(check(MESSAGE, { type: 'news', data: {}, timestamp: 1 })).toBeNull();
    } finally {
      globalThis.Function = original;
    }
  });

  it('never throws, whatever the schema and the value', () => {
    const keyword = fc.constantFrom(
      'type',
      'properties',
      'items',
      'enum',
      'pattern',
      '$ref',
      'allOf',
      'not',
      'minimum',
      'required',
      'const',
    );
    const schemas = fc.dictionary(keyword, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(schemas, fc.jsonValue({ maxDepth: 4 }), (schema, value) => {
        const { validate, error } = readSchema(JSON.stringify(schema));
        if (validate) expect(['string', 'object']).toContain(typeof validate(value));
        else expect(typeof error).toBe('string');
      }),
      { numRuns: 200, seed: 9 },
    );
    const recursive = readSchema('{"items":{"$ref":"#"}}');
    expect(recursive.validate?.(JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`))).toMatch(
      /could not be checked/,
    );
  });
});
