/** The grid "Connections": one row per WebSocket of the page, sorted and grouped as the user likes. */

import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { closedBy, connectionState, endedAtMs, flagOf, openDurationMs } from '../../analysis/connection-state.ts';
import type { Reconnect } from '../../analysis/reconnects.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { formatCount } from '../../words/words.ts';
import { type ConnectionColumn, type ConnectionRow, GROUPINGS } from '../models/connection-rows.ts';
import { familyBadgeOf } from '../models/families.ts';
import { formatBytes, formatClock, formatDuration } from '../models/format.ts';
import { splitUrl } from '../models/url-name.ts';
import type { PanelState } from '../state/panel-state.ts';
import {
  ANSWERS,
  CLOSED_BY,
  CLOSED_BY_HINT,
  CONNECTIONS,
  EMPTY,
  hiddenByNavigation,
  STATES,
  SUMMARY,
} from '../words.ts';
import { COME_BACK_SHORT, COME_BACKS, GRID_MENU, GROUPING_NAMES } from '../words-grids.ts';
import { CloseBadge } from './CloseBadge.tsx';
import { ConnectionGroup } from './ConnectionGroup.tsx';
import { ConnectionTags } from './ConnectionTags.tsx';
import { CONNECTION_CHOICES, CONNECTION_TITLES } from './column-titles.ts';
import { EmptyState } from './EmptyState.tsx';
import { FamilyTag } from './FamilyTag.tsx';
import { GridMenuButton } from './GridMenuButton.tsx';
import { PopupMenu, type PopupSection } from './PopupMenu.tsx';
import { Sparkline } from './Sparkline.tsx';
import { usePanel } from './use-panel.ts';
import { type GridColumn, type Point, type TreePlace, VirtualGrid } from './VirtualGrid.tsx';

/** From the least width on, in which they leave the URL enough room. */
const COLUMNS: readonly GridColumn<ConnectionColumn>[] = (
  [
    { id: 'url', widthPx: 'rest' },
    { id: 'traffic', widthPx: 78, minGridPx: 980 },
    { id: 'protocol', widthPx: 112, minGridPx: 1320 },
    { id: 'state', widthPx: 80, narrowPx: 74 },
    { id: 'opened', widthPx: 104, minGridPx: 1440 },
    { id: 'duration', widthPx: 78, minGridPx: 440, isNumber: true },
    { id: 'framesIn', widthPx: 78, minGridPx: 720, isNumber: true },
    { id: 'framesOut', widthPx: 84, minGridPx: 720, isNumber: true },
    { id: 'bytesIn', widthPx: 78, minGridPx: 1120, isNumber: true },
    { id: 'bytesOut', widthPx: 84, minGridPx: 1120, isNumber: true },
    { id: 'close', widthPx: 272, narrowPx: 66 },
    { id: 'clean', widthPx: 56, minGridPx: 1180 },
    { id: 'closedBy', widthPx: 100, minGridPx: 1060 },
    { id: 'comeBack', widthPx: 104, narrowPx: 74 },
  ] as const
).map((column) => ({
  ...column,
  title: CONNECTION_TITLES[column.id],
  ...(column.id === 'comeBack' ? { narrowTitle: COME_BACK_SHORT.title } : {}),
}));

export interface ConnectionsGridProps {
  /** Enter on a row. */
  onOpen(): void;
}

