import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  reporter: [['list'], ['html', { open: 'never' }]],
  // Each test has a browser of its own, with the extension in it.
  workers: 1,
  use: {
    baseURL: 'http://127.0.0.1:4173',
    // Leave this out, and Playwright takes the Chromium that `npx playwright install chromium` has fetched.
    launchOptions: process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {},
  },
  webServer: { command: 'node app/server.js', url: 'http://127.0.0.1:4173', reuseExistingServer: false },
});
