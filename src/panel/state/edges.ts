/** What the panel's state needs of the world; tests hand in their own. */
import type { AnalysisEdge } from '../link/analysis-edge.ts';
import type { FileEdge } from '../link/file-edge.ts';
import type { IndexEdge } from '../link/index-edge.ts';
import type { PanelHost } from '../link/panel-host.ts';
import type { PanelLink } from '../link/panel-link.ts';
import type { RecordingSource } from '../link/recording-source.ts';
import type { SearchEdge } from '../link/search-edge.ts';
import type { SessionsSource } from '../link/sessions-source.ts';
import type { Preferences } from './preferences.ts';
import type { PanelStorage } from './scenario-state.ts';

export interface PanelEdges {
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
  readonly preferences: Preferences;
  readonly storage: PanelStorage;
  /** What is shown is a stored session: nothing comes to it, and nothing can be done to its page. */
  readonly isStored: boolean;
  /**
   * Whether the browser that recorded closes the connections of a page that is being left, as Firefox does
   * (`createLeaving`). A stored session may come from another one.
   */
  readonly closesWhenLeaving: boolean;
  /** Epoch milliseconds. */
  nowMs(): number;
  callAfter(delayMs: number, callback: () => void): void;
  /** `requestAnimationFrame`, or what stands for it. Never called while nobody looks: what waits must stay small. */
  requestFrame(callback: () => void): void;
  /** Right after the next animation frame has been drawn: what takes long there delays no frame that is due. */
  afterFrame(callback: () => void): void;
}

/** Runs `work` in the next animation frame, however often it is asked for until then. */
export function oncePerFrame(requestFrame: PanelEdges['requestFrame'], work: () => void): () => void {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestFrame(() => {
      isWaiting = false;
      work();
    });
  };
}
