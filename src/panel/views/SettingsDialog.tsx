/** All settings on one page: for all tabs, stored, and taken elsewhere as a file. */
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import {
  DEFAULT_SETTINGS,
  type SettingName,
  type Settings,
  SWITCH_NAMES,
  type Switches,
} from '../../protocol/settings.ts';
import { readSettingsFile, writeSettingsFile } from '../models/settings-file.ts';
import { fieldBounds, parseForm, textsOf } from '../models/settings-form.ts';
import { LANGUAGE_PREFERENCE, languageOf } from '../state/preferences.ts';
import { THEME_CHOICES, type ThemeChoice } from '../state/theme-state.ts';
import { SETTINGS } from '../words.ts';
import { SETTINGS_FILE, SETTINGS_GROUPS, THEME_SETTING } from '../words-settings.ts';
import { BudgetFields, useBudgetForm } from './BudgetFields.tsx';
import { ColumnFields, useColumnForms } from './ColumnFields.tsx';
import { Dialog, NumberField, ResettingButtons, SwitchField, useDialog } from './Dialog.tsx';
import { FileField } from './FileField.tsx';
import { LanguageField } from './LanguageField.tsx';
import { saveFile } from './save-file.ts';
import { usePanel } from './use-panel.ts';
import '../styles/settings-page.css';

export interface SettingsDialogProps {
  readonly settings: Settings;
  onClose(): void;
}

/** Where each number is found. */
const FIELDS_OF = {
  recording: ['keptPayloadBytes', 'sessionPayloadsBytes'],
  storage: ['retentionBytes', 'retentionAgeMs'],
} as const satisfies Record<string, readonly SettingName[]>;

export function SettingsDialog({ settings, onClose }: SettingsDialogProps) {
  const state = usePanel();
  const dialog = useDialog();
  const [texts, setTexts] = useState(() => textsOf(settings));
  const [switches, setSwitches] = useState(() => switchesOf(settings));
  const [refused, setRefused] = useState<readonly SettingName[]>([]);
  const [theme, setTheme] = useState(state.themes.choice.peek());
  const [language, setLanguage] = useState(() => state.preferences.value(LANGUAGE_PREFERENCE, languageOf));
  const budgetForm = useBudgetForm(state.verdict.budgets.peek());
  const columnForms = useColumnForms();

  function save(): void {
    const parsed = parseForm(texts, { ...settings, ...switches });
    const budgets = budgetForm.read();
    setRefused(parsed.refused);
    const wrong = parsed.refused[0] ?? (typeof budgets === 'string' ? budgets : undefined);
    if (wrong !== undefined) dialog.focusField(wrong);
    if (wrong !== undefined || !parsed.settings || typeof budgets === 'string') return;
    state.setSettings(parsed.settings);
    state.verdict.setBudgets(budgets);
    state.themes.choose(theme);
    columnForms.connections.save();
    columnForms.frames.save();
    state.preferences.set(LANGUAGE_PREFERENCE, language);
    dialog.close();
  }

  function reset(): void {
    setTexts(textsOf(DEFAULT_SETTINGS));
    setSwitches(switchesOf(DEFAULT_SETTINGS));
    setRefused([]);
    setTheme('auto');
    setLanguage(null);
    budgetForm.reset();
    columnForms.connections.reset();
    columnForms.frames.reset();
  }

  function numberFields(names: readonly SettingName[]) {
    return names.map((name) => {
      const { min, max } = fieldBounds(name);
      return (
        <NumberField
          key={name}
          name={name}
          {...SETTINGS.fields[name]}
          inputMode="numeric"
          text={texts[name]}
          problem={refused.includes(name) ? SETTINGS.outOfBounds(min, max) : null}
          onText={(text) => {
            setTexts({ ...texts, [name]: text });
            setRefused(refused.filter((other) => other !== name));
          }}
        />
      );
    });
  }

  return (
    <Dialog
      dialog={dialog}
      class="settings-page"
      title={SETTINGS.title}
      hint={SETTINGS.scope}
      onSubmit={save}
      onClose={onClose}
    >
      <div class="settings-groups">
        <Group name="recording">
          {numberFields(FIELDS_OF.recording)}
          {SWITCH_NAMES.map((name) => (
            <SwitchField
              key={name}
              name={name}
              {...SETTINGS.switches[name]}
              isOn={switches[name]}
              onChange={(isOn) => setSwitches({ ...switches, [name]: isOn })}
            />
          ))}
        </Group>
        <Group name="storage">{numberFields(FIELDS_OF.storage)}</Group>
        <Group name="appearance">
          <ThemeField theme={theme} onChange={setTheme} />
          <LanguageField language={language} onChange={setLanguage} />
        </Group>
        <Group name="budgets">
          <BudgetFields form={budgetForm} />
        </Group>
        <Group name="file">
          <SettingsFileButtons onImported={dialog.close} />
        </Group>
        <Group name="columns">
          <ColumnFields {...columnForms} />
        </Group>
      </div>
      <ResettingButtons dialog={dialog} words={SETTINGS} onReset={reset} />
    </Dialog>
  );
}

function Group({
  name,
  children,
}: {
  readonly name: keyof typeof SETTINGS_GROUPS;
  readonly children: ComponentChildren;
}) {
  return (
    <fieldset class={`settings-group settings-group-${name}`}>
      <legend>{SETTINGS_GROUPS[name]}</legend>
      {children}
    </fieldset>
  );
}

interface ThemeFieldProps {
  readonly theme: ThemeChoice;
  onChange(theme: ThemeChoice): void;
}

function ThemeField({ theme, onChange }: ThemeFieldProps) {
  const id = useId();
  return (
    <div class="settings-field">
      <label for={id}>{THEME_SETTING.label}</label>
      <select
        id={id}
        name="theme"
        class="settings-select"
        aria-describedby={`${id}-hint`}
        value={theme}
        onChange={(event) => {
          const chosen = THEME_CHOICES.find((name) => name === event.currentTarget.value);
          if (chosen) onChange(chosen);
        }}
      >
        {THEME_CHOICES.map((name) => (
          <option key={name} value={name}>
            {THEME_SETTING.choices[name]}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} class="settings-hint faint">
        {THEME_SETTING.hint}
      </span>
    </div>
  );
}

function SettingsFileButtons({ onImported }: { onImported(): void }) {
  const state = usePanel();
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    try {
      const found = readSettingsFile(await file.text());
      if (typeof found === 'string') {
        setSaid(SETTINGS_FILE.problems[found]);
        return;
      }
      state.applySettingsFile(found);
      state.announce(SETTINGS_FILE.done);
      onImported();
    } catch (error) {
      setSaid(SETTINGS_FILE.notRead(error instanceof Error ? error.message : String(error)));
    }
  }

  function save(): void {
    const file = state.settingsFile();
    if (file) saveFile(SETTINGS_FILE.fileName, 'application/json', writeSettingsFile(file));
  }

  return (
    <div class="settings-field">
      <span class="settings-hint faint">{SETTINGS_FILE.hint}</span>
      <span class="settings-file-buttons">
        <button type="button" class="button" onClick={save}>
          {SETTINGS_FILE.save}
        </button>
        <button type="button" class="button" onClick={() => input.current?.click()}>
          {SETTINGS_FILE.load}
        </button>
      </span>
      <FileField field={input} accept="application/json,.json" onFiles={([file]) => void read(file)} />
      <span class="settings-problem" role="alert">
        {said}
      </span>
    </div>
  );
}

function switchesOf(settings: Settings): Switches {
  return Object.fromEntries(SWITCH_NAMES.map((name) => [name, settings[name]])) as unknown as Switches;
}
