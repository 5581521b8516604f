/** What rules hand in, and the small words that findings are put in. Pure. */
import { type CountedKey, counted as countedWords, formatDecimal, text } from '../../words/words.ts';
import type { Evidence, Finding } from './finding.ts';
import type { Life } from './life.ts';
import type { SessionView } from './view.ts';

/** A finding as its rule gives it; `about` makes its id: two drafts of a rule about the same thing are the same finding. */
export interface Draft extends Omit<Finding, 'findingId' | 'rule' | 'explains'> {
  readonly about: string;
}

/** Families of rules, in the order in which they are asked: what explains more exactly comes first. */
export type RuleFamily =
  | 'kept out'
  | 'handshake'
  | 'surroundings'
  | 'server ends'
  | 'size and poison'
  | 'heartbeat'
  | 'idle and lifetime'
  | 'abnormal ends'
  | 'reconnecting'
  | 'app acts'
  | 'quality';

export interface Rule {
  /** Stable name. */
  readonly name: string;
  readonly family: RuleFamily;
  /** What it looks for, in a sentence. */
  readonly says: string;
  /** Whether it says why connections ended: rules after it then leave them alone. */
  readonly explains: boolean;
  /** `isExplained`: whether an earlier rule has said why this connection ended. */
  readonly find: (view: SessionView, isExplained: (life: Life) => boolean) => readonly Draft[];
}

/** Pieces of evidence that a finding lists; the rest is in its `connectionIds`. */
export const MAX_EVIDENCE = 12;

/** '7.0 s', '60 s', '5 min', '2 h'; below a second '250 ms'. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1_000) return `${Math.round(ms)} ${text('unit_ms')}`;
  if (size < 10_000) return `${formatDecimal(ms / 1_000, 1)} ${text('unit_s')}`;
  if (size < 600_000) return `${Math.round(ms / 1_000)} ${text('unit_s')}`;
  if (size < 7_200_000) return `${Math.round(ms / 60_000)} ${text('unit_min')}`;
  return `${formatDecimal(ms / 3_600_000, 1)} ${text('unit_h')}`;
}

/** '900 bytes', '32 KB', '1.5 MB'. */
export function bytes(count: number): string {
  if (count < 1_024) return counted(count, 'byte');
  if (count < 1_024 * 1_024) return `${Math.round(count / 1_024)} KB`;
  return `${formatDecimal(count / 1_024 / 1_024, 1)} MB`;
}

/** What findings count. */
const NOUNS = {
  connection: 'nouns_connection',
  end: 'nouns_end',
  handshake: 'nouns_handshake',
  moment: 'nouns_moment',
  frame: 'nouns_frame',
  byte: 'nouns_byte',
  beat: 'nouns_beat',
  answer: 'nouns_answer',
  task: 'nouns_task',
  time: 'nouns_time',
  sample: 'nouns_sample',
  wait: 'nouns_wait',
  call: 'nouns_call',
  refusal: 'nouns_refusal',
  attempt: 'nouns_attempt',
  'close frame': 'nouns_closeFrame',
  'other connection': 'nouns_otherConnection',
  'open connection': 'nouns_openConnection',
  'Engine.IO connection': 'nouns_engineIoConnection',
} as const satisfies Readonly<Record<string, CountedKey>>;

/** '1 connection', '3 connections'. */
export function counted(count: number, noun: keyof typeof NOUNS): string {
  return countedWords(NOUNS[noun], count);
}

export function connectionIdsOf(lives: readonly Life[]): readonly string[] {
  return lives.map(({ id }) => id);
}

/** The connections themselves as evidence, each with what it says. */
export function connectionEvidence(lives: readonly Life[], says: (life: Life) => string): readonly Evidence[] {
  return lives.slice(0, MAX_EVIDENCE).map((life) => ({ kind: 'connection', connectionId: life.id, says: says(life) }));
}

/** From the first life's beginning to the last one's end; null of none. */
export function spanOf(lives: readonly Life[]): Finding['span'] {
  if (lives.length === 0) return null;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const life of lives) {
    fromMs = Math.min(fromMs, life.createdMs);
    toMs = Math.max(toMs, life.endMs ?? life.createdMs);
  }
  return { fromMs, toMs: Math.max(fromMs, toMs) };
}
