/** The settings, in a dialog of the browser's own kind: it keeps the focus, and Escape closes it. */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { DEFAULT_SETTINGS, SETTING_NAMES, type SettingName, type Settings } from '../../protocol/settings.ts';
import { fieldBounds, parseForm, textsOf } from '../models/settings-form.ts';
import { SETTINGS } from '../words.ts';
import { usePanel } from './use-panel.ts';

export interface SettingsDialogProps {
  readonly settings: Settings;
  onClose(): void;
}

export function SettingsDialog({ settings, onClose }: SettingsDialogProps) {
  const state = usePanel();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [texts, setTexts] = useState(() => textsOf(settings));
  const [refused, setRefused] = useState<readonly SettingName[]>([]);
  useLayoutEffect(() => dialog.current?.showModal(), []);

  function save(): void {
    const parsed = parseForm(texts, settings);
    setRefused(parsed.refused);
    const [first] = parsed.refused;
    if (first !== undefined) dialog.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
    if (!parsed.settings) return;
    state.setSettings(parsed.settings);
    dialog.current?.close();
  }

  return (
    <dialog ref={dialog} class="settings" aria-labelledby={titleId} onClose={onClose}>
      <form
        method="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <h2 id={titleId}>{SETTINGS.title}</h2>
        <p class="faint">{SETTINGS.scope}</p>
        {SETTING_NAMES.map((name) => (
          <Field
            key={name}
            name={name}
            text={texts[name]}
            isRefused={refused.includes(name)}
            onText={(text) => {
              setTexts({ ...texts, [name]: text });
              setRefused(refused.filter((other) => other !== name));
            }}
          />
        ))}
        <div class="settings-buttons">
          <button
            type="button"
            class="button settings-reset"
            onClick={() => {
              setTexts(textsOf(DEFAULT_SETTINGS));
              setRefused([]);
            }}
          >
            {SETTINGS.reset}
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {SETTINGS.cancel}
          </button>
          <button type="submit" class="button button-primary">
            {SETTINGS.save}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly name: SettingName;
  readonly text: string;
  readonly isRefused: boolean;
  onText(text: string): void;
}

function Field({ name, text, isRefused, onText }: FieldProps) {
  const id = useId();
  const { label, unit, hint } = SETTINGS.fields[name];
  const { min, max } = fieldBounds(name);
  return (
    <div class="settings-field">
      <label for={id}>{label}</label>
      <span class="settings-value">
        <input
          id={id}
          name={name}
          class="settings-input"
          inputMode="numeric"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={isRefused}
          aria-describedby={`${id}-unit ${id}-hint ${id}-problem`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <span id={`${id}-unit`}>{unit}</span>
      </span>
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {isRefused && SETTINGS.outOfBounds(min, max)}
      </span>
      <span id={`${id}-hint`} class="settings-hint faint">
        {hint}
      </span>
    </div>
  );
}
