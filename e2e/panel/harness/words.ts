/** Words of the harness, `?lang=tr` in Turkish. Imported first: modules may read words while they are loaded. */
import english from '../../../public/_locales/en/messages.json';
import turkish from '../../../public/_locales/tr/messages.json';
import { chooseLanguage, installWords } from '../../../src/words/words.ts';

const language = chooseLanguage([new URLSearchParams(location.search).get('lang')]);
installWords(language, { en: english, tr: turkish }[language]);
