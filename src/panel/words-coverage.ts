/** The words of what a recording could not see. Like `words.ts`, and nothing else. */

import { counted, words } from '../words/words.ts';
import type { CoverageState, CoverageTopic } from './models/coverage-report.ts';

export const COVERAGE_VIEW = words({
  label: 'coverageView_label',
  whole: 'coverageView_whole',
  missed: (count: number) => counted('coverageView_missed', count),
  gap: (frames: number, reason: string) => counted('coverageView_gap', frames, reason),
});

export const COVERAGE_STATES: Readonly<Record<CoverageState, string>> = words({
  missed: 'coverageStates_missed',
  never: 'coverageStates_never',
  whole: 'coverageStates_whole',
});

export interface CoverageWords {
  readonly title: string;
  count(count: number): string;
  readonly why: string;
  /** What would help; '': nothing. */
  readonly help: string;
}

export const COVERAGE_TOPICS_WORDS: Readonly<Record<CoverageTopic, CoverageWords>> = words({
  handshakeOnly: {
    title: 'coverageTopics_handshakeOnly_title',
    count: (count) => counted('coverageTopics_handshakeOnly_count', count),
    why: 'coverageTopics_handshakeOnly_why',
    help: 'coverageTopics_handshakeOnly_help',
  },
  framesOnly: {
    title: 'coverageTopics_framesOnly_title',
    count: (count) => counted('coverageTopics_framesOnly_count', count),
    why: 'coverageTopics_framesOnly_why',
    help: 'coverageTopics_framesOnly_help',
  },
  overlooked: {
    title: 'coverageTopics_overlooked_title',
    count: (count) => counted('coverageTopics_overlooked_count', count),
    why: 'coverageTopics_overlooked_why',
    help: '',
  },
  olderThanRecording: {
    title: 'coverageTopics_olderThanRecording_title',
    count: (count) => counted('coverageTopics_olderThanRecording_count', count),
    why: 'coverageTopics_olderThanRecording_why',
    help: 'coverageTopics_olderThanRecording_help',
  },
  gaps: {
    title: 'coverageTopics_gaps_title',
    count: (count) => counted('coverageTopics_gaps_count', count),
    why: 'coverageTopics_gaps_why',
    help: '',
  },
  truncated: {
    title: 'coverageTopics_truncated_title',
    count: (count) => counted('coverageTopics_truncated_count', count),
    why: 'coverageTopics_truncated_why',
    help: 'coverageTopics_truncated_help',
  },
  payloadsLeftOut: {
    title: 'coverageTopics_payloadsLeftOut_title',
    count: (count) => counted('coverageTopics_payloadsLeftOut_count', count),
    why: 'coverageTopics_payloadsLeftOut_why',
    help: '',
  },
  rejected: {
    title: 'coverageTopics_rejected_title',
    count: (count) => counted('coverageTopics_rejected_count', count),
    why: 'coverageTopics_rejected_why',
    help: '',
  },
  hiddenHandshakes: {
    title: 'coverageTopics_hiddenHandshakes_title',
    count: (count) => counted('coverageTopics_hiddenHandshakes_count', count),
    why: 'coverageTopics_hiddenHandshakes_why',
    help: 'coverageTopics_hiddenHandshakes_help',
  },
  pingPong: {
    title: 'coverageTopics_pingPong_title',
    count: () => '',
    why: 'coverageTopics_pingPong_why',
    help: 'coverageTopics_pingPong_help',
  },
  causeOf1006: {
    title: 'coverageTopics_causeOf1006_title',
    count: () => '',
    why: 'coverageTopics_causeOf1006_why',
    help: '',
  },
});
