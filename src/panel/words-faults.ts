/** The words of drops on purpose: scenarios, what is being played, and the verdict. Like `words.ts`, and nothing else. */
import type { Unit } from '../analysis/verdict/budgets.ts';
import type { LineState } from '../analysis/verdict/scorecard.ts';
import type { ScenarioGroup } from '../faults/scenario.ts';
import type { ScenarioOutcome, ScenarioRunState } from '../protocol/panel-link.ts';
import { formatCount } from './models/format.ts';

export const SCENARIOS = {
  button: 'Scenarios',
  buttonHint: 'Break connections on purpose, as it happens in the field',
  menu: 'Scenarios',
  edit: (name: string) => `Change and play ${name}`,
  editHint: 'Look at its numbers, and where it is played',
  importFile: 'Import…',
  exportFile: 'Export own',
  fileName: 'socketscope-scenarios.json',
  imported: 'Imported',
  notImported: (problem: string) => `Not imported: ${problem}`,
  notSaved: 'Your own scenarios could not be stored: they last until the panel is closed',
  playing: 'Something is being played already: stop it first',
} as const;

export const SCENARIO_GROUP_NAMES: Readonly<Record<ScenarioGroup, string>> = {
  basic: 'Basic',
  network: 'Network',
  device: 'Device',
  proxy: 'Proxies and balancers',
  server: 'Server',
  application: 'Application',
  fault: 'Single faults',
  own: 'Your own',
};

export const SCENARIO_DIALOG = {
  where: 'Where',
  connection: 'This connection',
  noConnection: 'This connection (none is selected that can be dropped)',
  matching: 'All that match',
  pattern: 'URL pattern',
  patternHint: '* stands for any characters',
  tab: 'The whole tab',
  numbers: 'Numbers',
  json: 'As JSON',
  jsonHint: 'All of it: steps can be added and taken away.',
  name: 'Name',
  play: 'Play',
  save: 'Save as own',
  saved: 'Saved',
  remove: 'Delete',
  cancel: 'Cancel',
  noNumber: 'must be a number',
  noJson: (problem: string) => `is not JSON: ${problem}`,
  noPattern: 'must not be empty',
  step: (number: number, effect: string) => `Step ${number}: ${effect}`,
  whole: 'The whole',
} as const;

/** Effects, as the head of a step's fields. */
export const EFFECT_NAMES: Readonly<Record<string, string>> = {
  end: 'close',
  refuse: 'refuse handshakes',
  holdClose: 'stay in CLOSING',
  silence: 'nothing passes',
  holdHandshake: 'handshake hangs',
  delay: 'slow',
  mangle: 'frames lost or changed',
  sleep: 'asleep',
  inject: 'a frame of ours',
  hold: 'hold frames',
};

/** By the last part of a field's path; where a name is not here, it stands for itself. */
export const FIELD_NAMES: Readonly<Record<string, { readonly label: string; readonly unit: string }>> = {
  atMs: { label: 'Begins after', unit: 'ms' },
  forMs: { label: 'Ends after', unit: 'ms' },
  durationMs: { label: 'Lasts', unit: 'ms' },
  delayMs: { label: 'Delay', unit: 'ms' },
  jitterMs: { label: 'Give or take', unit: 'ms' },
  periodMs: { label: 'Every', unit: 'ms' },
  count: { label: 'Count', unit: '' },
  times: { label: 'At most', unit: 'times' },
  code: { label: 'Close code', unit: '' },
  reason: { label: 'Reason', unit: '' },
  loss: { label: 'Lost', unit: '0 to 1' },
  duplicate: { label: 'Sent twice', unit: '0 to 1' },
  reorder: { label: 'Out of order', unit: '0 to 1' },
  corrupt: { label: 'Corrupted', unit: '0 to 1' },
  truncate: { label: 'Cut short', unit: '0 to 1' },
  direction: { label: 'Way', unit: '' },
  server: { label: 'The server sees', unit: '' },
  lostBy: { label: 'Lost (1006) by', unit: '' },
  ending: { label: 'Then', unit: '' },
  from: { label: 'Counted from', unit: '' },
  bytesPerSecond: { label: 'Bandwidth', unit: 'bytes/s' },
  text: { label: 'Text', unit: '' },
  pattern: { label: 'Regular expression', unit: '' },
  repeat: { label: 'Rounds', unit: '' },
  mustReopenWithinMs: { label: 'Must be open again within', unit: 'ms' },
};

