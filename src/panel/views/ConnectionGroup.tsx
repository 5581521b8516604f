/** The row of a group: what it is, and the sums of those in it. */
import { closedBy, connectionState, endedAtMs, flagOf } from '../../analysis/connection-state.ts';
import { isOutsideDocument } from '../../protocol/outside.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { ConnectionRow, Grouping } from '../models/connection-rows.ts';
import { formatBytes } from '../models/format.ts';
import type { PanelState } from '../state/panel-state.ts';
import { STATES } from '../words.ts';
import { GROUPS } from '../words-grids.ts';
import { usePanel } from './use-panel.ts';

export interface ConnectionGroupProps {
  readonly row: Exclude<ConnectionRow, { readonly kind: 'connection' }>;
}

export function ConnectionGroup({ row }: ConnectionGroupProps) {
  const state = usePanel();
  if (row.kind === 'devServers') {
    return (
      <span class="group-name" title={GROUPS.devServersHint}>
        {GROUPS.devServers(row.records.length)}
      </span>
    );
  }
  const [first] = row.records;
  const name = first ? NAMES[state.connectionList.grouping.value](first, state) : '';
  const abnormal = row.records.filter(isLost).length;
  const open = row.records.filter((record) => endedAtMs(record) === null).length;
  return (
    <>
      <span class="group-name" title={name}>
        {name}
      </span>
      <span class="group-facts">
        {GROUPS.connections(row.records.length)}
        {open > 0 && ` · ${GROUPS.open(open)}`}
        {` · ${GROUPS.frames(sumOf(row.records, ({ framesIn, framesOut }) => framesIn + framesOut))}`}
        {` · ${formatBytes(sumOf(row.records, ({ bytesIn, bytesOut }) => bytesIn + bytesOut))}`}
        {abnormal > 0 && (
          <>
            {' · '}
            <span class="is-bad">{GROUPS.abnormal(abnormal)}</span>
          </>
        )}
      </span>
    </>
  );
}

const NAMES: Readonly<Record<Grouping, (record: ConnectionRecord, state: PanelState) => string>> = {
  none: () => '',
  lineage: ({ connectionId, url }, { lineages }) => lineages.value.lineageOf(connectionId)?.endpoint ?? url,
  url: ({ url }) => url,
  frame: ({ documentId }, { recording }) => {
    const document = recording.documents.value.get(documentId);
    const kind = isOutsideDocument(documentId)
      ? GROUPS.worker
      : document?.frameId === 0
        ? GROUPS.topFrame
        : GROUPS.iframe;
    return document ? `${kind} ${document.url}` : kind;
  },
  state: (record) => STATES[connectionState(record)],
};

function isLost(record: ConnectionRecord): boolean {
  return flagOf(record) === 'abnormal' && closedBy(record) !== 'socketscope';
}

function sumOf(records: readonly ConnectionRecord[], of: (record: ConnectionRecord) => number): number {
  return records.reduce((sum, record) => sum + of(record), 0);
}