export function ConnectionsGrid({ onOpen }: ConnectionsGridProps) {
  const state = usePanel();
  const { connectionList } = state;
  const rows = connectionList.rows.value;
  const shown = connectionList.columns.shown.value;
  const sort = connectionList.sort.value;
  const isTree = rows.some(({ kind }) => kind !== 'connection');
  const selectedId = state.selected.value?.connectionId ?? null;
  const [menuAt, setMenuAt] = useState<Point | null>(null);
  /** A group that the keyboard is at; connections are selected for the whole panel. */
  const [groupKey, setGroupKey] = useState<string | null>(null);
  const isSelected = (row: ConnectionRow) =>
    groupKey === null
      ? row.kind === 'connection' && row.record.connectionId === selectedId
      : row.kind !== 'connection' && keyOf(row) === groupKey;
  const selectedRow = rows.findIndex(isSelected);

  function select(at: number): void {
    const row = rows[at];
    if (!row) return;
    setGroupKey(row.kind === 'connection' ? null : keyOf(row));
    if (row.kind === 'connection') state.select(row.record.connectionId);
  }

  return (
    <>
      <VirtualGrid
        label={CONNECTIONS.label}
        columns={COLUMNS.filter(({ id }) => id === 'url' || shown.has(id))}
        rowCount={rows.length}
        selectedRow={selectedRow < 0 ? null : selectedRow}
        selectedKey={groupKey ?? selectedId}
        cell={(at, column, isNarrow) => {
          const row = rows[at];
          return row?.kind === 'connection' && CELLS[column](row.record, state, isNarrow);
        }}
        wideCell={(at) => {
          const row = rows[at];
          return row && row.kind !== 'connection' ? <ConnectionGroup row={row} /> : null;
        }}
        rowClass={(at) => classOf(rows[at])}
        onSelect={select}
        onOpen={onOpen}
        sort={sort}
        onSort={connectionList.sortBy}
        treePlace={isTree ? (at) => placeOf(rows[at]) : undefined}
        onExpand={(at, isOpen) => {
          const row = rows[at];
          if (row) connectionList.expand(row, isOpen);
        }}
        onMenu={(_, at) => setMenuAt(at)}
        followsEnd={sort === null && !isTree}
        corner={<GridMenuButton label={GRID_MENU.button} isOpen={menuAt !== null} onMenu={setMenuAt} />}
      >
        <NoConnections />
      </VirtualGrid>
      {menuAt && <GridMenu at={menuAt} onClose={() => setMenuAt(null)} />}
    </>
  );
}

/** Which columns there are, and how the rows are grouped. */
function GridMenu({ at, onClose }: { readonly at: Point; onClose(): void }) {
  const { columns, grouping, groupBy } = usePanel().connectionList;
  const close = useCallback(onClose, []);
  const sections: readonly PopupSection[] = [
    {
      title: GRID_MENU.groupBy,
      items: GROUPINGS.map((name) => ({
        label: GROUPING_NAMES[name],
        kind: 'radio',
        isChecked: grouping.value === name,
        run: () => groupBy(name),
      })),
    },
    {
      title: GRID_MENU.columns,
      items: CONNECTION_CHOICES.map((id) => ({
        label: CONNECTION_TITLES[id],
        kind: 'check',
        isChecked: columns.shown.value.has(id),
        run: () => columns.toggle(id),
      })),
    },
  ];
  return <PopupMenu label={GRID_MENU.button} at={at} sections={sections} onClose={close} />;
}

function keyOf(row: ConnectionRow): string {
  return row.kind === 'group' ? `group ${row.key}` : row.kind;
}

function placeOf(row: ConnectionRow | undefined): TreePlace {
  if (!row) return { level: 1, isExpanded: null };
  return row.kind === 'connection' ? { level: row.level, isExpanded: null } : { level: 1, isExpanded: row.isOpen };
}

function classOf(row: ConnectionRow | undefined): string {
  if (row?.kind !== 'connection') return 'is-group';
  const { record } = row;
  return [
    flagOf(record) === 'abnormal' && closedBy(record) !== 'socketscope' ? 'is-abnormal' : '',
    record.goneAtMs !== null ? 'is-gone' : '',
  ].join(' ');
}

const CELLS: Readonly<
  Record<ConnectionColumn, (record: ConnectionRecord, state: PanelState, isNarrow: boolean) => ComponentChildren>
