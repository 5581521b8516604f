/** Starts a session: its name, the tabs that are in it, how long it lasts. */
import { useId, useState } from 'preact/hooks';
import { Dialog, SwitchField, useDialog } from '../views/Dialog.tsx';
import { usePanel } from '../views/use-panel.ts';
import { SESSION_PROBLEMS, SESSIONS, START_SESSION } from '../words-sessions.ts';
import { TabsField } from './TabsField.tsx';

export function StartSessionDialog({ onClose }: { onClose(): void }) {
  const { sessions } = usePanel();
  const dialog = useDialog();
  const nameId = useId();
  const [name, setName] = useState('');
  const [goesOn, setGoesOn] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [problem, setProblem] = useState('');

  async function start(): Promise<void> {
    const outcome = await sessions.start({ name: name.trim(), tabIds: [...chosen], goesOn });
    if (outcome === 'done') dialog.close();
    else setProblem(SESSION_PROBLEMS[outcome](name));
  }

  return (
    <Dialog
      dialog={dialog}
      title={START_SESSION.title}
      hint={START_SESSION.hint}
      onSubmit={() => void start()}
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
      <TabsField chosen={chosen} onChoose={setChosen} />
      <p class="settings-problem" role="alert">
        {problem}
      </p>
      <div class="settings-buttons">
        <button type="button" class="button" onClick={dialog.close}>
          {SESSIONS.cancel}
        </button>
        <button type="submit" class="button button-primary">
          {START_SESSION.start}
        </button>
      </div>
    </Dialog>
  );
}
