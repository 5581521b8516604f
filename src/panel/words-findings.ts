/** The words of findings, coverage and what belongs to them. Like `words.ts`, and nothing else. */
import type { CauseFamily, Severity, Sureness } from '../analysis/findings/finding.ts';
import type { ProbeOutcome } from '../protocol/panel-link.ts';
import { counted, formatCount, text, words } from '../words/words.ts';
import type { Circumstance } from './models/context-track.ts';

export const VIEWS = words({
  label: 'views_label',
  connections: 'views_connections',
  findings: 'views_findings',
  statistics: 'views_statistics',
  coverage: 'views_coverage',
  sessions: 'views_sessions',
  trouble: (count: number) => counted('views_trouble', count),
  notices: (count: number) => counted('notices_count', count),
});

export const FAMILY_HINTS: Readonly<Record<CauseFamily, string>> = words({
  network: 'familyHints_network',
  client: 'familyHints_client',
  server: 'familyHints_server',
  infrastructure: 'familyHints_infrastructure',
  unknown: 'familyHints_unknown',
});

export const SEVERITY_HINTS: Readonly<Record<Severity, string>> = words({
  problem: 'severityHints_problem',
  warning: 'severityHints_warning',
  note: 'severityHints_note',
});
export const SURENESSES: Readonly<Record<Sureness, string>> = words({
  high: 'surenesses_high',
  medium: 'surenesses_medium',
  low: 'surenesses_low',
});

export const FINDINGS = words({
  label: 'findings_label',
  detail: 'findings_detail',
  about: (count: number) => counted('findings_about', count),
  because: 'findings_because',
  cause: 'findings_cause',
  candidates: 'findings_candidates',
  check: 'findings_check',
  evidence: 'findings_evidence',
  evidenceHint: 'findings_evidenceHint',
  against: 'findings_against',
  nextCheck: 'findings_nextCheck',
  advice: 'findings_advice',
  linesOf: (of: string) => text('findings_linesOf', of),
  copyLines: (of: string) => text('findings_copyLines', of),
  copy: 'findings_copy',
  onTimeline: 'findings_onTimeline',
  close: 'findings_close',
  frame: (seq: number) => text('findings_frame', seq),
  more: (count: number) => text('findings_more', formatCount(count)),
  familyUnsure: 'findings_familyUnsure',
  ask: 'findings_ask',
  askHint: 'findings_askHint',
  asking: 'findings_asking',
  answered: (status: number, server: string) =>
    server === '' ? text('findings_answered', status) : text('findings_answeredBy', status, server),
  notAnswered: (error: string) => text('findings_notAnswered', error),
  nobodyAnswered: 'findings_nobodyAnswered',
  choose: ['findings_choose_title', 'findings_choose_advice'],
  healthy: (connections: number) => counted('findings_healthy', connections),
  healthyParts: {
    open: (count: number) => text('findings_healthyParts_open', formatCount(count)),
    ordinary: (count: number) => text('findings_healthyParts_ordinary', formatCount(count)),
    navigation: (count: number) => text('findings_healthyParts_navigation', formatCount(count)),
    simulated: (count: number) => text('findings_healthyParts_simulated', formatCount(count)),
    other: (count: number) => text('findings_healthyParts_otherWords', formatCount(count)),
  },
  counts: (trouble: number, notes: number) =>
    [trouble > 0 && text('findings_toLookAt', formatCount(trouble)), notes > 0 && counted('findings_notes', notes)]
      .filter(Boolean)
      .join(', '),
  analysing: 'findings_analysing',
  analysingSome: (percent: number) => text('findings_analysingSome', percent),
  cancel: 'findings_cancel',
  cancelled: ['findings_cancelled_title', 'findings_cancelled_advice'],
  again: 'findings_again',
  failed: 'findings_failed',
  unread: (count: number) => counted('findings_unread', count),
  schema: 'findings_schema',
});

export const PROBE_REFUSALS: Readonly<Record<Exclude<ProbeOutcome, 'asked'> | 'unanswered', string>> = words({
  alreadyAsking: 'probeRefusals_alreadyAsking',
  notAllowed: 'probeRefusals_notAllowed',
  notFound: 'probeRefusals_notFound',
  failed: 'probeRefusals_failed',
  unanswered: 'probeRefusals_unanswered',
});

export const SCHEMA = words({
  title: 'schema_title',
  hint: 'schema_hint',
  label: 'schema_label',
  placeholder: 'schema_placeholder',
  noJson: (problem: string) => text('schema_noJson', problem),
  noSchema: 'schema_noSchema',
  refused: (problem: string) => text('schema_refused', problem),
  reset: 'schema_reset',
  cancel: 'schema_cancel',
  save: 'schema_save',
});

export const CONVERSATION = words({
  protocol: 'conversation_protocol',
  signs: (signs: readonly string[]) => text('conversation_signs', signs.join(', ')),
  heartbeat: 'conversation_heartbeat',
  noHeartbeat: 'conversation_noHeartbeat',
  by: { page: 'conversation_by_page', server: 'conversation_by_server', both: 'conversation_by_both' },
  every: (period: string) => text('conversation_every', period),
  roundTrip: (time: string) => text('conversation_roundTrip', time),
  unanswered: (count: number) => text('conversation_unanswered', formatCount(count)),
});

export const CLOSE = words({
  sentBy: 'close_sentBy',
  reconnect: 'close_reconnect',
});

/** What happened around the connections, on the timeline. */
export const CIRCUMSTANCE_NAMES: Readonly<Record<Circumstance, string>> = words({
  paused: 'circumstanceNames_paused',
  hidden: 'circumstanceNames_hidden',
  frozen: 'circumstanceNames_frozen',
  asleep: 'circumstanceNames_asleep',
  offline: 'circumstanceNames_offline',
});

export const COMMANDS = words({
  button: 'commands_button',
  hint: 'commands_hint',
  withSecrets: 'commands_withSecrets',
  code: 'copyCode_button',
});
