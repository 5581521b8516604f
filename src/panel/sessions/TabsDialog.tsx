/** A dialog that asks for tabs, among other things. It closes when that is done, else it stays and says what is wrong. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog, DialogButtons, useDialog } from '../views/Dialog.tsx';
import { SESSIONS } from '../words-sessions.ts';
import { TabsField } from './TabsField.tsx';

export interface TabsDialogProps {
  readonly title: string;
  readonly hint: string;
  readonly save: string;
  /** Chosen at first. */
  readonly tabIds: readonly number[];
  /** What it asks before the tabs. */
  readonly children?: ComponentChildren;
  /** Does it. What is wrong, in words; null: it is done. */
  onSave(tabIds: readonly number[]): Promise<string | null>;
  onClose(): void;
}

export function TabsDialog({ title, hint, save, tabIds, children, onSave, onClose }: TabsDialogProps) {
  const dialog = useDialog();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(() => new Set(tabIds));
  const [problem, setProblem] = useState('');

  async function submit(): Promise<void> {
    const wrong = await onSave([...chosen]);
    if (wrong === null) dialog.close();
    else setProblem(wrong);
  }

  return (
    <Dialog dialog={dialog} title={title} hint={hint} onSubmit={() => void submit()} onClose={onClose}>
      {children}
      <TabsField chosen={chosen} onChoose={setChosen} />
      <DialogButtons dialog={dialog} words={{ cancel: SESSIONS.cancel, save }} problem={problem} />
    </Dialog>
  );
}
