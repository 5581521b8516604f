/** Fetches the words of a language from where the extension's files are, and installs them. */
import { installWords, LANGUAGES, type Language, type Messages } from './words.ts';

/** Reads the file of a language; rejects when it cannot. */
export type ReadMessages = (language: Language) => Promise<Messages>;

/** The files of the extension that this page or worker belongs to. */
const fetchMessages: ReadMessages = async (language) => {
  const response = await fetch(`/_locales/${language}/messages.json`);
  return (await response.json()) as Messages;
};

/**
 * Resolves when words are there: those of the language, or English ones where its file cannot be read, or keys. Never
 * rejects: a panel that shows keys is better than none.
 */
export async function loadWords(language: Language, read: ReadMessages = fetchMessages): Promise<void> {
  for (const next of new Set([language, LANGUAGES[0]])) {
    try {
      installWords(next, await read(next));
      return;
    } catch {
      // The next one, then.
    }
  }
  installWords(language, {});
}
