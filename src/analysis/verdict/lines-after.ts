/** The judges of what came after reopening: frames, opening conversation, leaks, heartbeats, timers. */
import { counted, text } from '../../words/words.ts';
import { shapeOf } from '../shape.ts';
import { firstUseful, openingOf, repetitionOf } from './conversation.ts';
import { endMs } from './episode.ts';
import { connectionEvidence, frameEvidence, notApplicable, undecided, within } from './findings.ts';
import { heartbeatOf } from './heartbeat.ts';
import type { VerdictConnection } from './input.ts';
import { isBeat } from './reading.ts';
import type { Case, Finding } from './scorecard.ts';

/** The opening conversation must have had so much time to come again. */
const OPENING_WATCH_MS = 2_000;
/** Drops this close together may be one order of the user's. */
const SAME_BLOW_MS = 10_000;
/** A heartbeat must have had so many of its periods to come again. */
const BEAT_WATCH_PERIODS = 1.5;

export function judgeUsefulFrame({ episode, budgets }: Case): Finding {
  const { dropped, reopened, untilMs } = episode;
  if (!reopened || reopened.openedAtMs === null) return notApplicable(text('verdictWhy_notOpenedAgain'));
  if (!firstUseful(dropped)) return notApplicable(text('verdictWhy_noUsefulBefore'));
  const first = firstUseful(reopened);
  if (first) {
    return within(first.atMs - reopened.openedAtMs, 'ms', budgets.usefulFrameMs, frameEvidence(reopened, [first]), [
      text('verdictWhy_toUseful'),
      text('verdictWhy_toUsefulLate'),
    ]);
  }
  const waitedMs = untilMs - reopened.openedAtMs;
  if (waitedMs < budgets.usefulFrameMs) return undecided(episode, text('verdictWhy_noUsefulSoFar'));
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.usefulFrameMs,
    evidence: connectionEvidence(reopened),
    why: text('verdictWhy_noUseful'),
  };
}

export function judgeOpening({ episode }: Case): Finding {
  const { dropped, reopened, untilMs } = episode;
  const opening = openingOf(dropped);
  if (opening.length === 0) return notApplicable(text('verdictWhy_noOpening'));
  if (!reopened || reopened.openedAtMs === null) return notApplicable(text('verdictWhy_notOpenedAgain'));
  const { repeated, missing } = repetitionOf(opening, reopened);
  const value = text('verdictWhy_repeated', repeated.length, opening.length);
  if (missing.length === 0) {
    return {
      state: 'passed',
      value,
      evidence: frameEvidence(dropped, opening),
      why: text('verdictWhy_allCameAgain'),
    };
  }
  if (untilMs - reopened.openedAtMs < OPENING_WATCH_MS)
    return undecided(episode, text('verdictWhy_cameAgainSoFar', value));
  return {
    state: 'failed',
    value,
    evidence: frameEvidence(dropped, missing),
    why: counted('verdictWhy_didNotComeAgain', missing.length),
  };
}

export function judgeLostSends({ episode, sends, budgets }: Case): Finding {
  const { dropped, reopened } = episode;
  const { discarded, lost, flushed, thrown } = sends;
  const flushedWords = flushed.length > 0 ? ` ${counted('verdictWhy_burst', flushed.length)}` : '';
  // What threw is lost, unless the application caught it and kept it.
  const lostByThrow = Math.max(0, thrown - flushed.length);
  if (thrown > 0) {
    const attempts = episode.attempts.map(({ connection }) => connection).filter(({ sendsThrown }) => sendsThrown);
    const threw = counted('verdictWhy_threw', thrown);
    const evidence = [...connectionEvidence(...attempts), ...frameEvidence(dropped, lost)];
    return within(lost.length + lostByThrow, 'frames', budgets.lostSends, evidence, [
      `${threw}${flushedWords}`,
      `${threw} ${text('verdictWhy_notKept')}${flushedWords}`,
    ]);
  }
  if (discarded.length === 0) {
    return flushed.length > 0
      ? {
          state: 'passed',
          value: 0,
          unit: 'frames',
          evidence: reopened ? frameEvidence(reopened, flushed) : [],
          why: `${text('verdictWhy_queued')}${flushedWords}`,
        }
      : notApplicable(text('verdictWhy_sentNothing'));
  }
  return within(lost.length, 'frames', budgets.lostSends, frameEvidence(dropped, lost.length > 0 ? lost : discarded), [
    `${counted('verdictWhy_sentAgainLater', discarded.length)}${flushedWords}`,
    `${text('verdictWhy_intoTheVoid')}${flushedWords}`,
  ]);
}

