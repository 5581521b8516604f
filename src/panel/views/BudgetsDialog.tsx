/** What counts as good enough in a verdict. */
import { useState } from 'preact/hooks';
import { BUDGETS, type Budget, type BudgetId, type Budgets, STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { UNITS, VERDICT } from '../words-faults.ts';
import { Dialog, DialogButtons, NumberField, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

type Texts = Readonly<Record<BudgetId, string>>;

function textsOf(budgets: Budgets): Texts {
  return Object.fromEntries(BUDGETS.map(({ id }) => [id, String(budgets[id])])) as Texts;
}

/** Null: no number, or out of bounds. */
function numberOf({ least, most }: Budget, text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text.replace(/[ ,\u00a0\u202f]/g, ''));
  return value >= least && value <= most ? value : null;
}

export function BudgetsDialog({ onClose }: { onClose(): void }) {
  const { verdict } = usePanel();
  const dialog = useDialog();
  const [texts, setTexts] = useState(() => textsOf(verdict.budgets.peek()));
  const [refused, setRefused] = useState<readonly BudgetId[]>([]);

  function save(): void {
    const wrong = BUDGETS.filter((budget) => numberOf(budget, texts[budget.id]) === null).map(({ id }) => id);
    setRefused(wrong);
    const [first] = wrong;
    if (first !== undefined) {
      dialog.focusField(first);
      return;
    }
    const entries = BUDGETS.map((budget) => [budget.id, numberOf(budget, texts[budget.id])]);
    verdict.setBudgets(Object.fromEntries(entries) as Budgets);
    dialog.close();
  }

  return (
    <Dialog dialog={dialog} title={VERDICT.dialog} hint={VERDICT.dialogHint} onSubmit={save} onClose={onClose}>
      {BUDGETS.map(({ id, title, unit, least, most }) => (
        <NumberField
          key={id}
          name={id}
          label={title}
          unit={UNITS[unit]}
          inputMode="decimal"
          text={texts[id]}
          problem={refused.includes(id) ? VERDICT.bounds(least, most) : null}
          onText={(text) => setTexts({ ...texts, [id]: text })}
        />
      ))}
      <DialogButtons
        dialog={dialog}
        words={VERDICT}
        onReset={() => {
          setTexts(textsOf(STANDARD_BUDGETS));
          setRefused([]);
        }}
      />
    </Dialog>
  );
}
