/**
 * The one exception that a page gets from us: send() on a socket that it is to believe is still connecting (WHATWG
 * websockets, send(), step 1), with the browser's own words. Nothing else in the page's world may throw.
 */
import { isGecko, NativeDOMException } from '../platform.ts';

const WORDS = isGecko
  ? 'An attempt was made to use an object that is not, or is no longer, usable'
  : "Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.";

export function refuseToSend(): never {
  throw new NativeDOMException(WORDS, 'InvalidStateError');
}
