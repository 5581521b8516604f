/** What counts as good enough in a verdict. */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { BUDGETS, type Budget, type BudgetId, type Budgets, STANDARD_BUDGETS } from '../../analysis/verdict/budgets.ts';
import { UNITS, VERDICT } from '../words-faults.ts';
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
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [texts, setTexts] = useState(() => textsOf(verdict.budgets.peek()));
  const [refused, setRefused] = useState<readonly BudgetId[]>([]);
  useLayoutEffect(() => dialog.current?.showModal(), []);

  function save(): void {
    const wrong = BUDGETS.filter((budget) => numberOf(budget, texts[budget.id]) === null).map(({ id }) => id);
    setRefused(wrong);
    if (wrong.length > 0) {
      dialog.current?.querySelector<HTMLElement>(`[name=${wrong[0]}]`)?.focus();
      return;
    }
    const entries = BUDGETS.map((budget) => [budget.id, numberOf(budget, texts[budget.id])]);
    verdict.setBudgets(Object.fromEntries(entries) as Budgets);
    dialog.current?.close();
  }

  return (
    <dialog ref={dialog} class="settings" aria-labelledby={titleId} onClose={onClose}>
      <form
        method="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <h2 id={titleId}>{VERDICT.dialog}</h2>
        <p class="faint">{VERDICT.dialogHint}</p>
        {BUDGETS.map((budget) => (
          <Field
            key={budget.id}
            budget={budget}
            text={texts[budget.id]}
            isRefused={refused.includes(budget.id)}
            onText={(text) => setTexts({ ...texts, [budget.id]: text })}
          />
        ))}
        <div class="settings-buttons">
          <button
            type="button"
            class="button settings-reset"
            onClick={() => {
              setTexts(textsOf(STANDARD_BUDGETS));
              setRefused([]);
            }}
          >
            {VERDICT.reset}
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {VERDICT.cancel}
          </button>
          <button type="submit" class="button button-primary">
            {VERDICT.save}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly budget: Budget;
  readonly text: string;
  readonly isRefused: boolean;
  onText(text: string): void;
}

function Field({ budget: { id: name, title, unit, least, most }, text, isRefused, onText }: FieldProps) {
  const id = useId();
  return (
    <div class="settings-field">
      <label for={id}>{title}</label>
      <span class="settings-value">
        <input
          id={id}
          name={name}
          class="settings-input"
          inputMode="decimal"
          autocomplete="off"
          value={text}
          aria-invalid={isRefused}
          aria-describedby={`${id}-unit ${id}-problem`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <span id={`${id}-unit`}>{UNITS[unit]}</span>
      </span>
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {isRefused && VERDICT.bounds(least, most)}
      </span>
    </div>
  );
}
