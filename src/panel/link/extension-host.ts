/** The PanelHost of the real extension. */
import { devtoolsTheme, inspectedTabId, onDevtoolsThemeChanged } from '../../browser/extension.ts';
import { inspectedPageStartMs, onInspectedPageChanged } from '../../browser/inspected-page.ts';
import type { PanelHost, Theme } from './panel-host.ts';

/** DevTools' names for their themes. Firefox also has 'auto', which is what the system says. */
const THEMES: Readonly<Record<string, Theme>> = { dark: 'dark', light: 'light', default: 'light' };

export function createExtensionHost(): PanelHost {
  const darkScheme = matchMedia('(prefers-color-scheme: dark)');
  // What the listener is told is newer than what themeName says in Chrome, which never changes.
  let devtoolsName = devtoolsTheme();
  return {
    place: inspectedTabId() === null ? 'tab' : 'devtools',
    theme: () => THEMES[devtoolsName ?? ''] ?? (darkScheme.matches ? 'dark' : 'light'),
    onThemeChanged: (listener) => {
      onDevtoolsThemeChanged((name) => {
        devtoolsName = name;
        listener();
      });
      darkScheme.addEventListener('change', listener);
    },
    pageStartMs: inspectedPageStartMs,
    onPageChanged: onInspectedPageChanged,
  };
}
