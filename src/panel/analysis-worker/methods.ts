/** What the analyst uses: how frames are read, and the rules. Only the worker loads it. */
import { createDigester, type DigestOptions } from '../../analysis/digest/digester.ts';
import { findingSteps } from '../../analysis/findings/find.ts';
import { statisticsOf } from '../../analysis/statistics/statistics.ts';
import type { Methods } from './analyst.ts';

export const METHODS: Methods = {
  readers: async (schema) => {
    const validate = schema === null ? null : await validatorOf(schema);
    return (record) => {
      const digester = createDigester(record, { validate });
      return { add: digester.add, digest: digester.finish };
    };
  },
  findings: findingSteps,
  statistics: (sessions) => statisticsOf(sessions),
};

/** The library that knows schemas is loaded when there is one. */
async function validatorOf(schema: string): Promise<NonNullable<DigestOptions['validate']>> {
  const { readSchema } = await import('../../validation/json-schema.ts');
  const { validate, error } = readSchema(schema);
  if (error !== null) throw new Error(error);
  return validate;
}
