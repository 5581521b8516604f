/**
 * Panel ↔ background, over the runtime port PANEL_PORT. Both ends are our own; frames do not travel here: the panel is
 * told which connections changed and reads the chunks that it shows from the database itself.
 */
import type { HandshakeRecord, ProbeRecord } from './evidence.ts';
import type { Direction, FaultPayload } from './fault.ts';
import type { CommandOutcome } from './page-report.ts';
import type { ConnectionRecord, ContextRecord, DocumentRecord, SessionRecord } from './records.ts';
import type { Pressure } from './relay.ts';
import type { Notice, SessionAnswer, SessionVerb } from './session-verbs.ts';
import type { Settings } from './settings.ts';

export const PANEL_PORT = 'panel';

export type PanelRequest =
  /**
   * First message. `tabId` null: the panel looks at no tab, but at what is stored. `sessionId`: the one that it showed before
   * the background died, to go on with.
   */
  | { readonly kind: 'attach'; readonly tabId: number | null; readonly sessionId: string | null }
  | { readonly kind: 'setRecording'; readonly on: boolean }
  /** Ends the session, deletes what it holds, and begins a new one with the connections that are still open. */
  | { readonly kind: 'clear' }
  /** For all tabs. Answered, to every panel there is, by `settings`. */
  | { readonly kind: 'setSettings'; readonly settings: Settings }
  | { readonly kind: 'drop'; readonly requestId: number; readonly connectionId: string }
  /** Answered by `sessionAnswered`. */
  | { readonly kind: 'session'; readonly requestId: number; readonly verb: SessionVerb }
  /** One a tab at a time; ends when it has been played, when it is stopped, and when no panel looks at the tab any more. */
  | {
      readonly kind: 'playScenario';
      readonly requestId: number;
      /** A `Scenario` of src/faults. */
      readonly scenario: unknown;
      readonly target: ScenarioTarget;
    }
  | { readonly kind: 'stopScenario' }
  /** Answered by `frameOrdered`. */
  | {
      readonly kind: 'orderFrame';
      readonly requestId: number;
      readonly connectionId: string;
      readonly order: FrameOrder;
    }
  /** Asks the connection's endpoint over HTTP. Answered by `probed` when it has been asked; what came of it is `evidence`. */
  | { readonly kind: 'probe'; readonly requestId: number; readonly connectionId: string }
  /**
   * Connections (`LoggedHandshake`) that DevTools' network log lists and the last `outside` did not. Which of them the page
   * script sees is for the background to find out.
   */
  | { readonly kind: 'devtoolsFound'; readonly handshakes: readonly unknown[] }
  /** Handshakes that failed (`FailedHandshake`), as DevTools' network log lists them. */
  | { readonly kind: 'devtoolsFailed'; readonly handshakes: readonly unknown[] }
  /**
   * What DevTools tell (`DevtoolsReport`) of a connection that the last `outside` named; nothing, to ask what is known of
   * it. Answered by `devtoolsWritten`.
   */
  | {
      readonly kind: 'devtoolsReports';
      readonly requestId: number;
      readonly connectionId: string;
      readonly reports: readonly unknown[];
    };

/**
 * `done` … as the page answered; `notAllowed`: another tab's; `outOfReach`: no page script sees the connection;
 * `unanswered`: no answer within COMMAND_TIMEOUT_MS.
 */
export type DropOutcome = CommandOutcome | 'notAllowed' | 'outOfReach' | 'unanswered';

/**
 * `asked`: a `ProbeRecord` tells the rest; `alreadyAsking`: the same endpoint, just now; `notAllowed`: another tab's;
 * `notFound`: no such connection; `failed`: it could not be written.
 */
export type ProbeOutcome = 'asked' | 'alreadyAsking' | 'notAllowed' | 'notFound' | 'failed';

/** What is to be done with one frame. `inject`: it comes or goes as if it were real; `release`: see `FaultCommand`. */
export type FrameOrder =
  | { readonly kind: 'inject'; readonly direction: Direction; readonly payload: FaultPayload }
  | {
      readonly kind: 'release';
      readonly heldId: number;
      readonly payload: FaultPayload | null;
      readonly isLost: boolean;
    };

/** Where a scenario is played. In a pattern `*` stands for any characters. */
export type ScenarioTarget =
  | { readonly kind: 'connection'; readonly connectionId: string }
  | { readonly kind: 'matching'; readonly urlPattern: string }
  | { readonly kind: 'tab' };

/**
 * What became of `playScenario`: `done`: it is being played; as a drop, of its first step; `invalid`: the scenario or its
 * target, `detail` names the field; `alreadyPlaying`: another one; `nothingThere`: no living connection in its reach;
 * `notRecorded`: the tab is not.
 */
export type ScenarioOutcome = DropOutcome | 'invalid' | 'alreadyPlaying' | 'nothingThere' | 'notRecorded';

/** `waiting`: nothing stands in the way any more, the connection is not open again yet. `interrupted`: the background died. */
export type ScenarioRunState = 'playing' | 'waiting' | 'finished' | 'stopped' | 'interrupted';

