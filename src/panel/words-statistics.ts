/** The words of statistics. Like `words.ts`, and nothing else. */
import { text, words } from '../words/words.ts';

export const STATISTICS = words({
  label: 'statistics_label',
  nothing: ['statistics_nothing_title', 'statistics_nothing_advice'],
  scope: 'statistics_scope',
  scopes: { one: 'statistics_scopes_oneWords', all: 'statistics_scopes_all' },
  recordings: (recordings: string, connections: string) => text('statistics_recordings', recordings, connections),
  leftOut: 'statistics_leftOut',
  reading: 'statistics_reading',
  notRead: (problem: string) => text('statistics_notRead', problem),
  asTable: 'statistics_asTable',
  more: (count: string) => text('statistics_more', count),
  knownTimes: 'statistics_knownTimes',
  charts: {
    open: { title: 'statistics_charts_open_title', hint: 'statistics_charts_open_hint' },
    durations: {
      title: 'statistics_charts_durations_title',
      hint: 'statistics_charts_durations_hint',
    },
    idle: {
      title: 'statistics_charts_idle_title',
      hint: 'statistics_charts_idle_hint',
    },
    codes: { title: 'statistics_charts_codes_title', hint: 'statistics_charts_codes_hint' },
    roundTrips: {
      title: 'statistics_charts_roundTrips_title',
      hint: 'statistics_charts_roundTrips_hint',
    },
    latency: {
      title: 'statistics_charts_latency_title',
      hint: 'statistics_charts_latency_hint',
    },
    rates: { title: 'statistics_charts_rates_title', hint: 'statistics_charts_rates_hint' },
    hours: { title: 'statistics_charts_hours_title', hint: 'statistics_charts_hours_hint' },
    endpoints: { title: 'statistics_charts_endpoints_title', hint: 'statistics_charts_endpoints_hint' },
  },
  series: {
    open: 'statistics_series_open',
    abnormal: 'statistics_series_abnormal',
    otherwise: 'statistics_series_otherwise',
    ended: 'statistics_series_ended',
    disconnects: 'statistics_series_disconnects',
    failed: 'statistics_series_failed',
    in: 'statistics_series_in',
    out: 'statistics_series_out',
    median: 'statistics_series_median',
    p95: 'statistics_series_p95',
  },
  columns: {
    time: 'statistics_columns_time',
    duration: 'statistics_columns_duration',
    count: 'statistics_columns_count',
    codes: 'statistics_columns_codes',
    hours: 'statistics_columns_hours',
    endpoints: 'statistics_columns_endpoints',
    connection: 'statistics_columns_connection',
    max: 'statistics_columns_max',
    share: 'statistics_columns_share',
    perHour: 'statistics_columns_perHour',
    connections: 'statistics_columns_connections',
    lived: 'statistics_columns_lived',
    frames: 'statistics_columns_frames',
  },
  range: (from: string, to: string) => text('statistics_range', from, to),
  messages: {
    sent: (count: string, lost: string) =>
      lost === '' ? text('statistics_messages_sent', count) : text('statistics_messages_sentAndLost', count, lost),
    received: (count: string, lost: string) =>
      lost === ''
        ? text('statistics_messages_received', count)
        : text('statistics_messages_receivedAndLost', count, lost),
  },
});
