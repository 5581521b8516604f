/**
 * One chart, drawn by uPlot in the colours of the theme, with its numbers as a table for those who do not see it. What the
 * pointer is at is written below the title.
 */
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { currentDateLocale, formatCount } from '../../words/words.ts';
import type { ChartColour, ChartMarker, ChartSpec } from '../models/chart-spec.ts';
import { formatClock, formatDuration } from '../models/format.ts';
import { usePanel } from '../views/use-panel.ts';
import { STATISTICS } from '../words-statistics.ts';

const HEIGHT_PX = 160;
/** Labels of places are this far apart at least. */
const LABEL_PX = 46;
const BAR_SHARE = 0.8;
const MAX_BAR_PX = 40;

/** The axis of time or places. */
const AXIS = { size: 26, gap: 2 } as const;
const LONG_MS = 24 * 3_600_000;
const DAY_CLOCK: Intl.DateTimeFormatOptions = { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' };

const COLOURS: Readonly<Record<ChartColour, string>> = {
  in: '--frame-in',
  out: '--frame-out',
  open: '--good',
  abnormal: '--abnormal',
  simulated: '--simulated',
  suspicious: '--suspicious',
  neutral: '--timeline-end',
  accent: '--accent',
};

export function Chart({ spec, widthPx }: { readonly spec: ChartSpec; readonly widthPx: number }) {
  const { theme } = usePanel();
  const ground = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const [pointed, setPointed] = useState<number | null>(null);
  const shownTheme = theme.value;

  useLayoutEffect(() => {
    const element = ground.current;
    if (!element || widthPx <= 0) return undefined;
    const plot = new uPlot(optionsOf(spec, widthPx, styleOf(element), setPointed), dataOf(spec), element);
    return () => plot.destroy();
  }, [spec, widthPx, shownTheme]);

  return (
    <figure class="chart" aria-labelledby={titleId}>
      <figcaption>
        <h3 id={titleId}>{spec.title}</h3>
        <span class="chart-hint">{pointed === null ? spec.hint : pointedWords(spec, pointed)}</span>
        <Legend spec={spec} />
      </figcaption>
      <div ref={ground} class="chart-ground" style={{ height: `${HEIGHT_PX}px` }} aria-hidden="true" />
      <Table spec={spec} />
    </figure>
  );
}

function Legend({ spec: { series, markers } }: { readonly spec: ChartSpec }) {
  if (series.length < 2 && markers.length === 0) return null;
  return (
    <span class="chart-legend">
      {series.map(({ label, colour }) => (
        <span key={label}>
          <i style={{ background: `var(${COLOURS[colour]})` }} /> {label}
        </span>
      ))}
    </span>
  );
}

/** Closed until somebody wants it; there for screen readers all the same. */
function Table({ spec: { table, markers } }: { readonly spec: ChartSpec }) {
  const { columns, rows, more } = table;
  return (
    <details class="chart-table">
      <summary>{STATISTICS.asTable}</summary>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells], i) => (
            <tr key={`${i} ${head}`}>
              <th scope="row">{head}</th>
              {cells.map((cell, k) => (
                <td key={columns[k + 1]} class="number">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="faint">{STATISTICS.more(formatCount(more))}</p>}
      {markers.length > 0 && (
        <dl>
          {markers.map(({ label, title }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{title}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

interface Style {
  readonly text: string;
  readonly grid: string;
  readonly font: string;
  readonly colour: (name: ChartColour) => string;
}

function styleOf(element: Element): Style {
  const style = getComputedStyle(element);
  const value = (property: string) => style.getPropertyValue(property).trim();
  return {
    text: value('--text-faint'),
    grid: value('--timeline-grid'),
    font: `11px ${style.fontFamily}`,
    colour: (name) => value(COLOURS[name]),
  };
}

function dataOf({ axis, xs, series }: ChartSpec): uPlot.AlignedData {
  // uPlot counts time in seconds.
  const places = axis.kind === 'time' ? xs.map((atMs) => atMs / 1_000) : [...xs];
  return [places, ...series.map(({ values }) => [...values])];
}

function optionsOf(
  spec: ChartSpec,
  widthPx: number,
  style: Style,
  onPointed: (index: number | null) => void,
): uPlot.Options {
  const { axis, series, unit, markers } = spec;
  const isTime = axis.kind === 'time';
  const line: Partial<uPlot.Axis> = {
    stroke: style.text,
    font: style.font,
    grid: { stroke: style.grid, width: 1 },
    ticks: { stroke: style.grid, width: 1, size: 4 },
  };
  return {
    width: widthPx,
    height: HEIGHT_PX,
    padding: [markers.length > 0 ? 18 : 8, isTime ? 28 : 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: isTime ? { time: true } : { time: false, range: [-0.6, axis.labels.length - 0.4] },
      y: { range: (_, __, max) => [0, Math.max(unit === 'count' ? 1 : 0, max * 1.1) || 1] },
    },
    axes: [
      isTime
        ? { ...line, ...AXIS, space: 70, values: (_, splits) => splits.map((atS) => clockWords(atS * 1_000, spec)) }
        : { ...line, ...AXIS, grid: { show: false }, ...placesAxis(axis.labels) },
      {
        ...line,
        size: 48,
        incrs: unit === 'count' ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000] : undefined,
        values: (_, splits) => splits.map((value) => valueWords(value, unit)),
      } as uPlot.Axis,
    ],
    series: [{}, ...series.map((_, i) => seriesOptions(spec, i, style))],
    hooks: {
      draw: [(plot) => drawMarkers(plot, spec, style)],
      setCursor: [({ cursor: { idx } }) => onPointed(idx ?? null)],
    },
  };
}

/** To the second, or, over many days, to the minute with its day. */
function clockWords(atMs: number, { xs }: ChartSpec): string {
  const isLong = (xs.at(-1) ?? 0) - (xs[0] ?? 0) > LONG_MS;
  return isLong ? new Date(atMs).toLocaleString(currentDateLocale(), DAY_CLOCK) : formatClock(atMs).slice(0, 8);
}

function placesAxis(labels: readonly string[]): Partial<uPlot.Axis> {
  return {
    splits: ({ bbox }) => {
      const widthPx = bbox.width / devicePixelRatio;
      const step = Math.max(1, Math.ceil((labels.length * LABEL_PX) / Math.max(1, widthPx)));
      return labels.map((_, i) => i).filter((i) => i % step === 0);
    },
    values: ({ bbox }, splits) => {
      const roomPx = bbox.width / devicePixelRatio / Math.max(1, splits.length);
      return splits.map((i) => cut(labels[i] ?? '', roomPx));
    },
  };
}

/** About as much of a label as there is room for. */
function cut(label: string, roomPx: number): string {
  const chars = Math.max(3, Math.floor(roomPx / 6.5));
  return label.length <= chars ? label : `${label.slice(0, chars - 1)}…`;
}

function seriesOptions({ kind, series }: ChartSpec, index: number, style: Style): uPlot.Series {
  const colour = style.colour(series[index]?.colour ?? 'accent');
  const paths = uPlot.paths;
  if (kind === 'bars') {
    // Series stand beside each other, or on the same place where only one of them has a value.
    const isShared = series.every(({ values }, i) =>
      values.every((value, k) => value === null || series.every((other, j) => j === i || other.values[k] === null)),
    );
    const lanes = isShared ? 1 : series.length;
    const bars = paths.bars?.({
      size: [BAR_SHARE / lanes, MAX_BAR_PX],
      align: lanes === 1 ? 0 : index === 0 ? -1 : 1,
      gap: lanes === 1 ? 0 : 1,
    });
    return { fill: colour, stroke: colour, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) };
  }
  const stepped = kind === 'steps' ? paths.stepped?.({ align: 1 }) : undefined;
  return {
    stroke: colour,
    width: 1.5,
    fill: `color-mix(in srgb, ${colour} 18%, transparent)`,
    points: { show: false },
    ...(stepped ? { paths: stepped } : {}),
  };
}

/** Dashed, with its name above where there is room; those at which most is come first. */
function drawMarkers(plot: uPlot, { markers, series }: ChartSpec, { text, font }: Style): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const heapAt = ({ x }: ChartMarker) => series.reduce((sum, { values }) => sum + (values[x] ?? 0), 0);
  const named: { readonly fromPx: number; readonly toPx: number }[] = [];
  ctx.save();
  ctx.strokeStyle = text;
  ctx.fillStyle = text;
  ctx.lineWidth = ratio;
  ctx.font = font.replace('11px', `${10 * ratio}px`);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  for (const marker of [...markers].sort((a, b) => heapAt(b) - heapAt(a) || a.x - b.x)) {
    const left = Math.round(plot.valToPos(marker.x, 'x', true));
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    const half = ctx.measureText(marker.label).width / 2 + 3 * ratio;
    const room = { fromPx: left - half, toPx: left + half };
    if (named.some(({ fromPx, toPx }) => room.fromPx < toPx && room.toPx > fromPx)) continue;
    ctx.fillText(marker.label, left, bbox.top - 2 * ratio);
    named.push(room);
  }
  ctx.restore();
}

function pointedWords(spec: ChartSpec, index: number): string {
  const { axis, xs, series, unit, markers } = spec;
  const where = axis.kind === 'time' ? formatClock(xs[index] ?? 0) : (axis.labels[index] ?? '');
  const values = series.flatMap(({ label, values: all }) => {
    const value = all[index];
    return value === null || value === undefined ? [] : [`${label} ${valueWords(value, unit)}`];
  });
  const lines = markers.filter(({ x }) => x === index).map(({ label, title }) => `${label}: ${title}`);
  return [where, ...values, ...lines].join(' · ');
}

function valueWords(value: number, unit: ChartSpec['unit']): string {
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'perSecond') return value < 10 ? String(Number(value.toFixed(1))) : formatCount(Math.round(value));
  return formatCount(value);
}
