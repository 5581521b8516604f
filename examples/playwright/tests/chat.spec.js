import { test as base, expect } from '@playwright/test';
import { withSocketscope } from 'socketscope/playwright';

const test = withSocketscope(base);

test('the chat comes back when its server crashes', async ({ page, socketscope }) => {
  await page.goto('/');
  await expect(page.locator('#state')).toHaveText('online');

  // Every connection is lost, and the next handshakes are refused, as while a server is started again.
  await socketscope.play('Server crashes', { url: '*/chat' });

  await expect(page.locator('#state')).toHaveText('online', { timeout: 30_000 });
  await page.getByLabel('Say something').fill('still here');
  await page.getByRole('button').click();
  await expect(page.locator('#said')).toContainText('still here');

  const report = await socketscope.report();
  expect(report.verdicts).toHaveLength(1);
  expect(report.failures('verdict')).toEqual([]);
});

test.describe('with budgets of its own', () => {
  test.use({ socketscopeOptions: { budgets: { reopenMs: 1 } } });

  test('a chat that takes longer is told apart', async ({ page, socketscope }) => {
    await page.goto('/');
    await expect(page.locator('#state')).toHaveText('online');
    await socketscope.play('Server crashes', { url: '*/chat' });
    await expect(page.locator('#state')).toHaveText('online', { timeout: 30_000 });
    const { failures, html } = await socketscope.report();
    // In a real test: toEqual([]).
    expect(failures('verdict')).toEqual([expect.stringContaining('Open again: ')]);
    expect(html).toContain('Open again');
  });
});
