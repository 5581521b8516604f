/** The budgets of verdicts as fields of a form: their texts, what is refused, and what they mean. */
import { useState } from 'preact/hooks';
import { BUDGETS, type Budget, type BudgetId, type Budgets, STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { UNITS } from '../../analysis/verdict/words.ts';
import { VERDICT } from '../words-faults.ts';
import { NumberField } from './Dialog.tsx';

type Texts = Readonly<Record<BudgetId, string>>;

export interface BudgetForm {
  readonly texts: Texts;
  readonly refused: readonly BudgetId[];
  setText(id: BudgetId, text: string): void;
  reset(): void;
  /** The budgets as they stand there, or the first field that is none; all of those are marked. */
  read(): Budgets | BudgetId;
}

export function useBudgetForm(budgets: Budgets): BudgetForm {
  const [texts, setTexts] = useState(() => textsOf(budgets));
  const [refused, setRefused] = useState<readonly BudgetId[]>([]);
  return {
    texts,
    refused,
    setText: (id, text) => {
      setTexts({ ...texts, [id]: text });
      setRefused(refused.filter((other) => other !== id));
    },
    reset: () => {
      setTexts(textsOf(STANDARD_BUDGETS));
      setRefused([]);
    },
    read: () => {
      const wrong = BUDGETS.filter((budget) => numberOf(budget, texts[budget.id]) === null).map(({ id }) => id);
      setRefused(wrong);
      const entries = BUDGETS.map((budget) => [budget.id, numberOf(budget, texts[budget.id])]);
      return wrong[0] ?? (Object.fromEntries(entries) as Budgets);
    },
  };
}

export function BudgetFields({ form }: { readonly form: BudgetForm }) {
  return BUDGETS.map(({ id, title, unit, least, most }) => (
    <NumberField
      key={id}
      name={id}
      label={title}
      unit={UNITS[unit]}
      inputMode="decimal"
      text={form.texts[id]}
      problem={form.refused.includes(id) ? VERDICT.bounds(least, most) : null}
      onText={(text) => form.setText(id, text)}
    />
  ));
}

function textsOf(budgets: Budgets): Texts {
  return Object.fromEntries(BUDGETS.map(({ id }) => [id, String(budgets[id])])) as Texts;
}

/** Null: no number, or out of bounds. */
function numberOf({ least, most }: Budget, text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text.replace(/[ ,\u00a0\u202f]/g, ''));
  return value >= least && value <= most ? value : null;
}
