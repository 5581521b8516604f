/** Which language the panel speaks. It is read when the panel is opened, before its first picture. */
import { useId } from 'preact/hooks';
import { LANGUAGES, type Language } from '../../words/words.ts';
import { languageOf } from '../state/preferences.ts';
import { LANGUAGE_SETTING } from '../words-settings.ts';

/** Each in its own language, so that everybody finds theirs. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', tr: 'Türkçe' };

export interface LanguageFieldProps {
  /** Null: the browser's. */
  readonly language: Language | null;
  onChange(language: Language | null): void;
}

export function LanguageField({ language, onChange }: LanguageFieldProps) {
  const id = useId();
  return (
    <div class="settings-field">
      <label for={id}>{LANGUAGE_SETTING.label}</label>
      <select
        id={id}
        name="language"
        class="settings-select"
        aria-describedby={`${id}-hint`}
        value={language ?? ''}
        onChange={(event) => onChange(languageOf(event.currentTarget.value))}
      >
        <option value="">{LANGUAGE_SETTING.browser}</option>
        {LANGUAGES.map((name) => (
          <option key={name} value={name} lang={name}>
            {NAMES[name]}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} class="settings-hint faint">
        {LANGUAGE_SETTING.hint}
      </span>
    </div>
  );
}
