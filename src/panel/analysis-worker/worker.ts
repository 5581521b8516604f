/**
 * The worker of the panel: the analyst, in the language of the panel, which has given it as the worker's name. As in
 * `main.ts`, modules that read words are loaded when there are words.
 */
import { loadWords } from '../../words/load.ts';
import { chooseLanguage } from '../../words/words.ts';
import type { AnalystMessage } from './messages.ts';

const ready = loadWords(chooseLanguage([self.name])).then(() => import('./store-analyst.ts'));
addEventListener('message', ({ data }: MessageEvent<AnalystMessage>) => {
  ready.then(({ analyst }) => analyst.take(data)).catch(reportError);
});