/** Words that can be chosen in the fields of a step. */
export const CHOICE_NAMES: Readonly<Record<string, string>> = {
  in: 'from the server to the page',
  out: 'from the page to the server',
  both: 'both ways',
  ended: 'the end, in order',
  keptOpen: 'nothing, as when a cable is cut',
  end: 'the end of TCP: close alone',
  reset: 'a TCP reset: as this browser shows it',
  failure: 'the browser: error, then close',
  close: 'it is closed',
  abnormal: 'it is lost (1006)',
  open: 'it opens',
  fail: 'it fails',
  backlog: 'all that waited comes at once',
  start: 'the beginning',
};

export const SCENARIO_OUTCOMES: Readonly<Record<Exclude<ScenarioOutcome, 'done'>, string>> = {
  alreadyClosed: 'the connection was closed already',
  notFound: 'the connection or its page is gone',
  failed: 'it could not be done',
  tooMany: 'too many faults hold already',
  notAllowed: 'the connection belongs to another tab',
  outOfReach: 'the connection belongs to a worker, where Socketscope cannot reach it',
  unanswered: 'no answer from the page',
  invalid: 'the scenario is not right',
  alreadyPlaying: 'another one is being played',
  nothingThere: 'there is no living connection in its reach',
  notRecorded: 'the tab is not being recorded',
};

export const RUN = {
  label: 'Scenario',
  states: {
    playing: 'Simulating',
    waiting: 'Waiting until it is open again',
    finished: 'Finished',
    stopped: 'Stopped',
    interrupted: 'Interrupted',
  } satisfies Readonly<Record<ScenarioRunState, string>>,
  interruptedHint: 'The background of the extension was ended in the middle of it. The page has been restored.',
  whole: 'the whole tab',
  matching: (pattern: string) => `all that match ${pattern}`,
  left: (time: string) => `${time} left`,
  untilStopped: 'until it is over, or stopped',
  round: (round: number, rounds: number) => `round ${round} of ${rounds}`,
  refused: (count: number) => `${formatCount(count)} ${count === 1 ? 'handshake' : 'handshakes'} refused`,
  results: (good: number, all: number) => `${good} of ${all} rounds in time`,
  inTime: 'open again in time',
  late: 'not open again in time',
  back: (time: string) => `open again ${time} after it could be`,
  untouched: (count: number, names: string) =>
    `Not touched, because ${count === 1 ? 'it belongs' : 'they belong'} to workers: ${names}. Their handshakes are refused all the same`,
  stop: 'Stop',
  dismiss: 'Close this message',
  notPlayed: (name: string, why: string) => `${name} was not played: ${why}`,
} as const;

export const HELD = {
  label: 'Held frames',
  waiting: (count: number) => `${formatCount(count)} ${count === 1 ? 'frame waits' : 'frames wait'} for you`,
  more: (count: number) => `and ${formatCount(count)} more after these`,
  content: (name: string) => `Content of ${name}`,
  binary: 'binary',
  release: 'Let go',
  releaseEdited: 'Let go as edited',
  lose: 'Lose',
  failed: (why: string) => `It was not done: ${why}`,
} as const;

export const RESEND = {
  button: 'Send again',
  toServer: 'Send it to the server once more, without the page',
  toPage: 'Give it to the page once more, without the server',
  unknown: 'Not all of it was kept',
} as const;

export const VERDICT = {
  label: 'Verdict',
  frames: 'Frames',
  views: 'Below',
  reading: 'Reading what the page did…',
  copy: 'Copy as Markdown',
  budgets: 'Budgets…',
  columns: { state: 'Result', line: 'What is asked', value: 'Measured', budget: 'Budget', evidence: 'Evidence' },
  states: {
    passed: 'passed',
    failed: 'failed',
    notApplicable: 'n/a',
    pending: 'not over yet',
    interrupted: 'interrupted',
  } satisfies Readonly<Record<LineState, string>>,
  policy: 'Policy',
  attempts: (count: number) => `${formatCount(count)} ${count === 1 ? 'attempt' : 'attempts'}`,
  dropped: 'dropped',
  attempt: (number: number) => `attempt ${number}`,
  other: 'another',
  evidenceHint: 'Show it in the list',
  more: (count: number) => `and ${formatCount(count)} more`,
  dialog: 'Budgets',
  dialogHint: 'What counts as good enough. For all verdicts, in all tabs.',
  bounds: (least: number, most: number) => `must be a number from ${formatCount(least)} to ${formatCount(most)}`,
  reset: 'Back to the standard',
  save: 'Save',
  cancel: 'Cancel',
} as const;

export const UNITS: Readonly<Record<Unit, string>> = {
  ms: 'ms',
  attempts: 'attempts',
  frames: 'frames',
  sockets: 'sockets',
};
