/** The result of a soak as text. Pure. */

import { renderTable } from '../table.ts';
import type { Series, SoakResult } from './run-soak.ts';

const COLUMNS = 6;

export function renderSoak(result: SoakResult): string {
  return [
    `${result.browserVersion}, ${(result.durationMs / 60_000).toFixed(1)} minutes`,
    renderMemory(result.series),
    renderFrames(result),
  ].join('\n\n');
}

function renderMemory(series: readonly Series[]): string {
  const lastMs = Math.max(...series.map(({ samples }) => samples.at(-1)?.atMs ?? 0));
  const moments = Array.from({ length: COLUMNS }, (_, i) => (lastMs * i) / (COLUMNS - 1));
  const head = ['memory, MB', ...moments.map((ms) => `${(ms / 60_000).toFixed(1)} min`), 'second half, kB/min', ''];
  const rows = series.map(({ name, samples, trend }) => [
    name,
    ...moments.map((ms) => {
      const nearest = samples.reduce((a, b) => (Math.abs(b.atMs - ms) < Math.abs(a.atMs - ms) ? b : a));
      return (nearest.bytes / 1024 / 1024).toFixed(1);
    }),
    Number.isNaN(trend.bytesPerMinute) ? '' : (trend.bytesPerMinute / 1024).toFixed(0),
    trend.verdict,
  ]);
  return renderTable([head, ...rows]);
}

function renderFrames({ seen, recorded, storedFrames }: SoakResult): string {
  const count = (value: number) => value.toLocaleString('en');
  return renderTable([
    ['', 'page saw', 'recorded'],
    ['connections', count(seen.connections), count(recorded.connections)],
    ['frames received', count(seen.framesIn), count(recorded.framesIn)],
    ['frames sent', count(seen.framesOut), count(recorded.framesOut)],
    ['frames in chunks', '', count(storedFrames)],
    ['frames in gaps', '', count(recorded.missed)],
    ['reports refused', '', count(recorded.rejected)],
  ]);
}

/** What is wrong with it, one line each; empty when all is well. */
export function faultsOf({ series, seen, recorded, storedFrames }: SoakResult): readonly string[] {
  const faults = series
    .filter(({ trend }) => trend.verdict === 'growing')
    .map(({ name, trend }) => `${name} grows by ${(trend.bytesPerMinute / 1024).toFixed(0)} kB a minute`);
  const frames = seen.framesIn + seen.framesOut;
  if (recorded.connections !== seen.connections) {
    faults.push(`${seen.connections} connections, but ${recorded.connections} are recorded`);
  }
  if (recorded.framesIn !== seen.framesIn || recorded.framesOut !== seen.framesOut || storedFrames !== frames) {
    faults.push(
      `${frames} frames, but ${recorded.framesIn + recorded.framesOut} are counted and ${storedFrames} stored`,
    );
  }
  if (recorded.rejected > 0) faults.push(`${recorded.rejected} reports were refused`);
  return faults;
}
