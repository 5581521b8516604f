/**
 * The last step in building the page script: its own fields get short names. It is loaded into every frame of every page,
 * and a third of what minifiers leave of it are names of fields that nobody else sees.
 */
import { minifySync } from 'vite';

/**
 * Never a field of a message, of a descriptor, or of anything that the browser or a page can see: page-script.test.ts looks
 * for them in the protocol and among the captured built-ins.
 */
export const OWN_FIELDS: readonly string[] =
  `actsSoFar amountWaiting blob callAfter callInTask closeArgs closeOn closedCount connectionCount content currentStack
  cutInTask dueMs endBytes endDelivery endOnOpen errorText expectTheEnd faultFacts findHeld finish firstFact flush
  follower frameCount framesLeft freeAtMs freshBytes hasErrored hasHandler hasShownOpen held heldBy holdCount holds hurry
  incoming isBeingDispatched isChanged isClosed isClosing isDelayCoarse isDoomed isDoubled isEnded isGone isHeard isIdle
  isLate isMuted isOn isOver isRecording isScheduled isSilenced isSpent isUnsent isWasted kept keptSocket lastFact
  line newest newestConnection newestFrame nextOwn noteActs noteCall noteConnection noteDelivery noteError noteFact
  noteFrame noteListener noteMade noteSent noteThrownSend noted number obey oldest oldestConnection oldestFrame onClosing onEnded onFrame
  onHeld onIdle onOpened outgoing owner post pump readBlob receiveClose receiveError receiveMessage receiveOpen
  sampledAtMs sampledBytes second sendOn sentSeq silencedBytes socket startRecording stopAll stopRecording straggler
  ticket timesLeft trigger turn unsampledWeight unsentFact unsentFrame voidBytes watch watchForErrors watchForTheEnd
  weight`.split(/\s+/);

/** Minified JavaScript → the same with the page script's own fields shortened. Throws when it cannot be parsed. */
export function shrinkPageScript(source: string): string {
  const { code, errors } = minifySync('page.js', source, {
    compress: true,
    mangle: true,
    mangleProps: { include: new RegExp(`^(${OWN_FIELDS.join('|')})$`) },
  });
  if (errors[0]) throw new Error(errors[0].message);
  return code;
}
