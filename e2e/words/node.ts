/** Words for everything that runs in Node: read from their files, and English unless it is asked for another language. */
import { readFileSync } from 'node:fs';
import { installWords, type Language, type Messages } from '../../src/words/words.ts';

export function readMessages(language: Language): Messages {
  const file = new URL(`../../public/_locales/${language}/messages.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Messages;
}

export function speak(language: Language): void {
  installWords(language, readMessages(language));
}
