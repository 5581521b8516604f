/** Words for everything that runs in Node: read from their files, and English unless it is asked for another language. */
import { readFileSync } from 'node:fs';
import { installWords, type Language, type Messages } from '../../src/words/words.ts';

/** The words of a language as its file has them: `speak` is called for every file of tests, and reads each file once. */
const files = new Map<Language, Messages>();

export function readMessages(language: Language): Messages {
  const file = new URL(`../../public/_locales/${language}/messages.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Messages;
}

export function speak(language: Language): void {
  const messages = files.get(language) ?? readMessages(language);
  files.set(language, messages);
  installWords(language, messages);
}