export function judgeDuplicates({ episode: { reopened }, sends, budgets }: Case): Finding {
  if (!reopened) return notApplicable(text('verdictWhy_notOpenedAgain'));
  return within(sends.duplicated.length, 'frames', budgets.duplicates, frameEvidence(reopened, sends.duplicated), [
    text('verdictWhy_noneTwice'),
    text('verdictWhy_sentTwice'),
  ]);
}

export function judgeLeak({ input, episode, budgets }: Case): Finding {
  const { drop, reopened, endpoint, untilMs, attempts } = episode;
  if (attempts.length === 0) return notApplicable(text('verdictWhy_noAttempt'));
  if (!reopened) return undecided(episode, text('verdictWhy_notOpenAgain'));
  // Sockets that are dropped one after the other are all missing before the last one's turn.
  const blows = input.drops.filter(({ atMs }) => atMs <= drop.atMs && atMs >= drop.atMs - SAME_BLOW_MS);
  const before = Math.max(...[drop, ...blows].map(({ atMs }) => openAt(endpoint, atMs - 1).length));
  const after = openAt(endpoint, untilMs);
  const spare = Math.max(0, after.length - Math.max(1, before));
  return within(spare, 'sockets', budgets.spareSockets, connectionEvidence(...after.slice(-Math.max(2, spare + 1))), [
    text('verdictWhy_notMoreSockets'),
    counted('verdictWhy_spareSockets', after.length, before),
  ]);
}

function openAt(connections: readonly VerdictConnection[], atMs: number): readonly VerdictConnection[] {
  return connections.filter(
    (connection) => connection.openedAtMs !== null && connection.openedAtMs <= atMs && endMs(connection) > atMs,
  );
}

export function judgeHeartbeat({ episode }: Case): Finding {
  const { dropped, reopened, untilMs } = episode;
  const before = heartbeatOf(dropped);
  if (!before) return notApplicable(text('verdictWhy_noHeartbeat'));
  if (!reopened || reopened.openedAtMs === null) return notApplicable(text('verdictWhy_notOpenedAgain'));
  const again = reopened.frames.filter((frame) => frame.isOut && !frame.isDiscarded && shapeOf(frame) === before.shape);
  if (again.length > 0) {
    return {
      state: 'passed',
      ...(before.periodMs === null ? {} : { value: before.periodMs, unit: 'ms' as const }),
      evidence: frameEvidence(reopened, again.slice(0, 2)),
      why: text('verdictWhy_beatsAgain'),
    };
  }
  const watchedMs = untilMs - reopened.openedAtMs;
  if (before.periodMs === null) return notApplicable(text('verdictWhy_oneBeat'));
  if (watchedMs < BEAT_WATCH_PERIODS * before.periodMs) {
    return undecided(episode, text('verdictWhy_noBeatSoFar'));
  }
  return {
    state: 'failed',
    value: watchedMs,
    unit: 'ms',
    budget: before.periodMs,
    evidence: frameEvidence(dropped, before.beats.slice(-2)),
    why: text('verdictWhy_beatLost'),
  };
}

export function judgeDeadTimers({ episode: { dropped, reopened }, sends, budgets }: Case): Finding {
  if (!reopened) return notApplicable(text('verdictWhy_notOpenedAgain'));
  const beats = sends.late.filter((frame) => isBeat(dropped, frame)).length;
  return within(sends.late.length, 'frames', budgets.deadSends, frameEvidence(dropped, sends.late), [
    text('verdictWhy_nothingLate'),
    text(beats > 0 ? 'verdictWhy_lateWithBeats' : 'verdictWhy_late'),
  ]);
}
