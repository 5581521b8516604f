/**
 * Content script → page. A command never carries anything that the page does not own: a page that steals the port
 * learns that it is recorded and can drop its own connections, no more.
 */

/**
 * What the page sends first when recording starts.
 * `ring`: everything it remembers (a panel was opened). `open`: just the connections that are still open, without their
 * past frames (the list was cleared). `unsent`: what came since recording was switched off (same session).
 */
export type History = 'ring' | 'open' | 'unsent';

export type PageCommand =
  | { readonly kind: 'record'; readonly history: History }
  | { readonly kind: 'stop' }
  /** Sends what is waiting at once; the document is about to go. */
  | { readonly kind: 'flush' }
  | {
      readonly kind: 'drop';
      readonly commandId: number;
      readonly connection: number;
    };
