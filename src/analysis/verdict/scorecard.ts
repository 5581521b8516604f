/** The shape of a verdict: one scorecard for each drop, of lines that each pass, fail, or say why they cannot. Pure data. */
import type { Budgets, Unit } from './budgets.ts';
import type { Attempt, Episode } from './episode.ts';
import type { Drop, Evidence, VerdictConnection, VerdictInput } from './input.ts';
import type { Policy } from './policy/policy.ts';
import type { Sends } from './sends.ts';

export type LineId =
  | 'noticed'
  | 'comesBack'
  | 'terminal'
  | 'firstAttempt'
  | 'policy'
  | 'storm'
  | 'longestWait'
  | 'givesUp'
  | 'reopened'
  | 'usefulFrame'
  | 'opening'
  | 'token'
  | 'lostSends'
  | 'duplicates'
  | 'leak'
  | 'heartbeat'
  | 'deadTimers';

/** `pending`: it is being watched still; `interrupted`: it could not be seen to the end, because the watching was cut short. */
export type LineState = 'passed' | 'failed' | 'pending' | 'notApplicable' | 'interrupted';

export interface Line {
  readonly id: LineId;
  readonly title: string;
  readonly state: LineState;
  /** What was measured: a number of `unit`, or words; null when nothing was. */
  readonly value: number | string | null;
  readonly unit: Unit | null;
  /** What it was held against, in `unit`; null where no number decides. */
  readonly budget: number | null;
  readonly evidence: readonly Evidence[];
  /** One sentence: why this state. */
  readonly why: string;
}

export interface Scorecard {
  readonly drop: Drop;
  readonly dropped: VerdictConnection;
  readonly attempts: readonly Attempt[];
  readonly reopened: VerdictConnection | null;
  readonly policy: Policy;
  readonly lines: readonly Line[];
  /** Failed when a line is; else interrupted, else pending, when one is; otherwise passed. */
  readonly state: Exclude<LineState, 'notApplicable'>;
}

/** What the lines are judged from. */
export interface Case {
  readonly input: VerdictInput;
  readonly episode: Episode;
  /** Of all drops of this endpoint, because one drop shows few waits. */
  readonly policy: Policy;
  /** Drops of the same endpoint within a second of this one, this one among them. */
  readonly herd: readonly Episode[];
  readonly sends: Sends;
  readonly budgets: Budgets;
}

/** A line without its id and title, which the table of lines adds. */
export interface Finding {
  readonly state: LineState;
  readonly why: string;
  readonly value?: number | string;
  readonly unit?: Unit;
  readonly budget?: number;
  readonly evidence?: readonly Evidence[];
}

export type Judge = (subject: Case) => Finding;
