/**
 * Imported first, for its effect, by whatever runs in test runners: from then on words are English, wherever they run, because
 * logs are searched and compared. Modules of findings read some words while they are loaded.
 */
import english from '../../public/_locales/en/messages.json' with { type: 'json' };
import { installWords } from '../words/words.ts';

installWords('en', english);
