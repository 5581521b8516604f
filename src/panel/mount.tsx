/** Puts the panel into a document. Knows no extension: what the panel needs of the world is handed in. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { currentLanguage } from '../words/words.ts';
import type { PanelEdges } from './state/edges.ts';
import { createPanelState, type PanelState } from './state/panel-state.ts';
import { createPreferences } from './state/preferences.ts';
import { Panel } from './views/Panel.tsx';

/** How often clocks on the screen move on. */
const TICK_MS = 250;

/** What the document itself cannot give. Of a stored session `nowMs` is when it ended. */
export interface MountOptions extends Omit<PanelEdges, 'preferences' | 'callAfter' | 'requestFrame' | 'afterFrame'> {
  readonly root: Element;
  /** See ToolbarProps. */
  readonly tabUrl: string | null;
}

export function mountPanel({ root, tabUrl, ...edges }: MountOptions): PanelState {
  const state = createPanelState({
    ...edges,
    callAfter: (delayMs, callback) => {
      setTimeout(callback, delayMs);
    },
    preferences: createPreferences(localStorage),
    requestFrame: (callback) => {
      requestAnimationFrame(callback);
    },
    afterFrame: (callback) => {
      requestAnimationFrame(() => setTimeout(callback));
    },
  });
  document.documentElement.lang = currentLanguage();
  render(<Panel state={state} tabUrl={tabUrl} />, root);
  effect(() => {
    document.documentElement.style.colorScheme = state.theme.value;
  });
  effect(() => {
    if (!state.hasLiving.value && !state.scenarios.isPlaying.value && !state.verdict.isShown.value) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) state.tick();
    }, TICK_MS);
    return () => clearInterval(timer);
  });
  return state;
}