/** One scenario as it is being played, or as it was. Times are epoch milliseconds. */
export interface ScenarioRun {
  readonly runId: string;
  readonly name: string;
  readonly target: ScenarioTarget;
  /** Of the connection that it began with. */
  readonly targetUrl: string | null;
  readonly startedAtMs: number;
  readonly state: ScenarioRunState;
  readonly endedAtMs: number | null;
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
  /** When the round is over at the latest; null: nobody can say. */
  readonly roundEndsAtMs: number | null;
  readonly mustReopenWithinMs: number | null;
  /** Handshakes that were refused. */
  readonly refused: number;
  /** Of rounds that are over. */
  readonly results: readonly RoundResult[];
}

export interface RoundResult {
  readonly startedAtMs: number;
  /** When nothing stood in the way of reconnecting any more. */
  readonly clearAtMs: number;
  /** Connections that ended in it. */
  readonly lost: number;
  /** When as many were open again; null: never, or there were none. */
  readonly reopenedAtMs: number | null;
  readonly isInTime: boolean;
}

/** A living connection that no page script sees. */
export interface OutsideConnection {
  readonly connectionId: string;
  /** Its handshake's name in DevTools' network log; null while it has not been answered. */
  readonly accept: string | null;
}

/** Why the database cannot be used. `newer`: made by a later version of Socketscope; `full`: no space left. */
export type StoreFailureKind = 'newer' | 'broken' | 'full' | 'blocked';

export type PanelUpdate =
  /** Answer to `attach`, `setRecording` and `clear`, and sent to every panel of the tab when one of these changes it. */
  | { readonly kind: 'attached'; readonly sessionId: string; readonly recording: boolean }
  /** Told first of all, and when somebody has changed them. */
  | {
      readonly kind: 'settings';
      readonly settings: Settings;
      /** False when they could not be stored: they last until the background is started anew. */
      readonly areSaved: boolean;
    }
  /** What documents of the tab hold back, when it has changed; none to begin with. */
  | ({ readonly kind: 'pressure' } & Pressure)
  /** Rows as they are now, at most a few times a second. */
  | {
      readonly kind: 'changed';
      readonly sessionId: string;
      readonly documents: readonly DocumentRecord[];
      readonly connections: readonly ConnectionRecord[];
    }
  /**
   * Rows as they are now, each over the one of the same key; `context` are new ones, but for markers. When a panel attaches, it reads what
   * was there before from the database.
   */
  | {
      readonly kind: 'evidence';
      readonly sessionId: string;
      readonly handshakes: readonly HandshakeRecord[];
      readonly probes: readonly ProbeRecord[];
      readonly context: readonly ContextRecord[];
    }
  /** `probeId`: of the row that tells the answer. */
  | {
      readonly kind: 'probed';
      readonly requestId: number;
      readonly outcome: ProbeOutcome;
      readonly probeId: string | null;
    }
  /** Rows that were another's second sight, and are deleted. */
  | { readonly kind: 'removed'; readonly sessionId: string; readonly connectionIds: readonly string[] }
  /**
   * Connections that no page script sees, whenever one is found or has ended: DevTools may tell more of them.
   */
  | {
      readonly kind: 'outside';
      readonly sessionId: string;
      /** Not what happened before: the list was cleared then. 0 when it was not. */
      readonly sinceMs: number;
      readonly connections: readonly OutsideConnection[];
      /** Handshakes that came too fast to be looked into. */
      readonly overlooked: number;
    }
  /** The connection as it is now; null: none of this tab's session, or it could not be written. */
  | { readonly kind: 'devtoolsWritten'; readonly requestId: number; readonly connection: ConnectionRecord | null }
  | ({ readonly kind: 'sessionAnswered'; readonly requestId: number } & SessionAnswer)
  /** The row of the session that the tab is recorded in: told when a panel attaches, and when somebody has changed it. */
  | {
      readonly kind: 'session';
      readonly session: SessionRecord;
      /** Tabs that are recorded in it now. */
      readonly tabIds: readonly number[];
    }
  /** A marker is not there any more. */
  | { readonly kind: 'markRemoved'; readonly sessionId: string; readonly contextId: number }
  /** To all panels: sessions were begun, ended, changed, deleted or restored; whoever lists them has to read them again. */
  | { readonly kind: 'sessionsChanged' }
  /** To all panels, first of all and with every change: the origins whose pages are always recorded. */
  | {
      readonly kind: 'alwaysOn';
      readonly origins: readonly string[];
      /** False when they could not be stored: they last until the background is started anew. */
      readonly areSaved: boolean;
    }
  /** To all panels, first of all and with every change: what has happened and nobody has seen; the oldest first. */
  | { readonly kind: 'notices'; readonly notices: readonly Notice[] }
  | { readonly kind: 'dropped'; readonly requestId: number; readonly outcome: DropOutcome }
  | { readonly kind: 'frameOrdered'; readonly requestId: number; readonly outcome: DropOutcome }
  | {
      readonly kind: 'scenarioAnswered';
      readonly requestId: number;
      readonly outcome: ScenarioOutcome;
      /** What is wrong with an invalid one, with the name of its field; else ''. */
      readonly detail: string;
    }
  /** Told when a panel attaches, and with every change. Null: none has been played since the background was started. */
  | { readonly kind: 'scenarioRun'; readonly run: ScenarioRun | null }
  /** Instead of `attached`, or later, when nothing can be written. The next `attached` or `changed` means: it works again. */
  | { readonly kind: 'storeFailed'; readonly failure: StoreFailureKind; readonly detail: string };
