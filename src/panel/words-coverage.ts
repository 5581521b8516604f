/** The words of what a recording could not see. Like `words.ts`, and nothing else. */

import type { CoverageState, CoverageTopic } from './models/coverage-report.ts';
import { formatCount } from './models/format.ts';

function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

export const COVERAGE_VIEW = {
  label: 'Coverage',
  whole: 'Everything that a page can see of these connections was recorded.',
  missed: (count: number) => `${many(count, 'thing')} this recording could not see whole.`,
  gap: (frames: number, reason: string) => `${many(frames, 'frame')}: ${reason}`,
} as const;

export const COVERAGE_STATES: Readonly<Record<CoverageState, string>> = {
  missed: 'missed',
  never: 'never seen',
  whole: 'nothing missed',
};

export interface CoverageWords {
  readonly title: string;
  count(count: number): string;
  readonly why: string;
  /** What would help; '': nothing. */
  readonly help: string;
}

export const COVERAGE_TOPICS_WORDS: Readonly<Record<CoverageTopic, CoverageWords>> = {
  handshakeOnly: {
    title: 'Connections without frames',
    count: (count) => many(count, 'connection'),
    why: 'They belong to workers, or to documents that Socketscope could not enter: the browser tells of their handshake, not of frames and end.',
    help: 'In Chromium, open DevTools before the page opens them: then DevTools tell their frames.',
  },
  framesOnly: {
    title: 'Connections without a close code',
    count: (count) => many(count, 'connection'),
    why: 'They belong to workers. DevTools tell their frames and their end, and no close code.',
    help: 'To see a code, open the connection from the page for once.',
  },
  overlooked: {
    title: 'Handshakes that were not looked into',
    count: (count) => many(count, 'handshake'),
    why: 'So many connections were made at once that it was not found out whose they were.',
    help: '',
  },
  olderThanRecording: {
    title: 'Connections older than their recording',
    count: (count) => many(count, 'connection'),
    why: 'They were open before the tab was recorded, or went on while recording was off. Of what they said before, the last frames are kept.',
    help: 'Reload the page with DevTools open to have them from the start.',
  },
  gaps: {
    title: 'Frames that are missing',
    count: (count) => many(count, 'frame'),
    why: 'They were counted and not recorded.',
    help: '',
  },
  truncated: {
    title: 'Payloads that were cut',
    count: (count) => many(count, 'frame'),
    why: 'Of each frame as much is kept as the settings say. Sizes are true. What comes after the cut is neither searched nor validated.',
    help: 'Settings → Keep of each frame.',
  },
  payloadsLeftOut: {
    title: 'Payloads that were left out',
    count: (count) => many(count, 'payload'),
    why: 'More came than could be carried or kept. The frames are recorded with their true sizes, without content.',
    help: '',
  },
  rejected: {
    title: 'Messages that were refused',
    count: (count) => many(count, 'message'),
    why: 'The page sent messages in our name that no Socketscope sends.',
    help: '',
  },
  hiddenHandshakes: {
    title: 'Answers to handshakes that failed',
    count: (count) => many(count, 'handshake'),
    why: 'Chromium tells of 101 and 401 only, and hides every other answer behind net::ERR_FAILED.',
    help: 'Ask the endpoint (in Findings): one HTTP request names the answer. Or reproduce it in Firefox, which tells.',
  },
  pingPong: {
    title: 'Ping and pong frames',
    count: () => '',
    why: 'Browsers answer them below what a page can see. A connection that looks silent may be kept alive by them.',
    help: 'The tshark command (Copy command) shows them on the wire.',
  },
  causeOf1006: {
    title: 'Why an open connection was lost',
    count: () => '',
    why: 'Browsers must not tell a page whether network, proxy or server ended it. Findings infer it from time, silence and second sources, and say how sure they are.',
    help: '',
  },
};
