/** What counts as good enough in a verdict. */
import { VERDICT } from '../words-faults.ts';
import { BudgetFields, useBudgetForm } from './BudgetFields.tsx';
import { Dialog, ResettingButtons, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

export function BudgetsDialog({ onClose }: { onClose(): void }) {
  const { verdict } = usePanel();
  const dialog = useDialog();
  const form = useBudgetForm(verdict.budgets.peek());

  function save(): void {
    const budgets = form.read();
    if (typeof budgets === 'string') {
      dialog.focusField(budgets);
      return;
    }
    verdict.setBudgets(budgets);
    dialog.close();
  }

  return (
    <Dialog dialog={dialog} title={VERDICT.dialog} hint={VERDICT.dialogHint} onSubmit={save} onClose={onClose}>
      <BudgetFields form={form} />
      <ResettingButtons dialog={dialog} words={VERDICT} onReset={form.reset} />
    </Dialog>
  );
}
