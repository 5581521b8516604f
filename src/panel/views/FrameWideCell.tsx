/** What stands in rows without a frame: gaps, folded heartbeats, marks, and which generation begins. */
import { formatClock } from '../models/format.ts';
import { formatGaps, formatLatency } from '../models/frame-time.ts';
import type { ScopeRow } from '../models/scope-rows.ts';
import { gap } from '../words.ts';
import { FRAME_GRID } from '../words-grids.ts';
import { CloseBadge } from './CloseBadge.tsx';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

export function FrameWideCell({ row: { record, row } }: { readonly row: ScopeRow }) {
  const { lineages, frames } = usePanel();
  switch (row.kind) {
    case 'frame':
      return null;
    case 'gap':
      return <>{gap(row.gap.count, row.gap.reason)}</>;
    case 'beats': {
      const { firstSeq, beats, minGapMs, maxGapMs, firstAtMs } = row.run;
      const answeredMs = beats === 1 ? (frames.indexOf(record.connectionId)?.latencyMs(firstSeq) ?? null) : null;
      return (
        <>
          <span class="beats-count">
            {FRAME_GRID.beats(beats)}
            {minGapMs !== null && maxGapMs !== null && `, ${formatGaps(minGapMs, maxGapMs)}`}
            {answeredMs !== null && `, ${FRAME_GRID.answered(formatLatency(answeredMs))}`}
          </span>
          <span class="beats-since">{formatClock(firstAtMs)}</span>
        </>
      );
    }
    case 'mark':
      return (
        <span class="mark">
          <Icon name="flag" />
          {row.mark.text || FRAME_GRID.moment}
          <span class="beats-since">{formatClock(row.mark.atMs)}</span>
        </span>
      );
    case 'generation': {
      const generations = lineages.value.lineageOf(record.connectionId)?.generations ?? [];
      const number = generations.findIndex(({ connectionId }) => connectionId === record.connectionId) + 1;
      return (
        <>
          <span class="group-name">{FRAME_GRID.generation(number, generations.length)}</span>
          <span class="group-facts">{formatClock(record.openedAtMs ?? record.createdAtMs)}</span>
          <span class="group-facts generation-url">{record.url}</span>
          <CloseBadge record={record} isShort={false} />
        </>
      );
    }
  }
}
