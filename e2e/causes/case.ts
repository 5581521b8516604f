/** What a case of the cause lab is: a real failure, and what a finding must call it. Types only. */

import type { Cause } from '../../src/analysis/findings/causes.ts';
import type { CauseFamily } from '../../src/analysis/findings/finding.ts';
import type { BrowserKind } from '../browsers/browser.ts';
import type { Stage } from './stage.ts';

/** What a machine may lack; a case that needs it is skipped, by name. `netns`: network namespaces, so root on Linux. */
export type Need = 'nginx' | 'haproxy' | 'apache2' | 'caddy' | 'openssl' | 'netns';

/**
 * In which browser a case runs. `shared`: with others, each in a tab of its own. `alone`: what it does to the browser or the
 * machine would disturb others. `any certificate`, `throttling`: in a browser that takes every certificate, that slows hidden
 * pages down.
 */
export type Place = 'shared' | 'alone' | 'any certificate' | 'throttling';

export interface CauseCase {
  readonly name: string;
  readonly family: Exclude<CauseFamily, 'unknown'> | 'healthy';
  /** What really happens, in one sentence. */
  readonly what: string;
  /**
   * The truth first, then what may be named in its place, or beside it, because the page and the network layer see the
   * same. Empty: a healthy session, of which nothing may be said but notes.
   */
  readonly causes: readonly Cause[];
  /** As true as the first: which of them it is, is a matter of how one looks at it. */
  readonly equallyTrue?: readonly Cause[];
  /** What must be among the findings besides: the page's answer to the failure is a fault of its own. */
  readonly mustSay?: readonly Cause[];
  /** Because of what a browser does not tell, this too may be named there. */
  readonly alsoIn?: Partial<Record<BrowserKind, readonly Cause[]>>;
  /**
   * Browsers that do not tell which of many reasons a handshake failed for. Until its endpoint has been asked, any may lead,
   * if it is not said to be sure and the truth stands beside it.
   */
  readonly hiddenIn?: readonly BrowserKind[];
  /** Asking the endpoint does not tell either: it answers another request in another way. */
  readonly isHiddenFromProbe?: true;
  /** Nothing need be said: it is expected. */
  readonly mayPassInSilence?: true;
  /** Why it cannot be done in a browser. */
  readonly notIn?: Partial<Record<BrowserKind, string>>;
  readonly needs?: readonly Need[];
  readonly place?: Place;
  /** In `npm test`, too: quick, and needs nothing but Node. */
  readonly isShort?: true;
  /** Makes it happen and resolves when it has, all of it. What is recorded is read afterwards, while servers still run. */
  run(stage: Stage): Promise<void>;
}
