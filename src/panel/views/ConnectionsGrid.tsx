/** The grid "Connections": one row per WebSocket of the page. */
import type { ComponentChildren } from 'preact';
import { closedBy, connectionState, flagOf, openDurationMs } from '../../analysis/connection-state.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { familyBadgeOf } from '../models/families.ts';
import { formatBytes, formatClock, formatCount, formatDuration } from '../models/format.ts';
import { splitUrl } from '../models/url-name.ts';
import type { PanelState } from '../state/panel-state.ts';
import {
  CLOSED_BY,
  CLOSED_BY_HINT,
  CONNECTIONS,
  EMPTY,
  hiddenByNavigation,
  NO,
  SEEN_FROM_OUTSIDE,
  STATES,
  YES,
} from '../words.ts';
import { CloseBadge } from './CloseBadge.tsx';
import { EmptyState } from './EmptyState.tsx';
import { FamilyTag } from './FamilyTag.tsx';
import { usePanel } from './use-panel.ts';
import { type GridColumn, VirtualGrid } from './VirtualGrid.tsx';

type ColumnId = keyof typeof CONNECTIONS.columns;

/** From the least width on, in which they leave the URL enough room. */
const COLUMNS: readonly GridColumn<ColumnId>[] = (
  [
    { id: 'url', widthPx: 'rest' },
    { id: 'protocol', widthPx: 112, minGridPx: 1320 },
    { id: 'state', widthPx: 88, narrowPx: 80 },
    { id: 'opened', widthPx: 104, minGridPx: 1120 },
    { id: 'duration', widthPx: 82, minGridPx: 440, isNumber: true },
    { id: 'framesIn', widthPx: 80, minGridPx: 720, isNumber: true },
    { id: 'framesOut', widthPx: 88, minGridPx: 720, isNumber: true },
    { id: 'bytesIn', widthPx: 78, minGridPx: 1000, isNumber: true },
    { id: 'bytesOut', widthPx: 84, minGridPx: 1000, isNumber: true },
    { id: 'close', widthPx: 250, narrowPx: 66 },
    { id: 'clean', widthPx: 58, minGridPx: 1200 },
    { id: 'closedBy', widthPx: 104, minGridPx: 620 },
  ] as const
).map((column) => ({ ...column, title: CONNECTIONS.columns[column.id] }));

export interface ConnectionsGridProps {
  /** Enter on a row. */
  onOpen(): void;
}

export function ConnectionsGrid({ onOpen }: ConnectionsGridProps) {
  const state = usePanel();
  const records = state.listed.value;
  const selectedId = state.selected.value?.connectionId ?? null;
  const select = (row: number) => {
    const record = records[row];
    if (record) state.select(record.connectionId);
  };
  return (
    <VirtualGrid
      label={CONNECTIONS.label}
      columns={COLUMNS}
      rowCount={records.length}
      selectedRow={selectedId === null ? null : records.findIndex(({ connectionId }) => connectionId === selectedId)}
      selectedKey={selectedId}
      cell={(row, column, isNarrow) => {
        const record = records[row];
        return record && CELLS[column](record, state, isNarrow);
      }}
      rowClass={(row) => classOf(records[row])}
      onSelect={select}
      onOpen={onOpen}
    >
      <NoConnections />
    </VirtualGrid>
  );
}

function classOf(record: ConnectionRecord | undefined): string {
  if (!record) return '';
  return [
    flagOf(record) === 'abnormal' && closedBy(record) !== 'socketscope' ? 'is-abnormal' : '',
    record.goneAtMs !== null ? 'is-gone' : '',
  ].join(' ');
}

const CELLS: Readonly<
  Record<ColumnId, (record: ConnectionRecord, state: PanelState, isNarrow: boolean) => ComponentChildren>
> = {
  url: (record, state) => <UrlCell record={record} isPageGone={isPageGone(record, state)} />,
  protocol: ({ protocol }) => protocol,
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
  clean: ({ close }) => close && (close.wasClean ? YES : NO),
  closedBy: (record) => {
    const by = closedBy(record);
    return by && <span title={CLOSED_BY_HINT[by]}>{CLOSED_BY[by]}</span>;
  },
};

/** No frames is not the same as none told. */
function hasFramesTold({ seenBy, nextSeq }: ConnectionRecord): boolean {
  return seenBy !== 'network' || nextSeq > 0;
}

function UrlCell({ record, isPageGone }: { readonly record: ConnectionRecord; readonly isPageGone: boolean }) {
  const { origin, rest } = splitUrl(record.url);
  return (
    <span class="url" title={record.url}>
      <span class="url-text">
        {origin !== '' && <span class="url-origin">{origin}</span>}
        <span class="url-rest">{rest}</span>
      </span>
      {record.seenBy !== 'page' && (
        <span class="tag" title={SEEN_FROM_OUTSIDE[record.seenBy].hint}>
          {SEEN_FROM_OUTSIDE[record.seenBy].tag}
        </span>
      )}
      {isPageGone && <span class="tag">{CONNECTIONS.pageGone}</span>}
    </span>
  );
}

function isPageGone(record: ConnectionRecord, { recording }: PanelState): boolean {
  const document = recording.documents.value.get(record.documentId);
  return (document?.goneAtMs ?? null) !== null;
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
