/** The menu beside the Drop button: all scenarios, grouped as the field speaks of them. */
import { useRef, useState } from 'preact/hooks';
import { CATALOGUE } from '../../faults/catalogue.ts';
import { scenarioWords } from '../../faults/catalogue-words.ts';
import { SCENARIO_GROUPS, type Scenario } from '../../faults/scenario.ts';
import { exportScenarios } from '../../faults/scenario-fields.ts';
import type { ScenarioTarget } from '../../protocol/panel-link.ts';
import type { PanelState } from '../state/panel-state.ts';
import { SCENARIO_GROUP_NAMES, SCENARIOS } from '../words-faults.ts';
import { FileField } from './FileField.tsx';
import { Icon } from './Icon.tsx';
import { lazyView } from './lazy.tsx';
import type { ScenarioDialogProps } from './ScenarioDialog.tsx';
import { saveFile } from './save-file.ts';
import { useMenu } from './use-menu.ts';
import { usePanel } from './use-panel.ts';

const ScenarioDialog = lazyView<ScenarioDialogProps>(
  () => import('./ScenarioDialog.tsx').then((file) => file.ScenarioDialog),
  'nothing',
);

/** Where a scenario is played when nobody says otherwise; null: it is for one connection, and none can be dropped. */
function usualTarget(state: PanelState, { scope }: Scenario): ScenarioTarget | null {
  if (scope === 'tab') return { kind: 'tab' };
  const selected = state.selected.value;
  return selected && state.drop.obstacle.value === null
    ? { kind: 'connection', connectionId: selected.connectionId }
    : null;
}

export function ScenarioMenu() {
  const state = usePanel();
  const { root, button, isOpen, setOpen, onKeyDown } = useMenu();
  const [edited, setEdited] = useState<Scenario | null>(null);
  const isBusy = state.scenarios.isPlaying.value;

  function play(scenario: Scenario): void {
    const target = usualTarget(state, scenario);
    setOpen(false);
    if (target) {
      state.scenarios.play(scenario, target);
      button.current?.focus();
    } else setEdited(scenario);
  }

  return (
    <span ref={root} class="scenario-menu">
      <button
        ref={button}
        type="button"
        class="tool tool-scenarios"
        aria-label={SCENARIOS.button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={isBusy ? SCENARIOS.playing : SCENARIOS.buttonHint}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="menu" />
      </button>
      {isOpen && (
        <div class="menu" role="menu" aria-label={SCENARIOS.menu} onKeyDown={onKeyDown}>
          {isBusy && <p class="menu-note">{SCENARIOS.playing}</p>}
          <Groups
            isBusy={isBusy}
            onPlay={play}
            onEdit={(scenario) => {
              setOpen(false);
              setEdited(scenario);
            }}
          />
          <Files />
        </div>
      )}
      {edited && (
        <ScenarioDialog
          key={edited.name}
          scenario={edited}
          onClose={() => {
            setEdited(null);
            button.current?.focus();
          }}
        />
      )}
    </span>
  );
}

interface GroupsProps {
  readonly isBusy: boolean;
  onPlay(scenario: Scenario): void;
  onEdit(scenario: Scenario): void;
}

function Groups({ isBusy, onPlay, onEdit }: GroupsProps) {
  const { scenarios } = usePanel();
  const all = [...CATALOGUE, ...scenarios.own.value];
  return SCENARIO_GROUPS.map((group) => {
    const members = all.filter((scenario) => scenario.group === group);
    if (members.length === 0) return null;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
      <div key={group} role="group" aria-label={SCENARIO_GROUP_NAMES[group]} class="menu-group">
        <span class="menu-head" aria-hidden="true">
          {SCENARIO_GROUP_NAMES[group]}
        </span>
        {members
          .map((scenario) => ({ scenario, shown: scenarioWords(scenario) }))
          .map(({ scenario, shown }) => (
            <span key={scenario.name} class="menu-row">
              <button
                type="button"
                role="menuitem"
                class="menu-item"
                tabIndex={-1}
                title={shown.description}
                aria-disabled={isBusy}
                onClick={() => !isBusy && onPlay(scenario)}
              >
                {shown.name}
              </button>
              <button
                type="button"
                role="menuitem"
                class="menu-edit"
                tabIndex={-1}
                aria-label={SCENARIOS.edit(shown.name)}
                title={SCENARIOS.editHint}
                onClick={() => onEdit(scenario)}
              >
                …
              </button>
            </span>
          ))}
      </div>
    );
  });
}

/** Own scenarios come from files and go into them. */
function Files() {
  const { scenarios } = usePanel();
  const input = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState<string | null>(null);

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    const problem = scenarios.importFile(await file.text());
    setResult(problem === null ? SCENARIOS.imported : SCENARIOS.notImported(problem));
  }

  return (
    <div class="menu-files">
      <button type="button" role="menuitem" class="menu-item" tabIndex={-1} onClick={() => input.current?.click()}>
        {SCENARIOS.importFile}
      </button>
      <FileField field={input} accept="application/json,.json" onFiles={([file]) => void read(file)} />
      {scenarios.own.value.length > 0 && (
        <button
          type="button"
          role="menuitem"
          class="menu-item"
          tabIndex={-1}
          onClick={() => saveFile(SCENARIOS.fileName, 'application/json', exportScenarios(scenarios.own.value))}
        >
          {SCENARIOS.exportFile}
        </button>
      )}
      <output class="menu-note" aria-live="polite">
        {result ?? (scenarios.areOwnSaved.value ? '' : SCENARIOS.notSaved)}
      </output>
    </div>
  );
}
