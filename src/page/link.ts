/**
 * The page's end of the private way to the content script (src/protocol/handoff.ts draws it). Everything is synchronous
 * and in order; a document that is about to end loses nothing that it has said.
 */
import { HANDOFF_EVENT, PAGE_COMMAND, PAGE_MESSAGE } from '../protocol/handoff.ts';
import type { PageCommand } from '../protocol/page-command.ts';
import type { PageMessage } from '../protocol/page-report.ts';
import {
  addListener,
  channelPort1,
  channelPort2,
  dispatch,
  messageData,
  NativeMessageChannel,
  NativeMessageEvent,
  page,
  postToPort,
  quiet,
  startPort,
} from './platform.ts';
import { parseJson } from './primordials.ts';

export interface Link {
  readonly post: (message: PageMessage) => void;
  /**
   * Has the browser itself call `first` and then `second`, in one task of its own: what `first` leaves in the microtask
   * queue runs in between. Always the same two functions.
   */
  readonly callInTask: (first: () => void, second: () => void) => void;
}

/** Hands the port over. Must run at document_start, before any script of the page. */
export function openLink(onCommand: (command: PageCommand) => void): Link {
  const channel = new NativeMessageChannel();
  const meetingPoint = channelPort2(channel);
  const ownPort = channelPort1(channel);

  addListener(
    meetingPoint,
    PAGE_COMMAND,
    // Not validated: whoever stole the port is the page itself, and a command can do no more than the page can.
    quiet((event) => onCommand(parseJson(messageData(event) as string) as PageCommand)),
    false,
  );
  dispatch(page, new NativeMessageEvent(HANDOFF_EVENT, { __proto__: null, ports: [meetingPoint] }));

  let isListening = false;
  return {
    post(message) {
      dispatch(meetingPoint, new NativeMessageEvent(PAGE_MESSAGE, { __proto__: null, data: message }));
    },
    callInTask(first, second) {
      // The pair's only posted message goes from the shared port to our own, which nobody else holds.
      if (!isListening) {
        isListening = true;
        addListener(ownPort, 'message', quiet(first), false);
        addListener(ownPort, 'message', quiet(second), false);
        startPort(ownPort);
      }
      postToPort(meetingPoint, null);
    },
  };
}
