/** What an attack is: a page, and what must hold while and after it ran. The tables in `attacks/` are made of these. */
import type { BrowserKind, Json, Tab } from '../browsers/browser.ts';
import type { ExtensionState } from './extension-state.ts';
import type { PageTools } from './page-tools.ts';

/** What a page found out. Compared with the same page in a bare browser, except for `notes`. */
export interface Findings {
  /** Whatever the page can perceive: must be equal with and without the extension. */
  readonly sees?: Json;
  /** For `holds` alone: whether the attack got as far as it meant to. */
  readonly notes?: { readonly [name: string]: Json };
}

/** An attack after it ran in a browser with the extension. */
export interface Aftermath {
  readonly kind: BrowserKind;
  readonly notes: { readonly [name: string]: Json };
  /** The same of the bare browser. */
  readonly nativeNotes: { readonly [name: string]: Json };
  /** What the extension has stored about the attacking tab. */
  readonly state: ExtensionState;
  /** The panel that shows the attacking tab. */
  readonly panel: Tab;
}

export interface Attack {
  readonly name: string;
  /**
   * The first script of the document. Sent as text: it may use its argument and the page's globals, nothing else. Its
   * own lines on the console count as part of what the page sees.
   */
  readonly page: (tools: PageTools) => Findings | Promise<Findings>;
  /** Response headers of the page, e.g. those that give it shared memory. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How many messages and reports of the page must have been refused and counted, exactly or at least. Default 0: the
   * attack does not even reach a parser.
   */
  readonly rejected?: number | { readonly atLeast: number };
  /** What else must hold. Throws when it does not (vitest's `expect`). */
  readonly holds?: (aftermath: Aftermath) => void | Promise<void>;
  /**
   * Why the console need not be the native one: the browser itself says there what happened. No page can read it. Ours
   * says nothing there in any other attack.
   */
  readonly consoleDiffers?: string;
  /** The state is read when this holds and the page's last connection is recorded as closed. Default: at once. */
  readonly settled?: (state: ExtensionState) => boolean;
  /** Known to fail in these browsers, with the reason. The test fails when it no longer does. */
  readonly fails?: Readonly<Partial<Record<BrowserKind, string>>>;
}
