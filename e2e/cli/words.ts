/** `npm run words`: sorts the language files, and says what is missing in which. `src/words/words.test.ts` checks the same. */
import { LANGUAGES } from '../../src/words/words.ts';
import { parseMessages, readSource, tidy } from '../words/files.ts';

const english = Object.keys(parseMessages(readSource('en')));

for (const language of LANGUAGES) {
  tidy(language);
  const messages = parseMessages(readSource(language));
  const missing = english.filter((key) => !(key in messages));
  const unknown = Object.keys(messages).filter((key) => !english.includes(key));
  console.log(
    `${language}: ${Object.keys(messages).length} messages, ${missing.length} missing, ${unknown.length} unknown`,
  );
  for (const key of missing) console.log(`  missing ${key}`);
  for (const key of unknown) console.log(`  unknown ${key}`);
  if (missing.length + unknown.length > 0) process.exitCode = 1;
}
