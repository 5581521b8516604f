/**
 * Panel ↔ background, over the runtime port PANEL_PORT. Both ends are our own; frames do not travel here: the panel is
 * told which connections changed and reads the chunks that it shows from the database itself.
 */
import type { CommandOutcome } from './page-report.ts';
import type { ConnectionRecord, DocumentRecord } from './records.ts';

export const PANEL_PORT = 'panel';

export type PanelRequest =
  /** First message. `sessionId`: the one that it showed before the background died, to go on with. */
  | { readonly kind: 'attach'; readonly tabId: number; readonly sessionId: string | null }
  | { readonly kind: 'setRecording'; readonly on: boolean }
  /** Ends the session, deletes what it holds, and begins a new one with the connections that are still open. */
  | { readonly kind: 'clear' }
  | { readonly kind: 'drop'; readonly requestId: number; readonly connectionId: string };

/** `done` … as the page answered; `notAllowed`: another tab's; `unanswered`: no answer within COMMAND_TIMEOUT_MS. */
export type DropOutcome = CommandOutcome | 'notAllowed' | 'unanswered';

/** Why the database cannot be used. `newer`: made by a later version of Socketscope; `full`: no space left. */
export type StoreFailureKind = 'newer' | 'broken' | 'full' | 'blocked';

export type PanelUpdate =
  /** Answer to `attach`, `setRecording` and `clear`, and sent to every panel of the tab when one of these changes it. */
  | { readonly kind: 'attached'; readonly sessionId: string; readonly recording: boolean }
  /** Rows as they are now, at most a few times a second. */
  | {
      readonly kind: 'changed';
      readonly sessionId: string;
      readonly documents: readonly DocumentRecord[];
      readonly connections: readonly ConnectionRecord[];
    }
  | { readonly kind: 'dropped'; readonly requestId: number; readonly outcome: DropOutcome }
  /** Instead of `attached`, or later, when nothing can be written. The next `attached` or `changed` means: it works again. */
  | { readonly kind: 'storeFailed'; readonly failure: StoreFailureKind; readonly detail: string };
