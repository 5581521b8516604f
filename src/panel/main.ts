/**
 * What the panel's page begins with: words in the user's language, and then the panel. Its modules are loaded when there
 * are words, so that they may read them at any time; nothing else may be imported here that does.
 */
import { browserLanguage } from '../browser/extension.ts';
import { loadWords } from '../words/load.ts';
import { chooseLanguage } from '../words/words.ts';
import { createPreferences, LANGUAGE_PREFERENCE, languageOf } from './state/preferences.ts';

async function begin(): Promise<void> {
  const chosen = createPreferences(localStorage).value(LANGUAGE_PREFERENCE, languageOf);
  await loadWords(chooseLanguage([chosen, browserLanguage()]));
  const { start } = await import('./start.tsx');
  await start();
}

void begin();
