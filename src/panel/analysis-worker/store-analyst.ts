/** The analyst over the database. It reads, and never writes. */
import { createStore } from '../../store/open.ts';
import { createAnalyst } from './analyst.ts';
import { METHODS } from './methods.ts';
import { createStoreFacts } from './store-facts.ts';

export const analyst = createAnalyst({
  source: createStoreFacts(createStore()),
  methods: METHODS,
  post: (news) => postMessage(news),
  nowMs: () => performance.now(),
  yieldToOthers: () => new Promise((resolve) => setTimeout(resolve)),
});
