/** The judges of what came after reopening: frames, opening conversation, leaks, heartbeats, timers. */
import { shapeOf } from '../shape.ts';
import { firstUseful, openingOf, repetitionOf } from './conversation.ts';
import { endMs } from './episode.ts';
import { connectionEvidence, counted, frameEvidence, notApplicable, undecided, within } from './findings.ts';
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
  if (!reopened || reopened.openedAtMs === null) return notApplicable('It did not open again.');
  if (!firstUseful(dropped)) return notApplicable('The dropped connection had received no useful frame either.');
  const first = firstUseful(reopened);
  if (first) {
    return within(first.atMs - reopened.openedAtMs, 'ms', budgets.usefulFrameMs, frameEvidence(reopened, [first]), [
      'From open to the first received frame that is no heartbeat and no greeting.',
      'From open to the first received frame that is no heartbeat and no greeting: too long.',
    ]);
  }
  const waitedMs = untilMs - reopened.openedAtMs;
  if (waitedMs < budgets.usefulFrameMs) return undecided(episode, 'No useful frame so far.');
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.usefulFrameMs,
    evidence: connectionEvidence(reopened),
    why: 'It is open, but no useful frame came: perhaps it did not subscribe again.',
  };
}

export function judgeOpening({ episode }: Case): Finding {
  const { dropped, reopened, untilMs } = episode;
  const opening = openingOf(dropped);
  if (opening.length === 0) return notApplicable('The dropped connection began without a conversation that was seen.');
  if (!reopened || reopened.openedAtMs === null) return notApplicable('It did not open again.');
  const { repeated, missing } = repetitionOf(opening, reopened);
  const value = `${repeated.length} of ${opening.length}`;
  if (missing.length === 0) {
    return {
      state: 'passed',
      value,
      evidence: frameEvidence(dropped, opening),
      why: 'All frames of the beginning came again, compared by shape.',
    };
  }
  if (untilMs - reopened.openedAtMs < OPENING_WATCH_MS) return undecided(episode, `${value} came again so far.`);
  return {
    state: 'failed',
    value,
    evidence: frameEvidence(dropped, missing),
    why: `${counted(missing.length, 'frame')} of the beginning did not come again: was it logged on and subscribed?`,
  };
}

export function judgeLostSends({ episode, sends, budgets }: Case): Finding {
  const { dropped, reopened } = episode;
  const { discarded, lost, flushed, thrown } = sends;
  const flushedWords = flushed.length > 0 ? ` ${counted(flushed.length, 'frame')} came in a burst after opening.` : '';
  // What threw is lost, unless the application caught it and kept it.
  const lostByThrow = Math.max(0, thrown - flushed.length);
  if (thrown > 0) {
    const attempts = episode.attempts.map(({ connection }) => connection).filter(({ sendsThrown }) => sendsThrown);
    const threw = `${counted(thrown, 'call')} of send() threw, because the new connection was not open yet.`;
    const evidence = [...connectionEvidence(...attempts), ...frameEvidence(dropped, lost)];
    return within(lost.length + lostByThrow, 'frames', budgets.lostSends, evidence, [
      `${threw}${flushedWords}`,
      `${threw} What was not kept is lost.${flushedWords}`,
    ]);
  }
  if (discarded.length === 0) {
    return flushed.length > 0
      ? {
          state: 'passed',
          value: 0,
          unit: 'frames',
          evidence: reopened ? frameEvidence(reopened, flushed) : [],
          why: `Queued and flushed.${flushedWords}`,
        }
      : notApplicable('It sent nothing while it was down, as far as can be seen.');
  }
  return within(lost.length, 'frames', budgets.lostSends, frameEvidence(dropped, lost.length > 0 ? lost : discarded), [
    `${counted(discarded.length, 'frame')} went to the dead socket, all sent again later.${flushedWords}`,
    `Sent to the dead socket and never again; the browser says nothing about that.${flushedWords}`,
  ]);
}

export function judgeDuplicates({ episode: { reopened }, sends, budgets }: Case): Finding {
  if (!reopened) return notApplicable('It did not open again.');
  return within(sends.duplicated.length, 'frames', budgets.duplicates, frameEvidence(reopened, sends.duplicated), [
    'No frame that tells itself apart was sent twice.',
    'Sent again with the same content, though the first may have arrived.',
  ]);
}

export function judgeLeak({ input, episode, budgets }: Case): Finding {
  const { drop, reopened, endpoint, untilMs, attempts } = episode;
  if (attempts.length === 0) return notApplicable('There was no attempt.');
  if (!reopened) return undecided(episode, 'Not open again.');
  // Sockets that are dropped one after the other are all missing before the last one's turn.
  const blows = input.drops.filter(({ atMs }) => atMs <= drop.atMs && atMs >= drop.atMs - SAME_BLOW_MS);
  const before = Math.max(...[drop, ...blows].map(({ atMs }) => openAt(endpoint, atMs - 1).length));
  const after = openAt(endpoint, untilMs);
  const spare = Math.max(0, after.length - Math.max(1, before));
  return within(spare, 'sockets', budgets.spareSockets, connectionEvidence(...after.slice(-Math.max(2, spare + 1))), [
    'Not more sockets to this endpoint are open than before.',
    `${counted(after.length, 'socket')} to this endpoint are open, ${before} before the drop: attempts are made twice, or one is forgotten.`,
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
  if (!before) return notApplicable('The page sent no heartbeat that could be recognised.');
  if (!reopened || reopened.openedAtMs === null) return notApplicable('It did not open again.');
  const again = reopened.frames.filter((frame) => frame.isOut && !frame.isDiscarded && shapeOf(frame) === before.shape);
  if (again.length > 0) {
    return {
      state: 'passed',
      ...(before.periodMs === null ? {} : { value: before.periodMs, unit: 'ms' as const }),
      evidence: frameEvidence(reopened, again.slice(0, 2)),
      why: 'The heartbeat of before beats on the new connection.',
    };
  }
  const watchedMs = untilMs - reopened.openedAtMs;
  if (before.periodMs === null)
    return notApplicable('One beat only was seen before: when the next is due is not known.');
  if (watchedMs < BEAT_WATCH_PERIODS * before.periodMs) {
    return undecided(episode, 'No beat so far, and not long enough watched to miss one.');
  }
  return {
    state: 'failed',
    value: watchedMs,
    unit: 'ms',
    budget: before.periodMs,
    evidence: frameEvidence(dropped, before.beats.slice(-2)),
    why: 'The heartbeat of before was not taken up again: the new connection may die unnoticed.',
  };
}

export function judgeDeadTimers({ episode: { dropped, reopened }, sends, budgets }: Case): Finding {
  if (!reopened) return notApplicable('It did not open again.');
  const beats = sends.late.filter((frame) => isBeat(dropped, frame)).length;
  return within(sends.late.length, 'frames', budgets.deadSends, frameEvidence(dropped, sends.late), [
    'Nothing was sent to the dead socket after the new one had opened.',
    `Still sent to the dead socket after the new one had opened${beats > 0 ? ', heartbeats among them' : ''}: a timer was not cleared.`,
  ]);
}
