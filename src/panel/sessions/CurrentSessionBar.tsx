/** The session that is being recorded here, started and stopped by somebody; and whether its site is always recorded. */
import { useState } from 'preact/hooks';
import { usePanel } from '../views/use-panel.ts';
import { SESSION_TABS, SESSIONS } from '../words-sessions.ts';
import { SessionTabsDialog } from './SessionTabsDialog.tsx';
import { StartSessionDialog } from './StartSessionDialog.tsx';

export function CurrentSessionBar() {
  const { sessions, isStored } = usePanel();
  const [asked, setAsked] = useState<'start' | 'tabs' | null>(null);
  const current = sessions.current.value;
  if (isStored) return null;
  return (
    <div class="sessions-current">
      {sessions.isNamed.value && current ? (
        <>
          <span class="session-live" dir="auto">
            {SESSIONS.current(current.session.name)}
          </span>
          {current.tabIds.length > 1 && <span class="faint">{SESSIONS.tabs(current.tabIds.length)}</span>}
          {current.session.goesOn && <span class="faint">{SESSIONS.goesOn}</span>}
          <button type="button" class="button" onClick={() => setAsked('tabs')}>
            {SESSION_TABS.button}
          </button>
          <button type="button" class="button" onClick={() => void sessions.stop(null)}>
            {SESSIONS.stop}
          </button>
        </>
      ) : (
        <button type="button" class="button button-primary" onClick={() => setAsked('start')}>
          {SESSIONS.start}
        </button>
      )}
      <AlwaysOn />
      {asked === 'start' && <StartSessionDialog onClose={() => setAsked(null)} />}
      {asked === 'tabs' && current && (
        <SessionTabsDialog name={current.session.name} tabIds={current.tabIds} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

function AlwaysOn() {
  const { sessions, recording } = usePanel();
  const origin = newestOrigin([...recording.documents.value.values()]);
  const { origins, areSaved } = sessions.alwaysOn.value;
  if (origin === null) return null;
  return (
    <label class="sessions-always" title={SESSIONS.alwaysOnHint}>
      <input
        type="checkbox"
        checked={origins.includes(origin)}
        onChange={(event) => void sessions.setAlwaysOn(origin, event.currentTarget.checked)}
      />
      {SESSIONS.alwaysOn(origin)}
      {!areSaved && <span class="sessions-problem">{SESSIONS.alwaysOnNotSaved}</span>}
    </label>
  );
}

/** Of the page that the tab shows; null where it is none of the web. */
function newestOrigin(
  documents: readonly { readonly url: string; readonly frameId: number; readonly openedAtMs: number }[],
) {
  const pages = documents.filter(({ frameId }) => frameId === 0).sort((a, b) => b.openedAtMs - a.openedAtMs);
  const url = pages[0]?.url;
  if (url === undefined || !URL.canParse(url)) return null;
  const { origin, protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? origin : null;
}
