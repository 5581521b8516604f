/** What test runners may call in the extension's own page (`src/panel/automation`), through the browser's debugging protocol. */
import type { ScenarioRun, ScenarioTarget } from './panel-link.ts';

export interface Automation {
  /** The tab in front of the window that this page is in. Null: there is none. */
  tabInFront(): Promise<number | null>;
  /** Begins to record the tab in a session of this name; gives its id. Rejects with what the background said. */
  start(tabId: number, name: string): Promise<string>;
  /** Names of the scenarios that can be played. */
  scenarios(): readonly string[];
  /** Plays it to its end, or until `timeoutMs` have passed; then it is stopped. */
  play(name: string, target: ScenarioTarget, timeoutMs: number): Promise<ScenarioRun>;
  mark(text: string): Promise<void>;
  /** Ends the session, when everything that the page has told is stored. */
  stop(): Promise<void>;
  /** The session as NDJSON: its length in UTF-16 units. */
  write(sessionId: string, redaction: 'secrets' | 'metadata' | 'none', patterns: readonly string[]): Promise<number>;
  /** A piece of what was written last. */
  read(from: number, to: number): string;
}

declare global {
  interface Window {
    socketscope: Automation;
  }
}
