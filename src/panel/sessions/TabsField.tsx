/** The open tabs that a session can be recorded in beside the panel's own, each with a box. */
import { useEffect, useState } from 'preact/hooks';
import type { PageTab } from '../link/sessions-source.ts';
import { usePanel } from '../views/use-panel.ts';
import { START_SESSION } from '../words-sessions.ts';

export interface TabsFieldProps {
  readonly chosen: ReadonlySet<number>;
  onChoose(chosen: ReadonlySet<number>): void;
}

export function TabsField({ chosen, onChoose }: TabsFieldProps) {
  const { sessions } = usePanel();
  const [tabs, setTabs] = useState<readonly PageTab[] | null>(null);

  useEffect(() => {
    sessions.tabs().then(setTabs, () => undefined);
  }, []);

  function choose(tabId: number, on: boolean): void {
    const next = new Set(chosen);
    if (on) next.add(tabId);
    else next.delete(tabId);
    onChoose(next);
  }

  return (
    <fieldset class="session-tabs">
      <legend>{START_SESSION.tabs}</legend>
      {tabs?.length === 0 && <span class="faint">{START_SESSION.noTabs}</span>}
      {tabs?.map(({ tabId, title, url }) => (
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
  );
}
