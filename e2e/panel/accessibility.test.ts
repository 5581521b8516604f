/** What axe finds in the main views: nothing serious, in both browsers, light and dark, wide and narrow. */
import type axe from 'axe-core';
import { expect, it } from 'vitest';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import { MAIN_VIEWS } from './views.ts';

/** Without media queries, themes are classes of the panel, and its width is that of its body: both change in place. */
const LOOKS = [
  { look: 'light', theme: 'light', width: '' },
  { look: 'dark', theme: 'dark', width: '' },
  { look: 'light and 360 px wide', theme: 'light', width: '360px' },
] as const;

async function wear(tab: Tab, { theme, width }: (typeof LOOKS)[number]): Promise<void> {
  await tab.evaluate(
    (wanted: 'light' | 'dark', bodyWidth: string) => {
      document.body.style.width = bodyWidth;
      window.harness.setTheme(wanted);
    },
    theme,
    width,
  );
  await tab.waitFor((wanted: string) => document.querySelector(`.theme-${wanted}`), theme);
}

/** Rule, how bad it is, and where: what a failure has to say. */
async function seriousOf(tab: Tab): Promise<readonly string[]> {
  await tab.evaluate(async () => {
    if ('axe' in window) return;
    const script = document.createElement('script');
    script.src = '/assets/axe.js';
    await new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error('axe was not loaded'));
      document.head.append(script);
    });
  });
  return tab.evaluate(async () => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const { violations } = await checker.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, impact, nodes }) =>
        nodes.map(({ target, any }) => `${id} (${impact}) ${target.join(' ')}: ${any[0]?.message ?? ''}`),
      );
  });
}

inEachBrowser('axe finds nothing serious', (bench) => {
  for (const { name, scene, open } of MAIN_VIEWS) {
    it(`in ${name}, light, dark and narrow`, async () => {
      const tab = await bench().open(scene);
      await open(tab);
      for (const look of LOOKS) {
        await wear(tab, look);
        expect(await seriousOf(tab), look.look).toEqual([]);
      }
    });
  }

  it('unless there is something: a button without a name is found', async () => {
    const tab = await bench().open();
    await tab.evaluate(() => document.querySelector('.toolbar')?.append(document.createElement('button')));
    expect(await seriousOf(tab)).toEqual([expect.stringContaining('button-name (critical)')]);
  });
});
