/** The settings, for all tabs. */
import { useState } from 'preact/hooks';
import {
  DEFAULT_SETTINGS,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  SWITCH_NAMES,
  type Switches,
} from '../../protocol/settings.ts';
import { fieldBounds, parseForm, textsOf } from '../models/settings-form.ts';
import { SETTINGS } from '../words.ts';
import { Dialog, DialogButtons, NumberField, SwitchField, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

export interface SettingsDialogProps {
  readonly settings: Settings;
  onClose(): void;
}

export function SettingsDialog({ settings, onClose }: SettingsDialogProps) {
  const state = usePanel();
  const dialog = useDialog();
  const [texts, setTexts] = useState(() => textsOf(settings));
  const [switches, setSwitches] = useState(() => switchesOf(settings));
  const [refused, setRefused] = useState<readonly SettingName[]>([]);

  function save(): void {
    const parsed = parseForm(texts, { ...settings, ...switches });
    setRefused(parsed.refused);
    const [first] = parsed.refused;
    if (first !== undefined) dialog.focusField(first);
    if (!parsed.settings) return;
    state.setSettings(parsed.settings);
    dialog.close();
  }

  function problemOf(name: SettingName): string | null {
    const { min, max } = fieldBounds(name);
    return refused.includes(name) ? SETTINGS.outOfBounds(min, max) : null;
  }

  return (
    <Dialog dialog={dialog} title={SETTINGS.title} hint={SETTINGS.scope} onSubmit={save} onClose={onClose}>
      {SETTING_NAMES.map((name) => (
        <NumberField
          key={name}
          name={name}
          {...SETTINGS.fields[name]}
          inputMode="numeric"
          text={texts[name]}
          problem={problemOf(name)}
          onText={(text) => {
            setTexts({ ...texts, [name]: text });
            setRefused(refused.filter((other) => other !== name));
          }}
        />
      ))}
      {SWITCH_NAMES.map((name) => (
        <SwitchField
          key={name}
          name={name}
          {...SETTINGS.switches[name]}
          isOn={switches[name]}
          onChange={(isOn) => setSwitches({ ...switches, [name]: isOn })}
        />
      ))}
      <DialogButtons
        dialog={dialog}
        words={SETTINGS}
        onReset={() => {
          setTexts(textsOf(DEFAULT_SETTINGS));
          setSwitches(switchesOf(DEFAULT_SETTINGS));
          setRefused([]);
        }}
      />
    </Dialog>
  );
}

function switchesOf(settings: Settings): Switches {
  return Object.fromEntries(SWITCH_NAMES.map((name) => [name, settings[name]])) as unknown as Switches;
}
