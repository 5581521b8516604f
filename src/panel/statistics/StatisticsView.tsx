/** Statistics over the connections of this recording, or of all that are stored. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { endedAtMs } from '../../analysis/connection-state.ts';
import type { Durations } from '../../analysis/digest/digest.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { formatCount } from '../../words/words.ts';
import type { AllStatistics } from '../analysis-worker/messages.ts';
import type { ChartSpec } from '../models/chart-spec.ts';
import type { PanelState } from '../state/panel-state.ts';
import { EmptyState } from '../views/EmptyState.tsx';
import { Tabs } from '../views/Tabs.tsx';
import { usePanel } from '../views/use-panel.ts';
import { useSize } from '../views/use-size.ts';
import { STATISTICS } from '../words-statistics.ts';
import { Chart } from './Chart.tsx';
import {
  codesChart,
  histogramChart,
  type Measured,
  messageRates,
  messageWords,
  openChart,
  partsChart,
  timesByConnection,
} from './charts.ts';
import './statistics.css';

type Scope = keyof typeof STATISTICS.scopes;

/** Charts stand beside each other from twice this width on; see `.charts`. */
const CHART_PX = 420;
const GAP_PX = 10;
/** Padding and border of a chart. */
const CHART_INSET_PX = 18;

export function StatisticsView() {
  const [scope, setScope] = useState<Scope>('one');
  const root = useRef<HTMLElement>(null);
  const { widthPx } = useSize(root);
  return (
    <section ref={root} class="statistics" aria-label={STATISTICS.label}>
      <div class="statistics-head">
        <Tabs
          label={STATISTICS.scope}
          idPrefix="scope"
          tabs={(Object.keys(STATISTICS.scopes) as Scope[]).map((name) => ({ name, label: STATISTICS.scopes[name] }))}
          shown={scope}
          onShow={(name) => setScope(name)}
        />
        <span>{STATISTICS.leftOut}</span>
      </div>
      {scope === 'one' ? <OneRecording widthPx={widthPx} /> : <AllRecordings widthPx={widthPx} />}
    </section>
  );
}

function OneRecording({ widthPx }: { readonly widthPx: number }) {
  const state = usePanel();
  const { connections, analysis, timeline } = state;
  const records = connections.value;
  const result = analysis.result.value;
  const conversations = analysis.conversations.value;
  const loads = timeline.loads.value;
  const specs = useMemo(() => {
    if (!result) return [];
    const { openOverTime, durations, idleBeforeClose, closes, byEndpoint } = result.statistics;
    return [
      openChart(openOverTime, state.nowMs()),
      ratesOf(state, records),
      histogramChart('durations', durations),
      histogramChart('idle', idleBeforeClose),
      codesChart(closes),
      timesByConnection(
        'roundTrips',
        measured(state, (id) => conversations.get(id)?.heartbeat?.roundTrip ?? null),
      ),
      timesByConnection(
        'latency',
        measured(state, (id) => conversations.get(id)?.latency ?? null),
      ),
      partsChart('endpoints', byEndpoint),
    ];
  }, [records, result, loads]);
  return (
    <>
      {result && result.statistics.connections > 0 && (
        <p class="note">{messageWords(result.statistics.messages).join('; ')}</p>
      )}
      <Charts specs={specs} widthPx={widthPx} />
    </>
  );
}

function measured({ connections }: PanelState, of: (connectionId: string) => Durations | null): readonly Measured[] {
  return connections.peek().flatMap((record) => {
    const found = of(record.connectionId);
    return found ? [{ record, durations: found }] : [];
  });
}

function ratesOf({ timeline, nowMs }: PanelState, records: readonly ConnectionRecord[]): ChartSpec | null {
  const buckets = records.flatMap(({ connectionId }) => timeline.bucketsOf(connectionId) ?? []);
  const fromMs = Math.min(...records.map(({ createdAtMs }) => createdAtMs));
  const toMs = Math.max(...records.map((record) => endedAtMs(record) ?? nowMs()));
  return messageRates(buckets, fromMs, toMs);
}

function AllRecordings({ widthPx }: { readonly widthPx: number }) {
  const { analysis, nowMs } = usePanel();
  const [read, setRead] = useState<AllStatistics | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    analysis.countAll().then(
      (found) => isWanted && setRead(found),
      (error: unknown) => isWanted && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isWanted = false;
    };
  }, []);
  const specs = useMemo(() => {
    if (!read) return [];
    const { byHourOfDay, byEndpoint, durations, idleBeforeClose, closes, openOverTime } = read.statistics;
    return [
      partsChart('hours', byHourOfDay),
      partsChart('endpoints', byEndpoint),
      histogramChart('durations', durations),
      histogramChart('idle', idleBeforeClose),
      codesChart(closes),
      openChart(openOverTime, nowMs()),
    ];
  }, [read]);
  if (problem !== null) return <EmptyState words={[STATISTICS.notRead(problem), '']} />;
  if (!read) return <EmptyState words={[STATISTICS.reading, '']} />;
  return (
    <>
      <p class="note">
        {STATISTICS.recordings(formatCount(read.recordings), formatCount(read.statistics.connections))}
      </p>
      <Charts specs={specs} widthPx={widthPx} />
    </>
  );
}

interface ChartsProps {
  readonly specs: readonly (ChartSpec | null)[];
  readonly widthPx: number;
}

function Charts({ specs, widthPx }: ChartsProps) {
  const there = specs.filter((spec) => spec !== null);
  if (there.length === 0) return <EmptyState words={STATISTICS.nothing} />;
  const insidePx = widthPx - 2 * GAP_PX;
  const columns = Math.max(1, Math.floor((insidePx + GAP_PX) / (CHART_PX + GAP_PX)));
  const chartPx = Math.floor((insidePx - (columns - 1) * GAP_PX) / columns) - CHART_INSET_PX;
  return (
    <div class="charts">
      {there.map((spec) => (
        <Chart key={spec.id} spec={spec} widthPx={chartPx} />
      ))}
    </div>
  );
}
