/** A row of tabs, used by keyboard as tabs are: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
import type { ComponentChildren } from 'preact';

export interface TabChoice<Name extends string> {
  readonly name: Name;
  readonly label: ComponentChildren;
  readonly isDisabled?: boolean;
}

export interface TabsProps<Name extends string> {
  readonly label: string;
  /** Ids of the tabs begin with it: `tab-<name>` belongs to the panel that `panelId` names. */
  readonly idPrefix: string;
  readonly panelId?: string;
  readonly class?: string;
  readonly tabs: readonly TabChoice<Name>[];
  readonly shown: Name;
  onShow(name: Name): void;
}

export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, idPrefix, panelId, class: ownClass = '', tabs, shown, onShow } = props;
  return (
    <div class={`tabs ${ownClass}`} role="tablist" aria-label={label} onKeyDown={moveBetweenTabs}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          id={`${idPrefix}-${tab.name}`}
          class="tab"
          aria-selected={tab.name === shown}
          aria-controls={panelId}
          tabIndex={tab.name === shown ? 0 : -1}
          disabled={tab.isDisabled ?? false}
          onClick={() => onShow(tab.name)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowLeft: (at, count) => (at - 1 + count) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function moveBetweenTabs(event: KeyboardEvent): void {
  const step = Object.hasOwn(STEPS, event.key) ? STEPS[event.key] : undefined;
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>('[role=tab]:enabled')];
  const next = tabs[step(tabs.indexOf(document.activeElement as HTMLButtonElement), tabs.length)];
  next?.focus();
  next?.click();
  event.preventDefault();
}
