/** What the browser tells the background, for tests: each right in itself, to be changed where a test needs it otherwise. */
import type { HandshakeEvent } from '../browser/handshakes.ts';

/** A handshake of the main frame that begins. */
export function handshakeEventOf(
  of: Pick<HandshakeEvent, 'atMs' | 'tabId' | 'ownerUrl' | 'url'>,
  change: Partial<HandshakeEvent> = {},
): HandshakeEvent {
  return {
    requestId: '1',
    stage: 'started',
    frameId: 0,
    documentId: null,
    isWorkers: false,
    protocols: [],
    protocol: '',
    extensions: '',
    accept: null,
    status: null,
    headers: [],
    networkError: null,
    ...of,
    ...change,
  };
}
