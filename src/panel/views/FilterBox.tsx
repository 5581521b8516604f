/** The field that filters. What helps in writing a filter is loaded when the field has the focus for the first time. */
import { useRef, useState } from 'preact/hooks';
import { TOOLBAR } from '../words.ts';
import type { FilterAssistProps } from './FilterAssist.tsx';
import { Icon } from './Icon.tsx';
import { FILTER_ID, SHORTCUTS } from './keys.ts';
import { lazyView } from './lazy.tsx';
import { usePanel } from './use-panel.ts';

const FilterAssist = lazyView<FilterAssistProps>(
  () => import('./FilterAssist.tsx').then((file) => file.FilterAssist),
  'nothing',
);

export function FilterBox() {
  const { filter } = usePanel();
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  /** Of the assistant: gives true when the key was its own. */
  const keys = useRef<(event: KeyboardEvent) => boolean>(() => false);
  const [isFocused, setFocused] = useState(false);

  function onKeyDown(event: KeyboardEvent): void {
    const isTaken = keys.current(event);
    if (!isTaken) {
      if (event.key !== 'Escape' || filter.text.value === '') return;
      filter.setText('');
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      class="filter"
      ref={root}
      onPointerEnter={filter.warm}
      onFocusIn={() => {
        filter.warm();
        setFocused(true);
      }}
      onFocusOut={({ relatedTarget }) => {
        if (!root.current?.contains(relatedTarget as Node | null)) setFocused(false);
      }}
    >
      <Icon name="filter" />
      <input
        ref={input}
        id={FILTER_ID}
        class="filter-input"
        type="search"
        aria-label={TOOLBAR.filter}
        aria-invalid={filter.results.value.problems.length > 0 || filter.results.value.failure !== null}
        placeholder={TOOLBAR.filterPlaceholder}
        title={TOOLBAR.filterHint(SHORTCUTS.filter)}
        spellcheck={false}
        autocomplete="off"
        value={filter.text.value}
        onInput={(event) => filter.setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {isFocused && <FilterAssist input={input} keys={keys} />}
    </div>
  );
}
