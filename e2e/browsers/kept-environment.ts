/** The environment of tests in Node whose worker ends with what they kept (`kept.ts`). */
import type { Environment } from 'vitest/runtime';
import { closeKept } from './kept.ts';

export default {
  name: 'kept',
  viteEnvironment: 'ssr',
  setup: () => ({ teardown: closeKept }),
} satisfies Environment;
