/** Writes a generated session into the database of an extension that is installed in a real browser. */
import type { Browser, Realm } from '../../browsers/browser.ts';
import { bundleScript } from '../../hook/bundle.ts';
import { DEFAULT_SHAPE, type SessionShape } from './generate.ts';
import type {} from './write.iife.ts';

/** Gives the address of the panel for the session. */
export async function installSession(browser: Browser, shape: Partial<SessionShape>): Promise<string> {
  const origin = browser.extensionOrigin;
  if (origin === null) throw new Error('The browser was launched without the extension.');
  // A page of the extension that does nothing in a tab.
  const page = await browser.newTab(`${origin}/src/devtools/devtools.html`);
  try {
    await writeSessionIn(page, shape);
  } finally {
    await page.close();
  }
  return `${origin}/src/panel/panel.html?session=${shape.sessionId ?? DEFAULT_SHAPE.sessionId}`;
}

/** In a page of the extension. */
export async function writeSessionIn(page: Pick<Realm, 'evaluate'>, shape: Partial<SessionShape>): Promise<void> {
  const source = await bundleScript('e2e/lab/sessions/write.iife.ts');
  // Not `eval`, which extension pages forbid: a function's source, as everything that is evaluated in a page.
  await page.evaluate(new Function(source) as () => void);
  await page.evaluate(async (wanted: Partial<SessionShape>) => {
    await window.socketscopeLab?.write(wanted);
  }, shape);
}
