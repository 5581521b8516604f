/** Puts the panel into a document. Knows no extension: what the panel needs of the world is handed in. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { currentLanguage } from '../words/words.ts';
import type { AnalysisEdge } from './link/analysis-edge.ts';
import type { FileEdge } from './link/file-edge.ts';
import type { IndexEdge } from './link/index-edge.ts';
import type { PanelHost } from './link/panel-host.ts';
import type { PanelLink } from './link/panel-link.ts';
import type { RecordingSource } from './link/recording-source.ts';
import type { SearchEdge } from './link/search-edge.ts';
import type { SessionsSource } from './link/sessions-source.ts';
import { createPanelState, type PanelState } from './state/panel-state.ts';
import { createPreferences } from './state/preferences.ts';
import type { PanelStorage } from './state/scenario-state.ts';
import { Panel } from './views/Panel.tsx';

/** How often clocks on the screen move on. */
const TICK_MS = 250;

export interface MountOptions {
  readonly root: Element;
  readonly link: PanelLink;
  readonly source: RecordingSource;
  readonly host: PanelHost;
  readonly analysis: AnalysisEdge;
  readonly search: SearchEdge;
  readonly index: IndexEdge;
  readonly sessions: SessionsSource;
  readonly files: FileEdge;
  /** Of Socketscope. */
  readonly version: string;
  readonly storage: PanelStorage;
  /** See ToolbarProps. */
  readonly tabUrl: string | null;
  /** See PanelEdges. */
  readonly isStored: boolean;
  /** See PanelEdges. */
  readonly closesWhenLeaving: boolean;
  /** Epoch milliseconds; of a stored session when it ended. */
  nowMs(): number;
}

export function mountPanel(options: MountOptions): PanelState {
  const {
    root,
    link,
    source,
    host,
    analysis,
    search,
    index,
    sessions,
    files,
    version,
    storage,
    tabUrl,
    isStored,
    closesWhenLeaving,
    nowMs,
  } = options;
  const state = createPanelState({
    link,
    source,
    host,
    analysis,
    search,
    index,
    sessions,
    files,
    version,
    storage,
    isStored,
    nowMs,
    callAfter: (delayMs, callback) => {
      setTimeout(callback, delayMs);
    },
    preferences: createPreferences(localStorage),
    closesWhenLeaving,
    requestFrame: (callback) => {
      requestAnimationFrame(callback);
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
