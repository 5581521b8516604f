/** The words of drops on purpose: scenarios, what is being played, and the verdict. Like `words.ts`, and nothing else. */
import type { ScenarioGroup } from '../faults/scenario.ts';
import type { ScenarioOutcome, ScenarioRunState } from '../protocol/panel-link.ts';
import { counted, formatCount, text, type WordKey, words } from '../words/words.ts';

export const SCENARIOS = words({
  button: 'scenarios_button',
  buttonHint: 'scenarios_buttonHint',
  menu: 'scenarios_menu',
  edit: (name: string) => text('scenarios_edit', name),
  editHint: 'scenarios_editHint',
  importFile: 'scenarios_importFile',
  exportFile: 'scenarios_exportFile',
  fileName: 'scenarios_fileName',
  imported: 'scenarios_imported',
  notImported: (problem: string) => text('scenarios_notImported', problem),
  notSaved: 'scenarios_notSaved',
  playing: 'scenarios_playing',
});

export const SCENARIO_GROUP_NAMES: Readonly<Record<ScenarioGroup, string>> = words({
  basic: 'scenarioGroupNames_basic',
  network: 'scenarioGroupNames_network',
  device: 'scenarioGroupNames_device',
  proxy: 'scenarioGroupNames_proxy',
  server: 'scenarioGroupNames_server',
  application: 'scenarioGroupNames_application',
  fault: 'scenarioGroupNames_fault',
  own: 'scenarioGroupNames_own',
});

export const SCENARIO_DIALOG = words({
  where: 'scenarioDialog_where',
  connection: 'scenarioDialog_connection',
  noConnection: 'scenarioDialog_noConnection',
  matching: 'scenarioDialog_matching',
  pattern: 'scenarioDialog_pattern',
  patternHint: 'scenarioDialog_patternHint',
  tab: 'scenarioDialog_tab',
  numbers: 'scenarioDialog_numbers',
  json: 'scenarioDialog_json',
  jsonHint: 'scenarioDialog_jsonHint',
  name: 'scenarioDialog_name',
  play: 'scenarioDialog_play',
  save: 'scenarioDialog_save',
  saved: 'scenarioDialog_saved',
  remove: 'scenarioDialog_remove',
  cancel: 'scenarioDialog_cancel',
  noNumber: 'scenarioDialog_noNumber',
  noJson: (problem: string) => text('scenarioDialog_noJson', problem),
  noPattern: 'scenarioDialog_noPattern',
  step: (number: number, effect: string) => text('scenarioDialog_step', number, effect),
  whole: 'scenarioDialog_whole',
});

/** Effects, as the head of a step's fields. */
export const EFFECT_NAMES: Readonly<Record<string, string>> = words({
  end: 'effectNames_end',
  refuse: 'effectNames_refuse',
  holdClose: 'effectNames_holdClose',
  silence: 'effectNames_silence',
  holdHandshake: 'effectNames_holdHandshake',
  delay: 'effectNames_delay',
  mangle: 'effectNames_mangle',
  sleep: 'effectNames_sleep',
  inject: 'effectNames_inject',
  hold: 'effectNames_hold',
});

/** By the last part of a field's path; where a name is not here, it stands for itself. */
export const FIELD_NAMES: Readonly<Record<string, { readonly label: string; readonly unit: string }>> = words({
  atMs: { label: 'fieldNames_atMs_label', unit: 'fieldNames_atMs_unit' },
  forMs: { label: 'fieldNames_forMs_label', unit: 'fieldNames_forMs_unit' },
  durationMs: { label: 'fieldNames_durationMs_label', unit: 'fieldNames_durationMs_unit' },
  delayMs: { label: 'fieldNames_delayMs_label', unit: 'fieldNames_delayMs_unit' },
  jitterMs: { label: 'fieldNames_jitterMs_label', unit: 'fieldNames_jitterMs_unit' },
  periodMs: { label: 'fieldNames_periodMs_label', unit: 'fieldNames_periodMs_unit' },
  count: { label: 'fieldNames_count_label', unit: '' },
  times: { label: 'fieldNames_times_label', unit: 'fieldNames_times_unit' },
  code: { label: 'fieldNames_code_label', unit: '' },
  reason: { label: 'fieldNames_reason_label', unit: '' },
  loss: { label: 'fieldNames_loss_label', unit: 'fieldNames_loss_unit' },
  duplicate: { label: 'fieldNames_duplicate_label', unit: 'fieldNames_duplicate_unit' },
  reorder: { label: 'fieldNames_reorder_label', unit: 'fieldNames_reorder_unit' },
  corrupt: { label: 'fieldNames_corrupt_label', unit: 'fieldNames_corrupt_unit' },
  truncate: { label: 'fieldNames_truncate_label', unit: 'fieldNames_truncate_unit' },
  direction: { label: 'fieldNames_direction_label', unit: '' },
  server: { label: 'fieldNames_server_label', unit: '' },
  lostBy: { label: 'fieldNames_lostBy_label', unit: '' },
  ending: { label: 'fieldNames_ending_label', unit: '' },
  from: { label: 'fieldNames_from_label', unit: '' },
  bytesPerSecond: { label: 'fieldNames_bytesPerSecond_label', unit: 'fieldNames_bytesPerSecond_unit' },
  text: { label: 'fieldNames_text_label', unit: '' },
  pattern: { label: 'fieldNames_pattern_label', unit: '' },
  repeat: { label: 'fieldNames_repeat_label', unit: '' },
  mustReopenWithinMs: { label: 'fieldNames_mustReopenWithinMs_label', unit: 'fieldNames_mustReopenWithinMs_unit' },
});

