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
import type { Settings } from '../../protocol/settings.ts';

/** What the background says unasked. Answers are the results of what was asked. */
export type PanelNews = Exclude<PanelUpdate, { readonly kind: Answers }>;

type Answers = 'dropped' | 'frameOrdered' | 'scenarioAnswered' | 'devtoolsWritten' | 'probed';

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

export interface PanelLink {
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
