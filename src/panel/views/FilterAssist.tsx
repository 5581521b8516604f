/**
 * What is offered below the filter field: keys and values while one types, saved and recent filters while it is empty. The
 * field keeps the focus: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { allKeys, type Known, type Suggestion, suggestionsFor, taken } from '../models/filter/suggest.ts';
import { type FilterShelf, filterShelfOf } from '../state/filter-shelf.ts';
import type { PanelState } from '../state/panel-state.ts';
import { FILTER, FILTER_KEY_HINTS } from '../words-search.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';
import '../styles/search.css';

export interface FilterAssistProps {
  readonly input: RefObject<HTMLInputElement | null>;
  /** Set to what takes the field's keys. */
  readonly keys: RefObject<(event: KeyboardEvent) => boolean>;
}

const LIST_ID = 'filter-list';
const optionId = (index: number) => `filter-option-${index}`;
const MAX_HOSTS = 8;

interface Option {
  readonly group: string;
  readonly label: string;
  readonly hint: string;
  /** The field after it was chosen. */
  readonly text: string;
  readonly caret: number;
  /** Of a saved filter. */
  readonly savedAs: string | null;
}

export function FilterAssist({ input, keys }: FilterAssistProps) {
  const state = usePanel();
  const { filter } = state;
  const shelf = filterShelfOf(state.preferences);
  const text = filter.text.value;
  const [caret, setCaret] = useState(text.length);
  const [active, setActive] = useState(-1);
  const [isClosed, setClosed] = useState(false);
  const options = optionsFor(text, caret, state, shelf);
  const isOpen = options.length > 0 && !isClosed;

  // What was used is remembered when the field is left.
  useEffect(() => () => shelf.use(filter.text.peek()), []);
  useLayoutEffect(() => {
    const field = input.current;
    if (!field) return undefined;
    const onCaret = () => setCaret(field.selectionStart ?? field.value.length);
    const onInput = () => {
      onCaret();
      setActive(-1);
      setClosed(false);
    };
    onCaret();
    field.addEventListener('input', onInput);
    field.addEventListener('keyup', onCaret);
    field.addEventListener('click', onCaret);
    return () => {
      field.removeEventListener('input', onInput);
      field.removeEventListener('keyup', onCaret);
      field.removeEventListener('click', onCaret);
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant'])
        field.removeAttribute(name);
    };
  }, []);
  useLayoutEffect(() => {
    const field = input.current;
    field?.setAttribute('role', 'combobox');
    field?.setAttribute('aria-controls', LIST_ID);
    field?.setAttribute('aria-expanded', String(isOpen));
    if (isOpen && active >= 0) field?.setAttribute('aria-activedescendant', optionId(active));
    else field?.removeAttribute('aria-activedescendant');
    document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  });

  function choose({ text: next, caret: at }: Option): void {
    filter.setText(next);
    const field = input.current;
    setActive(-1);
    setCaret(at);
    // After the field has the text.
    requestAnimationFrame(() => field?.setSelectionRange(at, at));
  }

  keys.current = ({ key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return false;
    const { length } = options;
    if ((key === 'ArrowDown' || key === 'ArrowUp') && length > 0) {
      setClosed(false);
      setActive((at) => (key === 'ArrowDown' ? (at + 1) % length : (at <= 0 ? length : at) - 1));
      return true;
    }
    const option = isOpen ? options[active] : undefined;
    if (key === 'Escape' && isOpen && (active >= 0 || text === '')) {
      setActive(-1);
      setClosed(true);
      return true;
    }
    if ((key === 'Enter' || key === 'Tab') && option) {
      choose(option);
      return true;
    }
    if (key === 'Delete' && option?.savedAs) {
      shelf.remove(option.savedAs);
      return true;
    }
    if (key === 'Enter') shelf.use(text);
    return false;
  };

  if (!isOpen) return null;
  return (
    <div id={LIST_ID} class="filter-popup" role="listbox" aria-label={FILTER.suggestions}>
      {groupsOf(options).map(([group, list]) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
        <div key={group} role="group" aria-label={group}>
          <div class="filter-group" aria-hidden="true">
            {group}
          </div>
          {list.map(([option, index]) => (
            <div key={index} class="filter-line">
              {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus */}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys */}
              <div
                id={optionId(index)}
                role="option"
                class="filter-option"
                aria-selected={index === active}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(option)}
              >
                <span class="filter-label">{option.label}</span>
                <span class="filter-hint">{option.hint}</span>
              </div>
              {option.savedAs !== null && <Remove name={option.savedAs} shelf={shelf} />}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Remove({ name, shelf }: { readonly name: string; readonly shelf: FilterShelf }) {
  return (
    <button
      type="button"
      class="tool"
      // A list of options holds nothing else; the keyboard has a key for it.
      tabIndex={-1}
      aria-hidden="true"
      title={FILTER.remove(name)}
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => shelf.remove(name)}
    >
      <Icon name="close" />
    </button>
  );
}

function optionsFor(text: string, caret: number, state: PanelState, shelf: FilterShelf): readonly Option[] {
  if (text.trim() !== '') {
    return suggestionsFor(text, caret, knownOf(state)).map((one) => optionOf(one, text, FILTER.suggestions));
  }
  return [
    ...shelf.saved.value.map(
      ({ name, text: saved }): Option => ({
        group: FILTER.saved,
        label: name,
        hint: name === saved ? '' : saved,
        text: saved,
        caret: saved.length,
        savedAs: name,
      }),
    ),
    ...shelf.recent.value.slice(0, 5).map(
      (used): Option => ({
        group: FILTER.recent,
        label: used,
        hint: '',
        text: used,
        caret: used.length,
        savedAs: null,
      }),
    ),
    ...allKeys().map((one) => optionOf(one, text, FILTER.keys)),
  ];
}

function optionOf(suggestion: Suggestion, text: string, group: string): Option {
  const { insert, kind, key } = suggestion;
  const hint = kind === 'key' ? (FILTER_KEY_HINTS[key] ?? '') : '';
  return { group, label: insert.trim(), hint, savedAs: null, ...taken(text, suggestion) };
}

function groupsOf(options: readonly Option[]): readonly (readonly [string, readonly (readonly [Option, number])[]])[] {
  const groups = new Map<string, (readonly [Option, number])[]>();
  options.forEach((option, index) => {
    groups.set(option.group, [...(groups.get(option.group) ?? []), [option, index]]);
  });
  return [...groups];
}

/** Close codes and hosts of what is recorded. */
function knownOf({ connections }: PanelState): Known {
  const codes = new Set<number>();
  const hosts = new Set<string>();
  for (const { close, url } of connections.value) {
    if (close) codes.add(close.code);
    if (hosts.size < MAX_HOSTS && URL.canParse(url)) hosts.add(new URL(url).host);
  }
  return { codes: [...codes].sort((a, b) => a - b), hosts: [...hosts] };
}
