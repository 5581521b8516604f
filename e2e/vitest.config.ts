import { defineConfig } from 'vitest/config';

/** Apart from the repo's vite.config.ts: tests must not run through the extension's build. */
export default defineConfig({
  test: {
    root: '.',
    projects: [{ test: { name: 'unit', include: ['src/**/*.test.ts'] } }],
  },
});
