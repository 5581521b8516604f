/** Keyboard shortcuts of the whole panel, and how they are written. */
import { useLayoutEffect } from 'preact/hooks';
import type { PanelState } from '../state/panel-state.ts';
import { KEYS } from '../words.ts';
import { IS_MAC } from './engine.ts';

export const FILTER_ID = 'filter';
export const FIND_ID = 'find';

const chord = (letter: string) => (IS_MAC ? `${KEYS.command}${letter}` : `${KEYS.control}+${letter}`);
export const SHORTCUTS = {
  record: chord('E'),
  clear: chord('L'),
  find: chord('F'),
  filter: '/',
  mark: IS_MAC ? `${KEYS.shiftSymbol}M` : `${KEYS.shift}+M`,
  drop: IS_MAC ? `${KEYS.shiftSymbol}D` : `${KEYS.shift}+D`,
} as const;

/** Listens as long as the component is there. `onHelp`: somebody asked for the list of all keys. */
export function useShortcuts(state: PanelState, onHelp: () => void): void {
  useLayoutEffect(() => {
    const commands: Readonly<Record<string, () => void>> = {
      e: () => state.setRecording(!state.recording.isRecording.peek()),
      l: () => state.clear(),
      f: () => openFind(state),
    };
    function onKeyDown(event: KeyboardEvent): void {
      // What is behind a dialog is out of reach, for keys too.
      if (document.querySelector('dialog:modal')) return;
      const key = event.key.toLowerCase();
      const hasCommandKey = IS_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      const command = Object.hasOwn(commands, key) ? commands[key] : undefined;
      if (command && hasCommandKey && !event.shiftKey && !event.altKey) command();
      else if (isShifted(event, 'D') && !isEditable(event.target)) state.drop.dropSelected();
      else if (isShifted(event, 'M') && !isEditable(event.target) && !state.isStored) {
        state.sessions.beginMarking(state.nowMs());
      } else if (isHelpKey(event) && !isEditable(event.target)) onHelp();
      else if (isFilterKey(event) && !isEditable(event.target)) focusField(FILTER_ID);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [state, onHelp]);
}

function isShifted(event: KeyboardEvent, letter: string): boolean {
  return event.key === letter && event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Where it is depends on the keyboard; on many it takes Shift, on some AltGr. */
function isHelpKey(event: KeyboardEvent): boolean {
  return event.key === '?' && !event.ctrlKey && !event.metaKey;
}

function isFilterKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return key === '/' && !ctrlKey && !metaKey && !altKey;
}

/** The bar takes the focus when it comes; one that is there is gone to. */
function openFind(state: PanelState): void {
  if (state.isFinding.peek()) focusField(FIND_ID);
  else state.find(true);
}

function focusField(id: string): void {
  const field = document.getElementById(id);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

function isEditable(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLInputElement && target.type !== 'checkbox') ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}
