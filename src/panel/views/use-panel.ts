/** The panel's state, for every view below. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PanelState } from '../state/panel-state.ts';

export const PanelContext = createContext<PanelState | null>(null);

/** Throws outside of a panel: that is a mistake in the code, not a state. */
export function usePanel(): PanelState {
  const state = useContext(PanelContext);
  if (!state) throw new Error('A view of the panel is used outside of it.');
  return state;
}
