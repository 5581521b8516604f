/** The worker of the panel: the analyst over the database. It reads, and never writes. */
import { createStore } from '../../store/open.ts';
import { createAnalyst } from './analyst.ts';
import type { AnalystMessage } from './messages.ts';
import { METHODS } from './methods.ts';
import { createStoreFacts } from './store-facts.ts';

const analyst = createAnalyst({
  source: createStoreFacts(createStore()),
  methods: METHODS,
  post: (news) => postMessage(news),
  nowMs: () => performance.now(),
  yieldToOthers: () => new Promise((resolve) => setTimeout(resolve)),
});
addEventListener('message', ({ data }: MessageEvent<AnalystMessage>) => void analyst.take(data));
