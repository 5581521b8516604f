/** The row of controls at the top. Their accessible names are constant; what they will do now is in their titles. */
import { useState } from 'preact/hooks';
import { formatDate } from '../models/format.ts';
import { DROP_OBSTACLES, TOOLBAR } from '../words.ts';
import { FilterBox } from './FilterBox.tsx';
import { Icon } from './Icon.tsx';
import { SHORTCUTS } from './keys.ts';
import { lazyView } from './lazy.tsx';
import { ScenarioMenu } from './ScenarioMenu.tsx';
import type { SettingsDialogProps } from './SettingsDialog.tsx';
import { usePanel } from './use-panel.ts';

const SettingsDialog = lazyView<SettingsDialogProps>(
  () => import('./SettingsDialog.tsx').then((file) => file.SettingsDialog),
  'nothing',
);

export interface ToolbarProps {
  /** Address of this panel as a tab of its own; null when it is one. */
  readonly tabUrl: string | null;
}

export function Toolbar({ tabUrl }: ToolbarProps) {
  const { isStored } = usePanel();
  return (
    <div class="toolbar" role="toolbar" aria-label={TOOLBAR.label}>
      {isStored ? <StoredSession /> : <Commands />}
      <span class="toolbar-divider" />
      <FilterBox />
      {!isStored && <PreserveLog />}
      <span class="toolbar-end">
        {tabUrl !== null && (
          <a class="toolbar-link" href={tabUrl} target="_blank" rel="noreferrer" title={TOOLBAR.openInTab}>
            <Icon name="openInTab" />
            <span class="toolbar-link-text">{TOOLBAR.openInTab}</span>
          </a>
        )}
        <FindButton />
        {!isStored && <SettingsButton />}
      </span>
    </div>
  );
}

/** What is done to the recording and to its page. */
function Commands() {
  return (
    <>
      <RecordButton />
      <ClearButton />
      <span class="toolbar-divider" />
      <DropButton />
      <ScenarioMenu />
      <MarkButton />
    </>
  );
}

/** In their place: what is shown. */
function StoredSession() {
  const session = usePanel().recording.session.value;
  if (!session) return null;
  return (
    <span class="toolbar-session" title={TOOLBAR.storedHint(formatDate(session.startedAtMs))}>
      {session.name}
    </span>
  );
}

function MarkButton() {
  const { sessions, nowMs } = usePanel();
  return (
    <button
      type="button"
      class="tool"
      aria-label={TOOLBAR.mark}
      aria-haspopup="dialog"
      title={TOOLBAR.markHint(SHORTCUTS.mark)}
      onClick={() => sessions.beginMarking(nowMs())}
    >
      <Icon name="flag" />
    </button>
  );
}

function RecordButton() {
  const state = usePanel();
  const isOn = state.recording.isRecording.value;
  return (
    <button
      type="button"
      class={`tool tool-record ${isOn ? 'is-on' : ''}`}
      aria-label={TOOLBAR.record}
      aria-pressed={isOn}
      title={isOn ? TOOLBAR.recordOn(SHORTCUTS.record) : TOOLBAR.recordOff(SHORTCUTS.record)}
      onClick={() => state.setRecording(!isOn)}
    >
      <Icon name={isOn ? 'recording' : 'record'} />
    </button>
  );
}

function ClearButton() {
  const state = usePanel();
  return (
    <button
      type="button"
      class="tool"
      aria-label={TOOLBAR.clear}
      title={TOOLBAR.clearHint(SHORTCUTS.clear)}
      onClick={() => state.clear()}
    >
      <Icon name="clear" />
    </button>
  );
}

/** Stays focusable when it can do nothing, so that everybody can find out why. */
function DropButton() {
  const state = usePanel();
  const obstacle = state.drop.obstacle.value;
  const hint = obstacle ? DROP_OBSTACLES[obstacle] : TOOLBAR.dropHint(SHORTCUTS.drop);
  return (
    <button
      type="button"
      class="tool tool-drop"
      aria-label={TOOLBAR.drop}
      aria-disabled={obstacle !== null}
      aria-description={hint}
      title={hint}
      onClick={() => state.drop.dropSelected()}
    >
      <Icon name="drop" />
      <span>{TOOLBAR.drop}</span>
    </button>
  );
}

function FindButton() {
  const { isFinding, find } = usePanel();
  return (
    <button
      type="button"
      class={`tool ${isFinding.value ? 'is-on' : ''}`}
      aria-label={TOOLBAR.find}
      aria-pressed={isFinding.value}
      title={TOOLBAR.findHint(SHORTCUTS.find)}
      onClick={() => find(!isFinding.peek())}
    >
      <Icon name="search" />
    </button>
  );
}

function SettingsButton() {
  const told = usePanel().recording.settings.value;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={TOOLBAR.settings}
        aria-haspopup="dialog"
        title={TOOLBAR.settings}
        disabled={told === null}
        onClick={() => setOpen(true)}
      >
        <Icon name="settings" />
      </button>
      {isOpen && told && <SettingsDialog settings={told.settings} onClose={() => setOpen(false)} />}
    </>
  );
}

function PreserveLog() {
  const state = usePanel();
  return (
    <label class="toolbar-check" title={TOOLBAR.preserveLogHint}>
      <input
        type="checkbox"
        checked={state.preserveLog.value}
        onChange={(event) => state.setPreserveLog(event.currentTarget.checked)}
      />
      {TOOLBAR.preserveLog}
    </label>
  );
}
