/** Instead of a panel: there is no tab or session to show. The tabs that there are can be chosen. */
import { NO_TAB } from '../words.ts';
import { ENGINE } from './engine.ts';

export interface TabChoice {
  readonly title: string;
  readonly url: string;
  /** Address of the panel for it. */
  readonly href: string;
}

export interface NoTabProps {
  readonly problem: 'missing' | 'gone' | 'noSession';
  readonly tabs: readonly TabChoice[];
  readonly theme: 'light' | 'dark';
}

export function NoTab({ problem, tabs, theme }: NoTabProps) {
  return (
    <div class={`panel engine-${ENGINE} theme-${theme}`}>
      <main class="no-tab">
        <h1>{NO_TAB.title[problem]}</h1>
        <p>{NO_TAB.advice[problem]}</p>
        {tabs.length === 0 ? (
          <p>{NO_TAB.none}</p>
        ) : (
          <ul aria-label={NO_TAB.list}>
            {tabs.map(({ title, url, href }) => (
              <li key={href}>
                <a href={href}>{title || url}</a>
                <span class="faint">{url}</span>
              </li>
            ))}
          </ul>
        )}
      </main>
    </div>
  );
}
