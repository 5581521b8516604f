/**
 * The user's settings, kept in the browser's local storage: the same for all tabs, until the extension is removed. What
 * is stored there is parsed like anything from outside; a later version may have written it.
 */
import type { KeyValueStorage } from '../browser/extension.ts';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from '../protocol/settings.ts';

export interface StoredSettings {
  /** Resolves when `get` can be relied on. Never rejects. */
  readonly loaded: Promise<void>;
  /** The defaults as long as nothing else is known. */
  get(): Settings;
  /** False when what is stored could not be read: then nothing may be deleted on account of a default. */
  areKnown(): boolean;
  /** What is set counts at once. False when the next worker will not know it. */
  set(settings: unknown): Promise<boolean>;
}

const STORAGE_KEY = 'settings';

export function createStoredSettings(storage: KeyValueStorage): StoredSettings {
  let settings = DEFAULT_SETTINGS;
  let areKnown = false;
  let isSet = false;

  const loaded = storage.get(STORAGE_KEY).then(
    (stored) => {
      if (isSet) return;
      settings = parseSettings(stored);
      areKnown = true;
    },
    () => undefined,
  );

  return {
    loaded,
    get: () => settings,
    areKnown: () => areKnown,
    set: async (value) => {
      settings = parseSettings(value);
      areKnown = true;
      isSet = true;
      return await storage.set(STORAGE_KEY, settings).then(
        () => true,
        () => false,
      );
    },
  };
}
