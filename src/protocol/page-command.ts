/**
 * Content script → page. A command never carries anything that the page does not own: a page that steals the port
 * learns that it is recorded and can drop its own connections, no more.
 */

import type { FaultPayload, PageFault } from './fault.ts';

/**
 * What the page sends first when recording starts.
 * `ring`: everything it remembers (a panel was opened). `open`: just the connections that are still open, without their
 * past frames (the list was cleared). `unsent`: what came since recording was switched off (same session).
 */
export type History = 'ring' | 'open' | 'unsent';

export type PageCommand =
  | { readonly kind: 'record'; readonly history: History }
  | { readonly kind: 'stop' }
  /** Off at first. On: the stacks of calls that construct and close connections are recorded. */
  | { readonly kind: 'recordStacks'; readonly on: boolean }
  /** Off at first. On: frames that nobody listens to are counted, on connections that are made from then on. */
  | { readonly kind: 'watchListeners'; readonly on: boolean }
  /** Sends what is waiting at once; the document is about to go. */
  | { readonly kind: 'flush' }
  | {
      readonly kind: 'drop';
      readonly commandId: number;
      readonly connection: number;
    }
  | FaultCommand
  /** The end of all faults, drops excepted: whoever ordered them has gone. What was held passes, or its connection ends. */
  | { readonly kind: 'stopAllFaults' };

/** Each is answered, once. */
export type FaultCommand =
  /** From now on the fault holds. One with an id that holds already takes its place. */
  | { readonly kind: 'fault'; readonly commandId: number; readonly fault: PageFault }
  | { readonly kind: 'stopFault'; readonly commandId: number; readonly faultId: string }
  /** Lets a frame of `hold` go: as it is (null), or as this. `isLost`: lets it go lost. */
  | {
      readonly kind: 'releaseFrame';
      readonly commandId: number;
      readonly heldId: number;
      readonly payload: FaultPayload | null;
      readonly isLost: boolean;
    };
