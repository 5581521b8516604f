/** Takes further tabs into the session that is being recorded, and lets others go. */
import { usePanel } from '../views/use-panel.ts';
import { SESSION_PROBLEMS, SESSION_TABS, SESSIONS } from '../words-sessions.ts';
import { TabsDialog } from './TabsDialog.tsx';

export interface SessionTabsDialogProps {
  readonly name: string;
  /** That are in it now. */
  readonly tabIds: readonly number[];
  onClose(): void;
}

export function SessionTabsDialog({ name, tabIds, onClose }: SessionTabsDialogProps) {
  const { sessions } = usePanel();

  async function save(chosen: readonly number[]): Promise<string | null> {
    const outcome = await sessions.setTabs(chosen);
    if (outcome === 'done') return null;
    return outcome === 'notFound' ? SESSION_TABS.gone : SESSION_PROBLEMS[outcome](name);
  }

  return (
    <TabsDialog
      title={SESSION_TABS.title(name)}
      hint={SESSION_TABS.hint}
      save={SESSIONS.save}
      tabIds={tabIds}
      onSave={save}
      onClose={onClose}
    />
  );
}
