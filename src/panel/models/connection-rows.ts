/**
 * The rows of the grid "Connections": sorted by any column, gathered in groups that open and close, the sockets of dev
 * servers folded into one row. Pure; there are thousands of connections at the most, so all rows are made anew.
 */
import { closedBy, connectionState, openDurationMs } from '../../analysis/connection-state.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';

export const CONNECTION_COLUMNS = [
  'url',
  'traffic',
  'protocol',
  'state',
  'opened',
  'duration',
  'framesIn',
  'framesOut',
  'bytesIn',
  'bytesOut',
  'close',
  'clean',
  'closedBy',
  'comeBack',
] as const;
export type ConnectionColumn = (typeof CONNECTION_COLUMNS)[number];

export const GROUPINGS = ['none', 'lineage', 'url', 'frame', 'state'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Sort<Column extends string> {
  readonly column: Column;
  readonly isDescending: boolean;
}

export type ConnectionRow =
  | { readonly kind: 'connection'; readonly record: ConnectionRecord; readonly level: number }
  | {
      readonly kind: 'group';
      /** Of the group, in this grouping. */
      readonly key: string;
      readonly records: readonly ConnectionRecord[];
      readonly isOpen: boolean;
    }
  | { readonly kind: 'devServers'; readonly records: readonly ConnectionRecord[]; readonly isOpen: boolean };

export interface ConnectionRowsInput {
  /** In the order of their creation. */
  readonly records: readonly ConnectionRecord[];
  /** Null: in the order of their creation. */
  readonly sort: Sort<ConnectionColumn> | null;
  readonly grouping: Grouping;
  /** The group that a connection belongs to. */
  keyOf(record: ConnectionRecord): string;
  /** Keys of groups that are closed. */
  readonly closedGroups: ReadonlySet<string>;
  isDevServer(record: ConnectionRecord): boolean;
  readonly areDevServersOpen: boolean;
  /** What is shown in the column of protocols. */
  protocolOf(record: ConnectionRecord): string;
  /** How long it took until another connection had come in its place; null: none has, or it has not ended. */
  downMsOf(record: ConnectionRecord): number | null;
  /** Now, for connections that are still open. */
  readonly nowMs: number;
}

export function connectionRows(input: ConnectionRowsInput): readonly ConnectionRow[] {
  const { records, sort, grouping, keyOf, closedGroups, isDevServer, areDevServersOpen } = input;
  const own: ConnectionRecord[] = [];
  const tools: ConnectionRecord[] = [];
  for (const record of records) (isDevServer(record) ? tools : own).push(record);
  const sorted = (list: readonly ConnectionRecord[]) => (sort ? sortedBy(list, sort, input) : list);
  const rows: ConnectionRow[] = [];
  if (grouping === 'none') {
    for (const record of sorted(own)) rows.push({ kind: 'connection', record, level: 1 });
  } else {
    for (const [key, members] of groupsOf(sorted(own), keyOf)) {
      const isOpen = !closedGroups.has(key);
      rows.push({ kind: 'group', key, records: members, isOpen });
      if (isOpen) for (const record of members) rows.push({ kind: 'connection', record, level: 2 });
    }
  }
  if (tools.length > 0) {
    rows.push({ kind: 'devServers', records: tools, isOpen: areDevServersOpen });
    if (areDevServersOpen) for (const record of sorted(tools)) rows.push({ kind: 'connection', record, level: 2 });
  }
  return rows;
}

/** Groups stand where their first member does. */
function groupsOf(
  records: readonly ConnectionRecord[],
  keyOf: (record: ConnectionRecord) => string,
): ReadonlyMap<string, readonly ConnectionRecord[]> {
  const groups = new Map<string, ConnectionRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

type SortKey = string | number | null;
type Context = Pick<ConnectionRowsInput, 'nowMs' | 'protocolOf' | 'downMsOf'>;

const COLLATOR = new Intl.Collator('en', { numeric: true });

const KEYS: Readonly<Record<ConnectionColumn, (record: ConnectionRecord, context: Context) => SortKey>> = {
  url: ({ url }) => url,
  traffic: ({ bytesIn, bytesOut }) => bytesIn + bytesOut,
  protocol: (record, { protocolOf }) => protocolOf(record) || null,
  state: (record) => connectionState(record),
  opened: ({ openedAtMs }) => openedAtMs,
  duration: (record, { nowMs }) => openDurationMs(record, nowMs),
  framesIn: ({ framesIn }) => framesIn,
  framesOut: ({ framesOut }) => framesOut,
  bytesIn: ({ bytesIn }) => bytesIn,
  bytesOut: ({ bytesOut }) => bytesOut,
  close: ({ close }) => close?.code ?? null,
  clean: ({ close }) => close && Number(close.wasClean),
  closedBy: (record) => closedBy(record),
  comeBack: (record, { downMsOf }) => downMsOf(record),
};

/** Stable. What has nothing in the column comes last, whichever way it is sorted. */
function sortedBy(
  records: readonly ConnectionRecord[],
  { column, isDescending }: Sort<ConnectionColumn>,
  context: Context,
): readonly ConnectionRecord[] {
  const keyed = records.map((record) => ({ record, key: KEYS[column](record, context) }));
  const sign = isDescending ? -1 : 1;
  return keyed
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compare(a.key, b.key);
    })
    .map(({ record }) => record);
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
}

/** What a click on a column's head asks for: rising, falling, and no longer. */
export function nextSort<Column extends string>(sort: Sort<Column> | null, column: Column): Sort<Column> | null {
  if (sort?.column !== column) return { column, isDescending: false };
  return sort.isDescending ? null : { column, isDescending: true };
}
