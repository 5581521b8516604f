/** The panel beside Chrome's Messages view as tables of Markdown. Pure. */
import { median } from '../statistics.ts';
import { type LiveSample, type NativeFigures, SIDES, type Side, VIEWS } from './native.ts';
import type { Smoothness } from './probe.ts';
import { tableRow } from './report.ts';

const TITLES: Readonly<Record<Side, string>> = {
  page: 'no DevTools',
  console: 'DevTools at their Console, without us',
  messages: 'Chrome’s Messages view',
  panel: 'the panel in DevTools',
};

export function nativeTable({ plan, live, filterMs }: NativeFigures): readonly string[] {
  return [
    tableRow([
      '',
      'frames/s in the page',
      'drawn',
      'its longest task',
      'its thread is busy',
      'DevTools’ thread is busy',
    ]),
    tableRow(['---', '---:', '---:', '---:', '---:', '---:']),
    ...live.flatMap(({ framesPerSecond, samples }) =>
      SIDES.map((side) =>
        tableRow([
          `at ${framesPerSecond.toLocaleString('en-US')} frames/s: ${TITLES[side]}`,
          ...liveCells(samples[side]),
        ]),
      ),
    ),
    '',
    tableRow([
      `a filter over ${plan.filteredFrames.toLocaleString('en-US')} frames, until its rows are drawn`,
      'median',
      'ratio to Chrome’s',
    ]),
    tableRow(['---', '---:', '---:']),
    ...VIEWS.map((side) => {
      const ms = median(filterMs[side]);
      return tableRow([
        TITLES[side],
        Number.isNaN(ms) ? 'not finished' : `${ms.toFixed(0)} ms`,
        (ms / median(filterMs.messages)).toFixed(2),
      ]);
    }),
  ];
}

function liveCells(samples: readonly LiveSample[]): readonly string[] {
  if (samples.length === 0) return ['not finished', '', '', '', ''];
  const rate = Math.round(median(samples.map(({ framesPerSecond }) => framesPerSecond))).toLocaleString('en-US');
  const rows = samples.flatMap(({ documents }) => documents.slice(-1));
  const frontEnds = samples.flatMap(({ documents }) => documents.slice(0, 1));
  if (rows.length === 0) return [rate, '', '', '', ''];
  return [
    rate,
    `${middle(rows, ({ framesPerSecond }) => framesPerSecond)} frames/s`,
    `${middle(rows, ({ longestTaskMs }) => longestTaskMs)} ms`,
    `${middle(rows, ({ busyShare }) => 100 * busyShare)} %`,
    `${middle(frontEnds, ({ busyShare }) => 100 * busyShare)} %`,
  ];
}

function middle(samples: readonly Smoothness[], of: (sample: Smoothness) => number): string {
  return median(samples.map(of)).toFixed(0);
}
