/** The flood of frames as a table of Markdown: a row for each set-up, and what it is compared with first. Pure. */

import { median, pairedSummary } from '../statistics.ts';
import { FLOODS, type Flood, type FloodFigures, type FloodPlan, type FloodSample } from './flood.ts';
import { tableRow } from './report.ts';

/** Of the page's throughput, by the panel being open and live. */
const MOST_LOST = 0.1;

const TITLES: Readonly<Record<Flood, (plan: FloodPlan) => string>> = {
  paced: ({ framesPerSecond }) => `at ${framesPerSecond.toLocaleString('en-US')} frames/s`,
  burst: () => 'as fast as it can',
};

export function floodTable({ plan, setUps }: FloodFigures): readonly string[] {
  const [base] = setUps;
  if (!base) return [];
  return FLOODS.flatMap((flood) => [
    tableRow([
      `${TITLES[flood](plan)}, ${plan.rounds} rounds`,
      'frames/s in the page',
      'throughput lost',
      'the page’s thread, a frame',
      'it waited for a core',
      'whole browser, a frame',
      'frames lost',
    ]),
    tableRow(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...setUps.map(({ title, samples }) => tableRow([title, ...cellsOf(base.samples[flood], samples[flood])])),
    '',
  ]);
}

/** How much fewer frames a second there were than with no extension, in the same rounds: the median share. */
export function lostShare(base: readonly FloodSample[], samples: readonly FloodSample[]): number {
  const rate = ({ framesPerSecond }: FloodSample) => framesPerSecond;
  return 1 - pairedSummary(base.map(rate), samples.map(rate), 'ratio').median;
}

function cellsOf(base: readonly FloodSample[], samples: readonly FloodSample[]): readonly string[] {
  const lost = lostShare(base, samples);
  const ratio = (of: (sample: FloodSample) => number) =>
    pairedSummary(base.map(of), samples.map(of), 'ratio').median.toFixed(2);
  const both = (of: (sample: FloodSample) => number) => `${median(samples.map(of)).toFixed(1)} µs (${ratio(of)})`;
  const isBase = base === samples;
  return [
    Math.round(median(samples.map(({ framesPerSecond }) => framesPerSecond))).toLocaleString('en-US'),
    isBase ? '' : emphasised(percent(lost), lost > MOST_LOST),
    both(({ threadUs }) => threadUs),
    percent(median(samples.map(({ waitedShare }) => waitedShare))),
    both(wholeUs),
    String(samples.reduce((sum, sample) => sum + sample.lost, 0)),
  ];
}

function wholeUs({ cpuUs }: FloodSample): number {
  return cpuUs ? Object.values(cpuUs).reduce((sum, us) => sum + us, 0) : Number.NaN;
}

/** Bold: the goal is missed. */
function emphasised(text: string, isMissed: boolean): string {
  return isMissed ? `**${text}**` : text;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
