/** Imported for its effect by test runs and commands: from then on words are English. */
import { speak } from './node.ts';

speak('en');
