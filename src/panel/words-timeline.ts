/** The words of the timeline. Like `words.ts`, and nothing else. */
import { formatCount } from './models/format.ts';

function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

export const TIMELINE = {
  label: 'Timeline',
  kind: 'timeline',
  summary: (connections: number, abnormal: number) =>
    `${many(connections, 'connection')}, ${many(abnormal, 'abnormal close')}`,
  hint: 'W and S zoom, A and D move, 0 shows all. Left and right move the cursor, with Shift they select a time span; up and down choose a lane; Enter goes to the frame at the cursor. [ and ] go from close to close, Escape clears',
  tools: 'Timeline tools',
  zoomIn: 'Zoom in (W)',
  zoomOut: 'Zoom out (S)',
  showAll: 'Show all (0)',
  toEnd: 'Follow (End)',
  brush: 'Select a time span by dragging (B, or Shift + drag)',
  brushed: 'Time span',
  clearBrush: 'Clear the time span (Escape)',
  span: (from: string, to: string, length: string) => `${from} – ${to} (${length})`,
  connections: (count: number) => many(count, 'connection'),
  in: (count: number) => `${formatCount(count)} in`,
  out: (count: number) => `${formatCount(count)} out`,
  heartbeats: (count: number) => many(count, 'heartbeat'),
  marker: 'Marker',
  nobody: 'not connected',
  ends: (count: number) => many(count, 'end'),
  endedBy: (who: string) => `ended by ${who}`,
  wasOpen: (duration: string) => `open for ${duration}`,
  live: 'open',
  down: 'lost',
  over: 'ended',
  moreLanes: (count: number) => `${formatCount(count)} more, in the list of connections`,
} as const;