> = {
  url: (record) => <UrlCell record={record} />,
  traffic: (record) => <Sparkline record={record} />,
  protocol: (record, { connectionList }) => (
    <span title={connectionList.protocolOf(record)}>{connectionList.protocolOf(record)}</span>
  ),
  state: (record) => {
    const name = connectionState(record);
    return <span class={`state state-${name}`}>{STATES[name]}</span>;
  },
  opened: ({ openedAtMs }) => openedAtMs !== null && formatClock(openedAtMs),
  duration: (record, { clockMs }) => {
    const durationMs = openDurationMs(record, clockMs.value);
    return durationMs !== null && formatDuration(durationMs);
  },
  framesIn: (record) => hasFramesTold(record) && formatCount(record.framesIn),
  framesOut: (record) => hasFramesTold(record) && formatCount(record.framesOut),
  bytesIn: (record) => hasFramesTold(record) && formatBytes(record.bytesIn),
  bytesOut: (record) => hasFramesTold(record) && formatBytes(record.bytesOut),
  close: (record, _, isNarrow) => (
    <>
      <CloseBadge record={record} isShort={isNarrow} />
      {!isNarrow && <Family record={record} />}
    </>
  ),
  clean: ({ close }) => close && (close.wasClean ? ANSWERS.yes : ANSWERS.no),
  closedBy: (record) => {
    const by = closedBy(record);
    return by && <span title={CLOSED_BY_HINT[by]}>{CLOSED_BY[by]}</span>;
  },
  comeBack: (record, { lineages }, isNarrow) => (
    <ComeBack record={record} reconnect={lineages.value.reconnectOf(record.connectionId)} isShort={isNarrow} />
  ),
};

interface ComeBackProps {
  readonly record: ConnectionRecord;
  readonly reconnect: Reconnect | undefined;
  /** Just how long it took; the head says what. */
  readonly isShort: boolean;
}

/** Whether another has come in its place. Where nobody would expect one, and none has come, nothing is said. */
function ComeBack({ record, reconnect, isShort }: ComeBackProps) {
  if (endedAtMs(record) === null) return null;
  if (!reconnect) {
    const isExpected = flagOf(record) === 'abnormal' || closedBy(record) === 'server';
    return isExpected && <span title={SUMMARY.notTried}>{COME_BACKS.no}</span>;
  }
  const { downMs, attempts } = reconnect;
  if (downMs === null) return <span title={SUMMARY.tried(attempts)}>{COME_BACKS.notYet}</span>;
  const down = formatDuration(downMs);
  return (
    <span class="came-back" title={SUMMARY.reopened(down, attempts)}>
      {isShort ? down : COME_BACKS.after(down)}
    </span>
  );
}

/** No frames is not the same as none told. */
function hasFramesTold({ seenBy, nextSeq }: ConnectionRecord): boolean {
  return seenBy !== 'network' || nextSeq > 0;
}

function UrlCell({ record }: { readonly record: ConnectionRecord }) {
  const { origin, rest } = splitUrl(record.url);
  return (
    <span class="url" title={record.url}>
      <span class="url-text">
        {origin !== '' && <span class="url-origin">{origin}</span>}
        <span class="url-rest">{rest}</span>
      </span>
      <ConnectionTags record={record} />
    </span>
  );
}

/** Whose doing a 1006 was. */
function Family({ record }: { readonly record: ConnectionRecord }) {
  const badge = familyBadgeOf(record, usePanel().analysis.families.value);
  return badge && <FamilyTag {...badge} />;
}

function NoConnections() {
  const state = usePanel();
  const { recording } = state;
  if (recording.status.value !== 'attached') {
    const isStuck = recording.failure.value !== null || recording.status.value === 'orphaned';
    return <EmptyState words={isStuck ? EMPTY.failed : EMPTY.connecting} />;
  }
  if (state.connections.value.length > 0) return <EmptyState words={EMPTY.filtered} />;
  const hidden = recording.connections.value.length;
  return (
    <EmptyState words={recording.isRecording.value ? EMPTY.recording : EMPTY.paused}>
      {hidden > 0 && <p>{hiddenByNavigation(hidden)}</p>}
    </EmptyState>
  );
}
