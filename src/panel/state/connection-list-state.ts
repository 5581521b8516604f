/** How the connections are listed: sorted, grouped, folded, and with which columns. What the user chose is remembered. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { connectionState } from '../../analysis/connection-state.ts';
import { steadyEndpointOf } from '../../analysis/endpoint.ts';
import type { LiveLineages } from '../../analysis/live-lineages.ts';
import { nextHmr, viteHmr, webpackSockJs } from '../../decoders/dev-servers.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { Conversation } from '../analysis-worker/messages.ts';
import {
  CONNECTION_COLUMNS,
  type ConnectionColumn,
  type ConnectionRow,
  connectionRows,
  GROUPINGS,
  type Grouping,
  nextSort,
  type Sort,
} from '../models/connection-rows.ts';
import { type ColumnChoice, createColumnChoice } from './column-choice.ts';
import type { Preferences } from './preferences.ts';

export interface ConnectionListState {
  readonly rows: ReadonlySignal<readonly ConnectionRow[]>;
  readonly sort: ReadonlySignal<Sort<ConnectionColumn> | null>;
  readonly grouping: ReadonlySignal<Grouping>;
  readonly columns: ColumnChoice<ConnectionColumn>;
  /** The protocol's name as far as it is known; '' where it is not. */
  protocolOf(record: ConnectionRecord): string;
  sortBy(column: ConnectionColumn): void;
  groupBy(grouping: Grouping): void;
  /** A group, or the row of the dev servers. */
  expand(row: ConnectionRow, isOpen: boolean): void;
}

export interface ConnectionListInput {
  readonly listed: ReadonlySignal<readonly ConnectionRecord[]>;
  readonly selected: ReadonlySignal<ConnectionRecord | null>;
  readonly lineages: ReadonlySignal<LiveLineages>;
  readonly conversations: ReadonlySignal<ReadonlyMap<string, Conversation>>;
  readonly clockMs: ReadonlySignal<number>;
  readonly preferences: Preferences;
}

/** Those that are known before a frame was read. */
const DEV_SERVERS = [viteHmr, nextHmr, webpackSockJs] as const;

export function createConnectionListState(input: ConnectionListInput): ConnectionListState {
  const { listed, selected, lineages, conversations, clockMs, preferences } = input;
  const sort = signal<Sort<ConnectionColumn> | null>(null);
  const grouping = signal<Grouping>(preferences.value('connections.group', groupingNamed));
  const closedGroups = signal<ReadonlySet<string>>(new Set());
  const areDevServersOpen = signal(false);

  const keys: Readonly<Record<Grouping, (record: ConnectionRecord) => string>> = {
    none: () => '',
    lineage: ({ connectionId }) => lineages.value.lineageOf(connectionId)?.lineageId ?? connectionId,
    url: ({ url }) => steadyEndpointOf(url),
    frame: ({ documentId }) => documentId,
    state: connectionState,
  };

  /** By row: it is asked of all with every change, and few have changed. */
  const looks = new WeakMap<ConnectionRecord, boolean>();
  function looksLikeTool(record: ConnectionRecord): boolean {
    const known = looks.get(record) ?? looksLikeDevServer(record);
    looks.set(record, known);
    return known;
  }

  const isDevServer = (record: ConnectionRecord) =>
    conversations.value.get(record.connectionId)?.protocol?.isDevServer ?? looksLikeTool(record);

  function protocolOf({ connectionId, protocol }: ConnectionRecord): string {
    return conversations.value.get(connectionId)?.protocol?.name ?? protocol ?? '';
  }

  function setClosed(key: string, isClosed: boolean): void {
    const next = new Set(closedGroups.peek());
    if (isClosed) next.add(key);
    else next.delete(key);
    closedGroups.value = next;
  }

  // What is selected elsewhere, say on the timeline, is not hidden here.
  effect(() => {
    const record = selected.value;
    if (!record) return;
    batch(() => {
      if (isDevServer(record)) areDevServersOpen.value = true;
      setClosed(keys[grouping.peek()](record), false);
    });
  });

  return {
    rows: computed(() =>
      connectionRows({
        records: listed.value,
        sort: sort.value,
        grouping: grouping.value,
        keyOf: keys[grouping.value],
        closedGroups: closedGroups.value,
        isDevServer,
        areDevServersOpen: areDevServersOpen.value,
        protocolOf,
        downMsOf: ({ connectionId }) => lineages.value.reconnectOf(connectionId)?.downMs ?? null,
        // Nothing else changes its place with time.
        nowMs: sort.value?.column === 'duration' ? clockMs.value : 0,
      }),
    ),
    sort,
    grouping,
    columns: createColumnChoice(preferences, 'connections', CONNECTION_COLUMNS, CONNECTION_COLUMNS),
    protocolOf,
    sortBy: (column) => {
      sort.value = nextSort(sort.peek(), column);
    },
    groupBy: (next) => {
      batch(() => {
        grouping.value = next;
        closedGroups.value = new Set();
      });
      preferences.set('connections.group', next);
    },
    expand: (row, isOpen) => {
      if (row.kind === 'devServers') areDevServersOpen.value = isOpen;
      if (row.kind === 'group') setClosed(row.key, !isOpen);
    },
  };
}

function looksLikeDevServer({ url, protocol, protocols }: ConnectionRecord): boolean {
  const offered = protocol ? [protocol] : protocols;
  return DEV_SERVERS.some(
    ({ subprotocol, url: path }) =>
      (subprotocol !== undefined && offered.some((name) => subprotocol.test(name))) || path?.test(url) === true,
  );
}

function groupingNamed(name: unknown): Grouping {
  return GROUPINGS.find((grouping) => grouping === name) ?? 'none';
}
