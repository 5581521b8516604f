/**
 * What a panel may have done to single connections: only to those of its own tab, or of a tab that its user has put into the
 * same session, whatever id it names.
 */
import { isOutsideDocument } from '../protocol/outside.ts';
import type { CommandOutcome } from '../protocol/page-report.ts';
import type { DropOutcome, FrameOrder } from '../protocol/panel-link.ts';
import type { DocumentRecord } from '../protocol/records.ts';
import type { RecordedTabs } from './recorded-tabs.ts';
import type { FaultOrder, RelayLinks } from './relay-links.ts';

export interface ConnectionOrdersEdges {
  readonly tabs: RecordedTabs;
  readonly relays: RelayLinks;
  /** Null when there is none. */
  readDocument(documentId: string): Promise<DocumentRecord | null>;
  onStoreFailed(tabId: number, error: unknown): void;
  newId(): string;
}

export interface ConnectionOrders {
  drop(tabId: number, connectionId: string): Promise<DropOutcome>;
  orderFrame(tabId: number, connectionId: string, order: FrameOrder): Promise<DropOutcome>;
  /**
   * Why nothing can be done to a connection of this very tab, as far as it is known here; null: it can be tried. Rejects when
   * the store fails.
   */
  obstacleOf(tabId: number, connectionId: string): Promise<DropOutcome | null>;
}

export function createConnectionOrders(edges: ConnectionOrdersEdges): ConnectionOrders {
  const { tabs, relays } = edges;

  async function reach(
    tabId: number,
    connectionId: string,
    command: (place: Place) => Promise<CommandOutcome | null>,
  ): Promise<DropOutcome> {
    try {
      const obstacle = await obstacleOf((other) => areTogether(tabId, other), connectionId);
      const place = placeOf(connectionId);
      if (obstacle || !place) return obstacle ?? 'notFound';
      return (await command(place)) ?? 'unanswered';
    } catch (error) {
      edges.onStoreFailed(tabId, error);
      return 'failed';
    }
  }

  /** Whether somebody has put both tabs into one session. */
  function areTogether(tabId: number, other: number): boolean {
    const sessionId = tabs.get(other)?.sessionId;
    return tabId === other || (sessionId !== undefined && sessionId === tabs.get(tabId)?.sessionId);
  }

  async function obstacleOf(isOwn: (tabId: number) => boolean, connectionId: string): Promise<DropOutcome | null> {
    const place = placeOf(connectionId);
    if (!place) return 'notFound';
    const { documentId } = place;
    if (!relays.isLinked(documentId)) {
      const document = await edges.readDocument(documentId);
      if (document && !isOwn(document.tabId)) return 'notAllowed';
      if (!document || document.goneAtMs !== null) return 'notFound';
      if (isOutsideDocument(documentId)) return 'outOfReach';
    }
    const linkedTabId = relays.tabOf(documentId);
    return linkedTabId !== null && !isOwn(linkedTabId) ? 'notAllowed' : null;
  }

  return {
    drop: (tabId, connectionId) => reach(tabId, connectionId, (at) => relays.drop(at.documentId, at.connection)),
    orderFrame: (tabId, connectionId, order) =>
      reach(tabId, connectionId, (at) =>
        relays.faultCommand(at.documentId, faultOrderOf(order, at.connection, edges.newId())),
      ),
    obstacleOf: (tabId, connectionId) => obstacleOf((other) => other === tabId, connectionId),
  };
}

interface Place {
  readonly documentId: string;
  readonly connection: number;
}

function placeOf(connectionId: string): Place | null {
  const slash = connectionId.lastIndexOf('/');
  const connection = Number(connectionId.slice(slash + 1));
  return slash < 0 || !Number.isSafeInteger(connection) || connection < 0
    ? null
    : { documentId: connectionId.slice(0, slash), connection };
}

function faultOrderOf(order: FrameOrder, connection: number, id: string): FaultOrder {
  if (order.kind === 'release') return { ...order, kind: 'releaseFrame' };
  const where = { kind: 'connection', connection } as const;
  return { kind: 'fault', fault: { id, where, when: { kind: 'now' }, what: order, times: 1, seed: 0 } };
}
