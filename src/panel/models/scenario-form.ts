/** A scenario's numbers as texts in fields, and back: what is no number is refused at its field. Pure. */

import type { Scenario } from '../../faults/scenario.ts';
import { fieldsOf, withFields } from '../../faults/scenario-fields.ts';
import type { Read } from '../../protocol/read-fault.ts';

export type FieldProblem = Extract<Read<never>, { readonly ok: false }>;

/** The scenario with what was written into the fields, by path; what was not touched stays as it is. */
export function changedScenario(scenario: Scenario, texts: ReadonlyMap<string, string>): Read<Scenario> {
  const changes = new Map<string, unknown>();
  for (const { path, value } of fieldsOf(scenario)) {
    const text = texts.get(path);
    if (text === undefined) continue;
    if (typeof value === 'string') {
      changes.set(path, text);
      continue;
    }
    const isOptional = path === 'mustReopenWithinMs';
    if (isOptional && text.trim() === '') {
      changes.set(path, null);
      continue;
    }
    const number = numberOf(text);
    if (number === null) return { ok: false, field: path, problem: 'must be a number' };
    changes.set(path, number);
  }
  return withFields(scenario, changes);
}

/** Digits, perhaps in groups, perhaps with a fraction: "1500", "1,500", "0.02". */
function numberOf(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(\d+|\d{1,3}([ ,\u00a0\u202f]\d{3})+)(\.\d+)?$/.test(trimmed)) return null;
  return Number(trimmed.replace(/[ ,\u00a0\u202f]/g, ''));
}
