/** Starts a session: its name, the tabs that are in it, how long it lasts. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { PageTab } from '../link/sessions-source.ts';
import { Dialog, SwitchField, useDialog } from '../views/Dialog.tsx';
import { usePanel } from '../views/use-panel.ts';
import { SESSION_PROBLEMS, SESSIONS, START_SESSION } from '../words-sessions.ts';

export function StartSessionDialog({ onClose }: { onClose(): void }) {
  const { sessions } = usePanel();
  const dialog = useDialog();
  const nameId = useId();
  const [name, setName] = useState('');
  const [goesOn, setGoesOn] = useState(false);
  const [tabs, setTabs] = useState<readonly PageTab[]>([]);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [problem, setProblem] = useState('');

  useEffect(() => {
    const own = sessions.current.peek()?.session.tabId;
    sessions.tabs().then(
      (found) => setTabs(found.filter(({ tabId }) => tabId !== own)),
      () => undefined,
    );
  }, []);

  async function start(): Promise<void> {
    const outcome = await sessions.start({ name: name.trim(), tabIds: [...chosen], goesOn });
    if (outcome === 'done') dialog.close();
    else setProblem(SESSION_PROBLEMS[outcome](name));
  }

  function choose(tabId: number, on: boolean): void {
    const next = new Set(chosen);
    if (on) next.add(tabId);
    else next.delete(tabId);
    setChosen(next);
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
      <fieldset class="session-tabs">
        <legend>{START_SESSION.tabs}</legend>
        {tabs.length === 0 && <span class="faint">{START_SESSION.noTabs}</span>}
        {tabs.map(({ tabId, title, url }) => (
          <label key={tabId} title={url}>
            <input
              type="checkbox"
              checked={chosen.has(tabId)}
              onChange={(event) => choose(tabId, event.currentTarget.checked)}
            />
            <span dir="auto">{title || url}</span>
          </label>
        ))}
      </fieldset>
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