/** Words that can be chosen in the fields of a step. */
export const CHOICE_NAMES: Readonly<Record<string, string>> = words({
  in: 'choiceNames_in',
  out: 'choiceNames_out',
  both: 'choiceNames_both',
  ended: 'choiceNames_ended',
  keptOpen: 'choiceNames_keptOpen',
  end: 'choiceNames_end',
  reset: 'choiceNames_reset',
  failure: 'choiceNames_failure',
  close: 'choiceNames_close',
  abnormal: 'choiceNames_abnormal',
  open: 'choiceNames_open',
  fail: 'choiceNames_fail',
  backlog: 'choiceNames_backlog',
  start: 'choiceNames_start',
});

export const SCENARIO_OUTCOMES: Readonly<Record<Exclude<ScenarioOutcome, 'done'>, string>> = words({
  alreadyClosed: 'scenarioOutcomes_alreadyClosed',
  notFound: 'scenarioOutcomes_notFound',
  failed: 'scenarioOutcomes_failed',
  tooMany: 'scenarioOutcomes_tooMany',
  notAllowed: 'scenarioOutcomes_notAllowed',
  outOfReach: 'scenarioOutcomes_outOfReach',
  unanswered: 'scenarioOutcomes_unanswered',
  invalid: 'scenarioOutcomes_invalid',
  alreadyPlaying: 'scenarioOutcomes_alreadyPlaying',
  nothingThere: 'scenarioOutcomes_nothingThere',
  notRecorded: 'scenarioOutcomes_notRecorded',
});

export const RUN = words({
  label: 'run_label',
  states: {
    playing: 'run_states_playing',
    waiting: 'run_states_waiting',
    finished: 'run_states_finished',
    stopped: 'run_states_stopped',
    interrupted: 'run_states_interrupted',
  } satisfies Readonly<Record<ScenarioRunState, WordKey>>,
  interruptedHint: 'run_interruptedHint',
  whole: 'run_whole',
  matching: (pattern: string) => text('run_matching', pattern),
  left: (time: string) => text('run_left', time),
  untilStopped: 'run_untilStopped',
  round: (round: number, rounds: number) => text('run_round', round, rounds),
  refused: (count: number) => counted('run_refused', count),
  results: (good: number, all: number) => text('run_results', good, all),
  inTime: 'run_inTime',
  late: 'run_late',
  back: (time: string) => text('run_back', time),
  untouched: (count: number, names: string) => counted('run_untouched', count, names),
  stop: 'run_stop',
  dismiss: 'run_dismiss',
  notPlayed: (name: string, why: string) => text('run_notPlayed', name, why),
});

export const HELD = words({
  label: 'held_label',
  waiting: (count: number) => counted('held_waiting', count),
  more: (count: number) => text('held_more', formatCount(count)),
  content: (name: string) => text('held_content', name),
  binary: 'held_binary',
  release: 'held_release',
  releaseEdited: 'held_releaseEdited',
  lose: 'held_lose',
  failed: (why: string) => text('held_failed', why),
});

export const RESEND = words({
  button: 'resend_button',
  toServer: 'resend_toServer',
  toPage: 'resend_toPage',
  unknown: 'resend_unknown',
});

export const VERDICT = words({
  label: 'verdict_label',
  frames: 'verdict_frames',
  views: 'verdict_views',
  reading: 'verdict_reading',
  copy: 'verdict_copy',
  budgets: 'verdict_budgets',
  columns: {
    state: 'verdict_columns_state',
    line: 'verdict_columns_line',
    value: 'verdict_columns_value',
    budget: 'verdict_columns_budget',
    evidence: 'verdict_columns_evidence',
  },
  policy: 'verdict_policy',
  attempts: (count: number) => counted('verdict_attempts', count),
  dropped: 'verdict_dropped',
  attempt: (number: number) => text('verdict_attempt', number),
  other: 'verdict_otherWords',
  evidenceHint: 'verdict_evidenceHint',
  more: (count: number) => text('verdict_more', formatCount(count)),
  dialog: 'verdict_dialog',
  dialogHint: 'verdict_dialogHint',
  bounds: (least: number, most: number) => text('verdict_bounds', formatCount(least), formatCount(most)),
  reset: 'verdict_reset',
  save: 'verdict_save',
  cancel: 'verdict_cancel',
});
