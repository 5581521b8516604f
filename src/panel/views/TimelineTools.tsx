/** The timeline's buttons, in the corner above the names of its lanes, and the time span that is selected. */
import { formatDuration } from '../models/format.ts';
import type { Chart } from '../timeline/chart.ts';
import type { Gestures } from '../timeline/gestures.ts';
import { momentWords } from '../timeline/place.ts';
import { TIMELINE } from '../words-timeline.ts';
import { Icon, type IconName } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

const ZOOM_STEP = 1.6;

export interface TimelineToolsProps {
  readonly chart: Chart;
  readonly gestures: Gestures;
}

export function TimelineTools({ chart, gestures }: TimelineToolsProps) {
  const { timeline, hasLiving } = usePanel();
  const view = timeline.view.value;
  const zoomBy = (factor: number) => {
    const { fromMs, toMs } = timeline.shown();
    timeline.zoom(factor, view.kind === 'end' ? toMs : (fromMs + toMs) / 2);
  };
  return (
    <>
      <div class="timeline-tools" role="toolbar" aria-label={TIMELINE.tools}>
        <Tool
          icon="brush"
          label={TIMELINE.brush}
          isOn={gestures.isBrushing.value}
          onClick={() => gestures.setBrushing(!gestures.isBrushing.peek())}
        />
        <Tool icon="zoomOut" label={TIMELINE.zoomOut} isOff={view.kind === 'all'} onClick={() => zoomBy(ZOOM_STEP)} />
        <Tool icon="zoomIn" label={TIMELINE.zoomIn} onClick={() => zoomBy(1 / ZOOM_STEP)} />
        <Tool icon="fit" label={TIMELINE.showAll} isOff={view.kind === 'all'} onClick={() => timeline.follow()} />
        {view.kind === 'fixed' && hasLiving.value && (
          <Tool icon="toEnd" label={TIMELINE.toEnd} onClick={() => timeline.goToEnd()} />
        )}
      </div>
      <BrushChip chart={chart} />
    </>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  /** A switch, and whether it is on. */
  readonly isOn?: boolean;
  readonly isOff?: boolean;
  onClick(): void;
}

function Tool({ icon, label, isOn, isOff = false, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class={`timeline-tool ${isOn ? 'is-on' : ''}`}
      title={label}
      aria-label={label}
      aria-pressed={isOn}
      disabled={isOff}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Says to which part of time lists of frames are limited, and lifts the limit. */
function BrushChip({ chart }: { readonly chart: Chart }) {
  const { timeline } = usePanel();
  const brush = timeline.brush.value;
  timeline.view.value; // as exact as the axis is
  if (!brush) return null;
  const input = chart.input();
  return (
    <div class="timeline-chip" style={{ top: `${input.bands.axisPx}px` }}>
      <span class="visually-hidden">{TIMELINE.brushed}: </span>
      {TIMELINE.span(
        momentWords(input, brush.fromMs),
        momentWords(input, brush.toMs),
        formatDuration(brush.toMs - brush.fromMs),
      )}
      <button
        type="button"
        title={TIMELINE.clearBrush}
        aria-label={TIMELINE.clearBrush}
        onClick={() => timeline.setBrush(null)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
