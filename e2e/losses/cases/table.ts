/** All cases, in the order in which they run. */
import type { BrowserKind } from '../../browsers/browser.ts';
import type { LossContext, Outcome } from '../context.ts';
import { browserKilled } from './crash.ts';
import { backForwardCache, extensionReloaded, manySockets, tabsAndFrames } from './documents.ts';
import { endings, endingsWithKill, endsInCloseEvent, windowClose } from './endings.ts';
import { burstsWhileAsleep, killedAgainAndAgain } from './kills.ts';
import { fullMakesRoom, fullWithoutRoom } from './quota.ts';
import { everySize } from './sizes.ts';

export interface LossCase {
  readonly id: string;
  readonly title: string;
  /** Why it cannot be done in a browser. */
  readonly notIn?: Partial<Record<BrowserKind, string>>;
  run(context: LossContext): Promise<Outcome>;
}

export const CASES: readonly LossCase[] = [
  { id: 'kills', title: 'the background killed again and again', run: killedAgainAndAgain },
  { id: 'asleep', title: 'bursts while the background is asleep', run: burstsWhileAsleep },
  { id: 'endings', title: 'reload, navigation, tab closed after a burst', run: endings },
  { id: 'onclose', title: 'reload and navigation in the close event', run: endsInCloseEvent },
  { id: 'window-close', title: 'window.close() in the close event', run: windowClose },
  { id: 'endings-killed', title: 'the same endings, the background killed at once', run: endingsWithKill },
  { id: 'bfcache', title: 'into the back/forward cache and out again', run: backForwardCache },
  { id: 'sockets', title: 'many sockets at once', run: manySockets },
  { id: 'frames', title: 'two tabs with a dozen iframes each', run: tabsAndFrames },
  { id: 'sizes', title: 'frames of every size', run: everySize },
  { id: 'reload', title: 'the extension reloaded in mid-flight', run: extensionReloaded },
  { id: 'crash', title: 'the browser killed (SIGKILL)', run: browserKilled },
  { id: 'full', title: 'storage full, earlier recordings may go', run: fullMakesRoom },
  { id: 'full-kept', title: 'storage full, nothing may go', run: fullWithoutRoom },
];
