/**
 * The panel's door to the background: what it may ask for and what it is told. Behind it is a runtime port that comes
 * back (`port-link.ts`), or, in the tests, an invented browser.
 */
import type { Scenario } from '../../faults/scenario.ts';
import type {
  DropOutcome,
  FrameOrder,
  PanelUpdate,
  ProbeOutcome,
  ScenarioOutcome,
  ScenarioTarget,
} from '../../protocol/panel-link.ts';
import type { SessionSummary } from '../../protocol/records.ts';
import type { MarkOutcome, NewMark, NewSession, SessionAnswer, SessionOutcome } from '../../protocol/session-verbs.ts';
import type { Settings } from '../../protocol/settings.ts';

/** What the background says unasked. Answers are the results of what was asked. */
export type PanelNews = Exclude<PanelUpdate, { readonly kind: Answers }>;

type Answers = 'sessionAnswered' | 'dropped' | 'frameOrdered' | 'scenarioAnswered' | 'devtoolsWritten' | 'probed';

export interface ScenarioAnswer {
  readonly outcome: ScenarioOutcome;
  readonly detail: string;
}

export interface ProbeAnswer {
  /** `unanswered`: the background died over it. */
  readonly outcome: ProbeOutcome | 'unanswered';
  /** Of the row that tells the rest; null unless `asked`. */
  readonly probeId: string | null;
}

export interface PanelLinkListeners {
  onNews(news: PanelNews): void;
  /** The extension was reloaded or removed: this panel can never connect again. */
  onOrphaned(): void;
}

/** Around sessions; `SessionVerb` says what each does. None of it rejects. */
export interface SessionLink {
  /** The marker arrives as news (`evidence`), with the number that `editMark` and `removeMark` want. */
  mark(mark: NewMark): Promise<MarkOutcome>;
  editMark(contextId: number, text: string): Promise<MarkOutcome>;
  removeMark(contextId: number): Promise<MarkOutcome>;
  startSession(session: NewSession): Promise<SessionAnswer>;
  /** Without an id: that of the panel's tab. Answers with the session that was ended. */
  stopSession(sessionId?: string): Promise<SessionAnswer>;
  setSessionTabs(tabIds: readonly number[]): Promise<SessionOutcome>;
  renameSession(sessionId: string, name: string): Promise<SessionOutcome>;
  setNotes(sessionId: string, notes: string): Promise<SessionOutcome>;
  pinSession(sessionId: string, on: boolean): Promise<SessionOutcome>;
  deleteSession(sessionId: string): Promise<SessionOutcome>;
  restoreSession(sessionId: string): Promise<SessionOutcome>;
  setSummary(sessionId: string, summary: SessionSummary): Promise<SessionOutcome>;
  setAlwaysOn(origin: string, on: boolean): Promise<SessionOutcome>;
  dismissNotices(untilMs: number): Promise<SessionOutcome>;
  noteImportEnded(): Promise<SessionOutcome>;
}

export interface PanelLink extends SessionLink {
  /** Attaches to the tab; from then on news arrive. */
  open(listeners: PanelLinkListeners): void;
  setRecording(on: boolean): void;
  clear(): void;
  setSettings(settings: Settings): void;
  /** Never rejects. */
  drop(connectionId: string): Promise<DropOutcome>;
  /** Never rejects. */
  orderFrame(connectionId: string, order: FrameOrder): Promise<DropOutcome>;
  /** Never rejects. */
  playScenario(scenario: Scenario, target: ScenarioTarget): Promise<ScenarioAnswer>;
  stopScenario(): void;
  /** Asks the connection's endpoint over HTTP; what came of it is news (`evidence`). Never rejects. */
  probe(connectionId: string): Promise<ProbeAnswer>;
  /** Attaches again, after something was done about a failure of the store. */
  retry(): void;
}
