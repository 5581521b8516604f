/** The words of the timeline. Like `words.ts`, and nothing else. */
import { counted, formatCount, text, words } from '../words/words.ts';

export const TIMELINE = words({
  label: 'timeline_label',
  kind: 'timeline_kind',
  summary: (connections: number, abnormal: number) =>
    text('timeline_summary', counted('status_connections', connections), counted('status_abnormal', abnormal)),
  hint: 'timeline_hint',
  tools: 'timeline_tools',
  zoomIn: 'timeline_zoomIn',
  zoomOut: 'timeline_zoomOut',
  showAll: 'timeline_showAll',
  toEnd: 'timeline_toEnd',
  brush: 'timeline_brush',
  brushed: 'timeline_brushed',
  clearBrush: 'timeline_clearBrush',
  span: (from: string, to: string, length: string) => text('timeline_span', from, to, length),
  connections: (count: number) => counted('timeline_connections', count),
  in: (count: number) => text('timeline_in', formatCount(count)),
  out: (count: number) => text('timeline_out', formatCount(count)),
  heartbeats: (count: number) => counted('timeline_heartbeats', count),
  marker: 'timeline_marker',
  nobody: 'timeline_nobody',
  ends: (count: number) => counted('timeline_ends', count),
  endedBy: (who: string) => text('timeline_endedBy', who),
  wasOpen: (duration: string) => text('timeline_wasOpen', duration),
  live: 'timeline_live',
  down: 'timeline_down',
  over: 'timeline_over',
  moreLanes: (count: number) => text('timeline_moreLanes', formatCount(count)),
});
