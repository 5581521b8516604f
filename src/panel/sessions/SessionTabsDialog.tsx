/** Takes further tabs into the session that is being recorded, and lets others go. */
import { useState } from 'preact/hooks';
import { Dialog, useDialog } from '../views/Dialog.tsx';
import { usePanel } from '../views/use-panel.ts';
import { SESSION_PROBLEMS, SESSION_TABS, SESSIONS } from '../words-sessions.ts';
import { TabsField } from './TabsField.tsx';

export interface SessionTabsDialogProps {
  readonly name: string;
  /** That are in it now. */
  readonly tabIds: readonly number[];
  onClose(): void;
}

export function SessionTabsDialog({ name, tabIds, onClose }: SessionTabsDialogProps) {
  const { sessions } = usePanel();
  const dialog = useDialog();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(tabIds));
  const [problem, setProblem] = useState('');

  async function save(): Promise<void> {
    const outcome = await sessions.setTabs([...chosen]);
    if (outcome === 'done') dialog.close();
    else setProblem(outcome === 'notFound' ? SESSION_TABS.gone : SESSION_PROBLEMS[outcome](name));
  }

  return (
    <Dialog
      dialog={dialog}
      title={SESSION_TABS.title(name)}
      hint={SESSION_TABS.hint}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <TabsField chosen={chosen} onChoose={setChosen} />
      <p class="settings-problem" role="alert">
        {problem}
      </p>
      <div class="settings-buttons">
        <button type="button" class="button" onClick={dialog.close}>
          {SESSIONS.cancel}
        </button>
        <button type="submit" class="button button-primary">
          {SESSIONS.save}
        </button>
      </div>
    </Dialog>
  );
}
