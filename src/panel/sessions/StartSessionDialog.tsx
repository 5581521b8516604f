/** Starts a session: its name, the tabs that are in it, how long it lasts. */
import { useId, useState } from 'preact/hooks';
import { SwitchField } from '../views/Dialog.tsx';
import { usePanel } from '../views/use-panel.ts';
import { SESSION_PROBLEMS, START_SESSION } from '../words-sessions.ts';
import { TabsDialog } from './TabsDialog.tsx';

export function StartSessionDialog({ onClose }: { onClose(): void }) {
  const { sessions } = usePanel();
  const nameId = useId();
  const [name, setName] = useState('');
  const [goesOn, setGoesOn] = useState(false);

  async function start(tabIds: readonly number[]): Promise<string | null> {
    const outcome = await sessions.start({ name: name.trim(), tabIds, goesOn });
    return outcome === 'done' ? null : SESSION_PROBLEMS[outcome](name);
  }

  return (
    <TabsDialog
      title={START_SESSION.title}
      hint={START_SESSION.hint}
      save={START_SESSION.start}
      tabIds={[]}
      onSave={start}
      onClose={onClose}
    >
      <div class="settings-field">
        <label for={nameId}>{START_SESSION.name}</label>
        <input
          id={nameId}
          name="sessionName"
          class="settings-input settings-text"
          maxLength={200}
          autocomplete="off"
          placeholder={START_SESSION.namePlaceholder}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <SwitchField
        name="goesOn"
        label={START_SESSION.goesOn}
        hint={START_SESSION.goesOnHint}
        isOn={goesOn}
        onChange={setGoesOn}
      />
    </TabsDialog>
  );
}
