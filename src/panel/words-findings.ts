/** The words of findings, coverage and what belongs to them. Like `words.ts`, and nothing else. */
import type { CauseFamily, Severity, Sureness } from '../analysis/findings/finding.ts';
import type { ProbeOutcome } from '../protocol/panel-link.ts';
import type { Circumstance } from './models/context-track.ts';
import { formatCount } from './models/format.ts';

function many(count: number, one: string, more = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : more}`;
}

export const VIEWS = {
  label: 'Views',
  connections: 'Connections',
  findings: 'Findings',
  statistics: 'Statistics',
  coverage: 'Coverage',
  sessions: 'Sessions',
  trouble: (count: number) => `${many(count, 'finding')} to look at`,
} as const;

export const FAMILIES: Readonly<Record<CauseFamily, string>> = {
  network: 'network',
  client: 'client',
  server: 'server',
  infrastructure: 'infrastructure',
  unknown: 'cause unknown',
};
export const FAMILY_HINTS: Readonly<Record<CauseFamily, string>> = {
  network: 'The way between browser and server: Wi-Fi, mobile network, VPN, firewall',
  client: 'The page or the device: the app itself, the browser, sleep',
  server: 'The WebSocket server: its process, its limits, its rules',
  infrastructure: 'What stands before the server: proxy, balancer, CDN, container platform',
  unknown: 'The evidence does not tell whose doing it was',
};
export const FAMILY_UNSURE = 'the likeliest of several';

export const SEVERITIES: Readonly<Record<Severity, string>> = {
  problem: 'problem',
  warning: 'warning',
  note: 'note',
};
export const SEVERITY_HINTS: Readonly<Record<Severity, string>> = {
  problem: 'It has hurt',
  warning: 'It will hurt',
  note: 'Worth knowing; healthy pages may have it, too',
};
export const SURENESSES: Readonly<Record<Sureness, string>> = {
  high: 'sure',
  medium: 'rather sure',
  low: 'a guess',
};

export const FINDINGS = {
  label: 'Findings',
  detail: 'Finding',
  about: (count: number) => many(count, 'connection'),
  because: 'Why so sure',
  cause: 'Cause',
  candidates: 'Candidates, the likeliest first',
  check: 'To tell it from the others:',
  evidence: 'Evidence',
  evidenceHint: 'Show it',
  against: 'What speaks against it',
  nextCheck: 'Next check',
  advice: 'What to change',
  linesOf: (of: string) => `Lines for ${of}`,
  copyLines: (of: string) => `Copy the lines for ${of}`,
  copy: 'Copy as Markdown',
  onTimeline: 'Show on timeline',
  close: 'Close this finding',
  frame: (seq: number) => `frame #${seq}`,
  more: (count: number) => `${formatCount(count)} more`,
  ask: 'Ask the endpoint',
  askHint: 'One HTTP request to the same address: it names what the browser hides of a failed handshake',
  asking: 'Asking…',
  answered: (status: number, server: string) => `It answered ${status}${server === '' ? '' : ` (${server})`}.`,
  notAnswered: (error: string) => `No answer: ${error}.`,
  nobodyAnswered: 'No answer.',
  choose: ['Choose a finding', 'What it means, its evidence and what to change stand here.'],
  healthy: (connections: number) => `Nothing to complain about: ${many(connections, 'connection')}`,
  healthyParts: {
    open: (count: number) => `${formatCount(count)} open`,
    ordinary: (count: number) => `${formatCount(count)} closed in order`,
    navigation: (count: number) => `${formatCount(count)} left with their page`,
    simulated: (count: number) => `${formatCount(count)} ended on purpose by Socketscope`,
    other: (count: number) => `${formatCount(count)} ended otherwise`,
  },
  counts: (trouble: number, notes: number) =>
    [trouble > 0 && `${formatCount(trouble)} to look at`, notes > 0 && many(notes, 'note')].filter(Boolean).join(', '),
  analysing: 'Reading what was recorded…',
  analysingSome: (percent: number) => `Reading what was recorded: ${percent} %`,
  cancel: 'Cancel',
  cancelled: ['Not analysed', 'You have cancelled it.'],
  again: 'Analyse',
  failed: 'The analysis failed',
  unread: (count: number) => `Frames of ${many(count, 'connection')} could not be read through; the rules did without.`,
  schema: 'Message schema…',
} as const;

export const PROBE_REFUSALS: Readonly<Record<Exclude<ProbeOutcome, 'asked'> | 'unanswered', string>> = {
  alreadyAsking: 'It has been asked just now.',
  notAllowed: 'Not asked: the connection belongs to another tab.',
  notFound: 'Not asked: the connection is gone.',
  failed: 'Not asked: the answer could not be stored.',
  unanswered: 'Not asked: the recorder did not answer.',
};

export const SCHEMA = {
  title: 'Message schema',
  hint: 'A JSON Schema. Text messages that are JSON and do not match it are told as a finding. Kept in this browser, for all tabs.',
  label: 'JSON Schema',
  placeholder: '{ "type": "object", "required": ["type"] }',
  noJson: (problem: string) => `This is not JSON: ${problem}`,
  noSchema: 'A schema is an object, as { "type": "object" }.',
  refused: (problem: string) => `This schema cannot be used: ${problem}`,
  reset: 'No schema',
  cancel: 'Cancel',
  save: 'Save',
} as const;

export const CONVERSATION = {
  protocol: 'protocol',
  signs: (signs: readonly string[]) => `Recognised by ${signs.join(', ')}`,
  heartbeat: 'heartbeat',
  noHeartbeat: 'no heartbeat seen',
  by: { page: 'the page asks', server: 'the server asks', both: 'both sides send' },
  every: (period: string) => `every ${period}`,
  roundTrip: (time: string) => `answered in ${time}`,
  unanswered: (count: number) => `the last ${formatCount(count)} unanswered`,
} as const;

export const CLOSE = {
  sentBy: 'sent by',
  reconnect: 'reconnect?',
} as const;

/** What happened around the connections, on the timeline. */
export const CIRCUMSTANCE_NAMES: Readonly<Record<Circumstance, string>> = {
  paused: 'not recorded',
  hidden: 'hidden',
  frozen: 'frozen',
  asleep: 'asleep',
  offline: 'offline',
};

export const COMMANDS = {
  button: 'Copy command',
  hint: 'Commands of other tools for this connection: curl, wscat, websocat, openssl, tshark, tcpdump',
  withSecrets: 'With tokens and keys as they are',
} as const;
