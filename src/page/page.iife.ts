/**
 * The page script: runs in the page's own world, at document_start, in every frame, before any script of the page. Puts
 * the parts together and then only waits. Must never throw, log, or leave anything behind that a page could find.
 */
import type { PageCommand } from '../protocol/page-command.ts';
import { createActs } from './acts.ts';
import { createFaultEngine } from './faults/engine.ts';
import { hookAddListener, installHook } from './hook.ts';
import { type Link, openLink } from './link.ts';
import { createObserver } from './observe.ts';
import {
  addListener,
  callAfter,
  errorText,
  hasMessageHandler,
  isBeingDispatched,
  isHidden,
  nowMs,
  page,
  quiet,
  readBlob,
  socketBufferedAmount,
} from './platform.ts';
import { apply, construct, currentStack, NativeWeakMap } from './primordials.ts';
import { createRecorder } from './recorder.ts';
import { createRing } from './ring.ts';

/**
 * Throws when what the page's own calls will pass through does: somebody has spoilt it before us, and the page is better
 * off without us.
 */
function requireSoundBuiltIns(): void {
  construct(NativeWeakMap, []);
  apply(isHidden, undefined, []);
  nowMs();
}

function install(): void {
  requireSoundBuiltIns();
  const ring = createRing();
  const link: Link = openLink(obey);
  const recorder = createRecorder(ring, {
    nowMs,
    isDelayCoarse: isHidden,
    callAfter,
    watchForTheEnd: () => addListener(page, 'pagehide', onPageHide, true),
    watchForErrors: () => addListener(page, 'error', onError, true),
    endDelivery: () => acts.endDelivery(),
    post: link.post,
    readBlob,
  });
  const onPageHide = quiet((event) => {
    if (event.isTrusted) recorder.expectTheEnd();
  });
  const acts = createActs({
    nowMs,
    isRecording: recorder.isRecording,
    noteActs: recorder.noteActs,
    amountWaiting: socketBufferedAmount,
    isBeingDispatched,
    errorText,
    currentStack,
    hasHandler: hasMessageHandler,
  });
  const onError = quiet((event) => {
    if (event.isTrusted) acts.noteError(event);
  });
  const faults = createFaultEngine(ring, recorder, link);

  function obey(command: PageCommand): void {
    if (command.kind === 'record') recorder.startRecording(command.history);
    else if (command.kind === 'stop') recorder.stopRecording();
    else if (command.kind === 'recordStacks') acts.recordStacks(command.on);
    else if (command.kind === 'watchListeners') watchListeners(command.on);
    // Not just what is waiting: the page's own handlers may still say something in its last moment.
    else if (command.kind === 'flush') recorder.expectTheEnd();
    else if (command.kind === 'drop') faults.drop(command.commandId, command.connection);
    else if (command.kind === 'stopAllFaults') faults.stopAll();
    else faults.obey(command);
  }

  let isAddListenerHooked = false;
  /** What has been hooked stays so: others may have wrapped it since. */
  function watchListeners(on: boolean): void {
    if (on && !isAddListenerHooked) hookAddListener(acts);
    isAddListenerHooked ||= on;
    acts.watchListeners(on);
  }

  installHook({ recorder, observer: createObserver(recorder, faults, acts), faults, acts, post: link.post });
}

try {
  install();
} catch {
  // Something before us has made this realm unfit; the page goes on without us.
}
