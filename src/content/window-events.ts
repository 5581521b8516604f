/**
 * The events of a document that tell of its surroundings, as reports. Listeners of the isolated world: a page cannot list
 * them, count them, or see that they ran. None of them is one that keeps a page out of the back/forward cache.
 */
import { MAX_SURROUNDING_CHARS, MAX_URL_CHARS } from '../protocol/limits.ts';
import type { SurroundingFields, Surroundings } from './surroundings.ts';

/** Shorter ones are everywhere, and no heartbeat is missed for them. */
const LONG_TASK_MS = 200;

/** Chromium alone: https://wicg.github.io/netinfo/ */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
  readonly effectiveType?: string;
}

export interface WindowEvents {
  /**
   * From the beginning: what a policy of the page forbids may be its only connection, and in Firefox the constructor throws.
   * `onBlocked` is called before it is noted.
   */
  listenToPolicy(): void;
  /** Again and again: document.open() removes all listeners. Twice is once. */
  listen(): void;
  /** On: tells of long tasks. */
  setWatching(on: boolean): void;
}

export function createWindowEvents(note: Surroundings['note'], onBlocked: () => void): WindowEvents {
  const network = (navigator as { readonly connection?: NetworkInformation }).connection;
  let observer: PerformanceObserver | null = null;

  const told = (tell: () => void) => (event: Event) => {
    if (event.isTrusted) tell();
  };
  const onVisibility = told(() => note(document.visibilityState === 'hidden' ? 'hidden' : 'visible'));
  const onFreeze = told(() => note('frozen'));
  const onResume = told(() => note('resumed'));
  const onOnline = told(() => note('online'));
  const onOffline = told(() => note('offline'));
  const onNetwork = told(() => note('connectionChanged', networkFields()));

  function onViolation(event: SecurityPolicyViolationEvent): void {
    const { isTrusted, disposition, effectiveDirective, blockedURI } = event;
    if (!isTrusted || disposition !== 'enforce' || !/^wss?:/i.test(blockedURI)) return;
    onBlocked();
    note('blocked', {
      detail: effectiveDirective.slice(0, MAX_SURROUNDING_CHARS),
      url: blockedURI.slice(0, MAX_URL_CHARS),
    });
  }

  function networkFields(): SurroundingFields {
    const detail = network?.type ?? network?.effectiveType;
    return detail === undefined ? {} : { detail: detail.slice(0, MAX_SURROUNDING_CHARS) };
  }

  /** Chromium alone. */
  function observeLongTasks(): PerformanceObserver | null {
    if (!PerformanceObserver.supportedEntryTypes.includes('longtask')) return null;
    const longTasks = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (duration >= LONG_TASK_MS) note('longTask', { durationMs: duration }, startTime);
      }
    });
    longTasks.observe({ type: 'longtask' });
    return longTasks;
  }

  function listenToPolicy(): void {
    document.addEventListener('securitypolicyviolation', onViolation, true);
  }

  return {
    listenToPolicy,
    listen: () => {
      listenToPolicy();
      document.addEventListener('visibilitychange', onVisibility, true);
      document.addEventListener('freeze', onFreeze, true);
      document.addEventListener('resume', onResume, true);
      addEventListener('online', onOnline, true);
      addEventListener('offline', onOffline, true);
      network?.addEventListener('change', onNetwork);
    },
    setWatching: (on) => {
      if (on === (observer !== null)) return;
      observer?.disconnect();
      observer = on ? observeLongTasks() : null;
    },
  };
}
