/** The traffic of a connection, drawn small. What it shows is told by the columns beside it, and by the timeline. */
import { useMemo } from 'preact/hooks';
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { sparkBars, sparkPath } from '../models/sparkline.ts';
import { usePanel } from './use-panel.ts';

const BARS = 22;
const STEP_PX = 3;
const HEIGHT_PX = 13;
/** How often one that lives moves on. */
const MOVE_MS = 1_000;

export function Sparkline({ record }: { readonly record: ConnectionRecord }) {
  const { timeline, clockMs } = usePanel();
  const loads = timeline.loads.value;
  const toMs = endedAtMs(record) ?? Math.ceil(clockMs.value / MOVE_MS) * MOVE_MS;
  const path = useMemo(() => {
    const buckets = timeline.bucketsOf(record.connectionId);
    if (!buckets) return '';
    return sparkPath(sparkBars(buckets, record.createdAtMs, toMs, BARS), STEP_PX, HEIGHT_PX);
  }, [record.connectionId, loads, toMs]);
  return (
    <svg
      class="sparkline"
      width={BARS * STEP_PX}
      height={HEIGHT_PX}
      viewBox={`0 0 ${BARS * STEP_PX} ${HEIGHT_PX}`}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
