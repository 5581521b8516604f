/**
 * Commands to documents, each with a number of its own, and their answers. A document whose link is just being made is
 * waited for; none is waited for longer than COMMAND_TIMEOUT_MS.
 */
import { COMMAND_TIMEOUT_MS } from '../protocol/limits.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type { RelayReply } from '../protocol/relay.ts';

export interface LinkCommandsEdges<Link> {
  linkOf(documentId: string): Link | undefined;
  reply(link: Link, message: RelayReply): void;
  callAfter(delayMs: number, callback: () => void): void;
}

export interface LinkCommands<Link> {
  /** Sent now or when the document is linked. Null when the page has not answered in time. */
  send(documentId: string, message: (commandId: number) => RelayReply): Promise<CommandOutcome | null>;
  /** Counts only over the link that the command was sent over. */
  onAnswer(link: Link, commandId: number, outcome: CommandOutcome): void;
  onLinked(documentId: string, link: Link): void;
}

export function createLinkCommands<Link>(edges: LinkCommandsEdges<Link>): LinkCommands<Link> {
  const awaited = new Map<string, Set<(link: Link) => void>>();
  const sent = new Map<number, { readonly link: Link; readonly answer: (outcome: CommandOutcome) => void }>();
  let lastCommandId = 0;

  function forgetAwaited(documentId: string, send: (link: Link) => void): void {
    const waiting = awaited.get(documentId);
    waiting?.delete(send);
    if (waiting?.size === 0) awaited.delete(documentId);
  }

  return {
    send: (documentId, message) => {
      const commandId = ++lastCommandId;
      return new Promise((resolve) => {
        const send = (link: Link) => {
          sent.set(commandId, { link, answer: resolve });
          edges.reply(link, message(commandId));
        };
        edges.callAfter(COMMAND_TIMEOUT_MS, () => {
          sent.delete(commandId);
          forgetAwaited(documentId, send);
          resolve(null);
        });
        const link = edges.linkOf(documentId);
        if (link) send(link);
        else awaited.set(documentId, (awaited.get(documentId) ?? new Set()).add(send));
      });
    },
    onAnswer: (link, commandId, outcome) => {
      const command = sent.get(commandId);
      if (command?.link === link) command.answer(outcome);
    },
    onLinked: (documentId, link) => {
      for (const resolve of awaited.get(documentId) ?? []) resolve(link);
      awaited.delete(documentId);
    },
  };
}
