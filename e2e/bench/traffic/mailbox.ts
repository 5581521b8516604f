/** Tasks on their way to pages: a page's request for a task is answered when there is one. */

import type { ServerResponse } from 'node:http';
import type { ToServer } from './task.ts';

export interface Mailbox {
  /** A page asks for its next task. A request that was there before is of a document that has gone. */
  wait(page: string, response: ServerResponse): void;
  /** A task for a page that waits, or will. */
  post(page: string, message: ToServer): void;
}

/** `ready` is called once for each document, when it asks for the first time. */
export function createMailbox(ready: (page: string) => void): Mailbox {
  const waiting = new Map<string, ServerResponse>();
  const posted = new Map<string, ToServer[]>();
  const known = new Set<string>();

  function deliver(page: string): void {
    const response = waiting.get(page);
    const message = response && posted.get(page)?.shift();
    if (!response || !message) return;
    waiting.delete(page);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(message));
  }

  return {
    wait(page, response) {
      waiting.set(page, response);
      response.on('close', () => {
        if (waiting.get(page) === response) waiting.delete(page);
      });
      if (!known.has(page)) {
        known.add(page);
        ready(page);
      }
      deliver(page);
    },
    post(page, message) {
      posted.set(page, [...(posted.get(page) ?? []), message]);
      deliver(page);
    },
  };
}
