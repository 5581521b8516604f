/**
 * The timeline of a recording as a picture: one lane for each logical session, a bar for each of its connections, a mark for
 * each end, below them what happened around. SVG without scripts and without styles of its own; classes are the report's.
 */
import { endedAtMs } from '../../analysis/connection-state.ts';
import { lineagesOf } from '../../analysis/lineage.ts';
import type { ConnectionRecord, ContextRecord } from '../../protocol/records.ts';
import { type AnalysedRecording, spanOf } from './analyse-recording.ts';
import { escapeHtml } from './escape-html.ts';
import { spanWords } from './report.ts';
import { REPORT } from './words.ts';

const WIDTH = 1_000;
const LABEL_WIDTH = 190;
const LANE_HEIGHT = 22;
const AXIS_HEIGHT = 26;
const MAX_LANES = 60;
const MAX_LABEL_CHARS = 28;
/** More than can be told apart on this width. */
const MAX_CONNECTIONS_PER_LANE = 400;
const MAX_CONTEXT = 300;
const TICKS = 5;

/** Kinds of context that are drawn, and in which class. */
const CONTEXT_CLASSES: Readonly<Partial<Record<ContextRecord['kind'], string>>> = {
  offline: 'bad',
  blocked: 'bad',
  frozen: 'dim',
  hidden: 'dim',
  woke: 'bad',
  marker: 'mark',
  dropped: 'drop',
  faultStarted: 'drop',
};

export function timelineSvg(analysed: AnalysedRecording): string {
  const { connections, context } = analysed.facts;
  const [fromMs, toMs] = spanOf(analysed);
  const scale = (atMs: number) =>
    LABEL_WIDTH +
    ((Math.min(Math.max(atMs, fromMs), toMs) - fromMs) / Math.max(1, toMs - fromMs)) * (WIDTH - LABEL_WIDTH - 10);
  const lineages = lineagesOf(connections);
  const lanes = lineages.slice(0, MAX_LANES);
  const contextY = lanes.length * LANE_HEIGHT + 4;
  const height = contextY + LANE_HEIGHT + AXIS_HEIGHT;
  const shapes = [
    ...lanes.flatMap(({ endpoint, generations }, i) => [
      text(LABEL_WIDTH - 8, i * LANE_HEIGHT + 15, shortened(endpoint), 'label', 'end'),
      ...generations.slice(0, MAX_CONNECTIONS_PER_LANE).map((record) => bar(record, i * LANE_HEIGHT, scale, toMs)),
    ]),
    ...context.slice(0, MAX_CONTEXT).flatMap((row) => contextMark(row, contextY, scale)),
    ...Array.from({ length: TICKS + 1 }, (_, i) => tick(i / TICKS, fromMs, toMs, scale, contextY + LANE_HEIGHT)),
  ];
  const more = lineages.length - lanes.length;
  const title = `${REPORT.picture(connections.length)}${more > 0 ? `; ${REPORT.pictureMore(more)}` : ''}`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}"><title>${escapeHtml(title)}</title>\n${shapes.join('\n')}\n</svg>`;
}

function bar(record: ConnectionRecord, y: number, scale: (atMs: number) => number, toMs: number): string {
  const { createdAtMs, openedAtMs, close, url } = record;
  const endMs = endedAtMs(record) ?? toMs;
  const [left, opened, right] = [createdAtMs, openedAtMs ?? endMs, endMs].map((atMs) => scale(atMs)) as [
    number,
    number,
    number,
  ];
  const lasted = spanWords(endMs - createdAtMs);
  const said = close?.simulated ? REPORT.barSimulated : REPORT.barClosed;
  return [
    `<g><title>${escapeHtml(close ? said(url, lasted, close.code) : REPORT.bar(url, lasted))}</title>`,
    rect(left, y + 9, Math.max(1, opened - left), 4, 'waiting'),
    openedAtMs === null
      ? ''
      : rect(opened, y + 5, Math.max(1.5, right - opened), 12, close?.simulated ? 'open simulated' : 'open'),
    endMark(record, right, y + 11),
    '</g>',
  ].join('');
}

/** A cross for an abnormal end, a dot for one in order: nobody needs the colours. */
function endMark({ close }: ConnectionRecord, x: number, y: number): string {
  if (!close) return '';
  if (close.code !== 1006) return `<circle cx="${n(x)}" cy="${y}" r="3.5" class="clean"/>`;
  const kind = close.simulated ? 'drop' : 'bad';
  return `<path d="M${n(x - 4)} ${y - 4}l8 8m0 -8l-8 8" class="cross ${kind}"/>`;
}

function contextMark(row: ContextRecord, y: number, scale: (atMs: number) => number): readonly string[] {
  const kind = CONTEXT_CLASSES[row.kind];
  if (kind === undefined) return [];
  const what = escapeHtml(row.text ? `${row.kind}: ${row.text}` : row.kind);
  return [`<g><title>${what}</title>${rect(scale(row.atMs) - 1, y + 4, 2, 12, kind)}</g>`];
}

function tick(part: number, fromMs: number, toMs: number, scale: (atMs: number) => number, y: number): string {
  const atMs = fromMs + part * (toMs - fromMs);
  const x = scale(atMs);
  const anchor = part === 0 ? 'start' : part === 1 ? 'end' : 'middle';
  return (
    rect(x, 0, 0.5, y, 'grid') + text(x, y + 16, part === 0 ? '0' : `+${spanWords(atMs - fromMs)}`, 'label', anchor)
  );
}

function rect(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${height}" class="${kind}"/>`;
}

function text(x: number, y: number, content: string, kind: string, anchor: string): string {
  return `<text x="${n(x)}" y="${n(y)}" class="${kind}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
}

function shortened(endpoint: string): string {
  const plain = endpoint.replace(/^wss?:\/\//, '');
  return plain.length > MAX_LABEL_CHARS ? `…${plain.slice(-MAX_LABEL_CHARS)}` : plain;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
