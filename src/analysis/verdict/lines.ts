/**
 * The lines of a scorecard, as a table: each with the function that judges it. What a judge cannot see it says; it never
 * guesses. `lines-after.ts` has those about what came after reopening.
 */
import { describeClose } from '../close-codes.ts';
import { median } from '../numbers.ts';
import { expiryMs, tokensOf } from './conversation.ts';
import { type Episode, endMs, isUnnoticed, lastActMs, silentFromMs } from './episode.ts';
import { connectionEvidence, counted, frameEvidence, notApplicable, undecided, within } from './findings.ts';
import {
  judgeDeadTimers,
  judgeDuplicates,
  judgeHeartbeat,
  judgeLeak,
  judgeLostSends,
  judgeOpening,
  judgeUsefulFrame,
} from './lines-after.ts';
import { isExplained } from './policy/fit-steady.ts';
import { waitsOf } from './policy/policy.ts';
import type { Case, Finding, Judge, LineId } from './scorecard.ts';
import { policyWords, timeWords } from './words.ts';

export interface LineRow {
  readonly id: LineId;
  readonly title: string;
  readonly judge: Judge;
}

export const LINES: readonly LineRow[] = [
  { id: 'noticed', title: 'Noticed the loss', judge: judgeNoticed },
  { id: 'comesBack', title: 'Tries to come back', judge: judgeComesBack },
  { id: 'terminal', title: 'Stays away after a final refusal', judge: judgeTerminal },
  { id: 'firstAttempt', title: 'First attempt', judge: judgeFirstAttempt },
  { id: 'policy', title: 'Reconnect policy', judge: judgePolicy },
  { id: 'storm', title: 'No storm of attempts', judge: judgeStorm },
  { id: 'longestWait', title: 'Longest wait', judge: judgeLongestWait },
  { id: 'givesUp', title: 'Does not give up early', judge: judgeGivesUp },
  { id: 'reopened', title: 'Open again', judge: judgeReopened },
  { id: 'usefulFrame', title: 'First useful frame', judge: judgeUsefulFrame },
  { id: 'opening', title: 'Opening conversation repeated', judge: judgeOpening },
  { id: 'token', title: 'Token still good', judge: judgeToken },
  { id: 'lostSends', title: 'Nothing sent into the void', judge: judgeLostSends },
  { id: 'duplicates', title: 'Nothing sent twice', judge: judgeDuplicates },
  { id: 'leak', title: 'One socket, not two', judge: judgeLeak },
  { id: 'heartbeat', title: 'Heartbeat restarted', judge: judgeHeartbeat },
  { id: 'deadTimers', title: 'No timer speaks to the dead socket', judge: judgeDeadTimers },
];

/** Codes after which the same attempt cannot succeed. Sources: RFC 6455 7.4.1, IANA, graphql-transport-ws, Centrifugo. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  ...[1002, 1003, 1007, 1008, 1009, 1010],
  ...[3000, 3003, 3500, 3501, 3502, 3503, 3504, 3507],
  ...[4400, 4401, 4403, 4406, 4409],
]);
/** Those of them that a fresh login may cure. */
const LOGIN_CODES: ReadonlySet<number> = new Set([1008, 3000, 3500, 4401, 4403]);
/** Codes after which an application is expected back. */
const PASSING_CODES: ReadonlySet<number> = new Set([1001, 1006, 1011, 1012, 1013, 1014, 3008]);

/** Waits that must have been seen before a storm is spoken of. */
const STORM_GAPS = 3;

function closeCode({ dropped }: Episode): number | null {
  return dropped.close?.code ?? null;
}

/** True when an application should try again: after a passing cause, and when its connection just went silent. */
function shouldComeBack(episode: Episode): boolean {
  const code = closeCode(episode);
  return code === null || PASSING_CODES.has(code);
}

function judgeNoticed({ episode, budgets }: Case): Finding {
  const { drop, dropped, attempts, untilMs } = episode;
  const fromMs = silentFromMs(episode);
  const acts = [attempts[0]?.connection.createdAtMs, dropped.closeRequestedAtMs].filter(
    (atMs): atMs is number => typeof atMs === 'number' && atMs >= fromMs,
  );
  const first = acts.length > 0 ? Math.min(...acts) : null;
  if (drop.atMs > fromMs && (first === null || first > drop.atMs)) {
    return within(drop.atMs - fromMs, 'ms', budgets.noticeMs, connectionEvidence(dropped), [
      'Nothing passed any more, and the page did not notice before the close told it.',
      'Nothing passed any more for too long, and the page did not notice before the close told it: a heartbeat would.',
    ]);
  }
  if (first !== null) {
    const evidence = connectionEvidence(
      first === dropped.closeRequestedAtMs ? dropped : (attempts[0]?.connection ?? null),
    );
    return within(first - fromMs, 'ms', budgets.noticeMs, evidence, [
      'The page acted: it made a new socket or closed this one.',
      'The page took too long to do anything about it.',
    ]);
  }
  const sent = dropped.frames.filter(({ isOut }) => isOut);
  const after = sent.filter(({ atMs }) => atMs > drop.atMs);
  const period = median(sent.slice(1).map(({ atMs }, i) => atMs - (sent[i]?.atMs ?? 0)));
  if (sent.length >= 4 && after.length === 0 && untilMs - drop.atMs > 3 * period) {
    return {
      state: 'passed',
      why: 'It did nothing but stop sending, as it had done every now and then before.',
      evidence: frameEvidence(dropped, sent.slice(-1)),
    };
  }
  if (!shouldComeBack(episode)) return notApplicable('The page did nothing, and after this close code it need not.');
  const waitedMs = untilMs - fromMs;
  if (isUnnoticed(episode)) return judgeUnnoticed(episode, waitedMs, budgets.noticeMs);
  if (waitedMs < Math.min(budgets.noticeMs, budgets.silenceMs))
    return undecided(episode, 'The page has done nothing so far.');
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.noticeMs,
    why: 'The page did nothing: no new socket, no close(), no end of sending.',
    evidence: connectionEvidence(dropped),
  };
}

/** It says OPEN, and nothing passes. */
function judgeUnnoticed(episode: Episode, waitedMs: number, budget: number): Finding {
  const measured = { value: waitedMs, unit: 'ms', budget, evidence: connectionEvidence(episode.dropped) } as const;
  return waitedMs < budget
    ? { ...undecided(episode, `Not noticed yet: nothing has passed for ${timeWords(waitedMs)}.`), ...measured }
    : {
        state: 'failed',
        ...measured,
        why: `Nothing has passed for ${timeWords(waitedMs)}, and the page did nothing: a heartbeat would notice.`,
      };
}

function judgeComesBack({ episode, budgets }: Case): Finding {
  const { drop, dropped, attempts, untilMs } = episode;
  const code = closeCode(episode);
  if (!shouldComeBack(episode)) return notApplicable(`After ${code} an application need not come back.`);
  if (attempts.length > 0) {
    return {
      state: 'passed',
      value: attempts.length,
      unit: 'attempts',
      why: `It tried ${counted(attempts.length, 'time')}.`,
      evidence: connectionEvidence(...attempts.map(({ connection }) => connection)),
    };
  }
  const patienceMs = isUnnoticed(episode) ? budgets.noticeMs : budgets.silenceMs;
  if (untilMs - drop.atMs < patienceMs || drop.passedByMs !== undefined)
    return undecided(episode, 'No attempt so far.');
  return {
    state: 'failed',
    value: 0,
    unit: 'attempts',
    why: `No attempt in ${Math.round((untilMs - drop.atMs) / 1000)} s, though ${code === null ? 'a silent connection' : `${code} (${describeClose(code).name})`} asks for one.`,
    evidence: connectionEvidence(dropped),
  };
}

function judgeTerminal({ episode }: Case): Finding {
  const { dropped, attempts } = episode;
  const code = closeCode(episode);
  if (code === null || !FINAL_CODES.has(code)) return notApplicable(`${code ?? 'No close code'} is no final refusal.`);
  const [first] = attempts;
  const name = `${code} (${describeClose(code).name})`;
  if (!first) return { state: 'passed', why: `No attempt after ${name}.`, evidence: connectionEvidence(dropped) };
  const old = new Set(tokensOf(dropped));
  const fresh = attempts.map(({ connection }) => tokensOf(connection)).filter((tokens) => tokens.length > 0);
  if (LOGIN_CODES.has(code) && fresh.length > 0 && fresh.every((tokens) => tokens.some((token) => !old.has(token)))) {
    return {
      state: 'passed',
      why: `It came back after ${name}, with a fresh token.`,
      evidence: connectionEvidence(dropped, first.connection),
    };
  }
  return {
    state: 'failed',
    value: attempts.length,
    unit: 'attempts',
    budget: 0,
    why: `It tried again after ${name}: the same attempt will be refused again.`,
    evidence: connectionEvidence(dropped, ...attempts.map(({ connection }) => connection)),
  };
}

function judgeFirstAttempt({ episode, budgets }: Case): Finding {
  const [first] = episode.attempts;
  if (!first) return notApplicable('There was no attempt.');
  return within(first.gapMs, 'ms', budgets.firstAttemptMs, connectionEvidence(first.connection), [
    'From the drop to the construction of the next socket.',
    'From the drop to the construction of the next socket: too long.',
  ]);
}

function judgePolicy({ policy, episode }: Case): Finding {
  const evidence = connectionEvidence(...episode.attempts.map(({ connection }) => connection));
  const value = policyWords(policy);
  const basis = `${counted(policy.gaps, 'wait')} of ${counted(policy.drops, 'drop')}`;
  if (policy.kind === 'none') return notApplicable('There was no attempt.');
  if (policy.kind === 'unclear') {
    return {
      ...notApplicable(`Too little to tell, ${basis}: refuse handshakes for a while to see more.`),
      value,
      evidence,
    };
  }
  if (policy.kind === 'immediate') {
    const state = policy.gaps >= 2 ? 'failed' : 'passed';
    return { state, value, evidence, why: `It tries without a wait, seen in ${basis}.` };
  }
  return { state: 'passed', value, evidence, why: `Seen in ${basis}; sureness ${policy.sureness}.` };
}

/** Many clients with these waits: would the server be hammered? */
function judgeStorm({ episode, policy, herd, budgets }: Case): Finding {
  const gaps = episode.attempts.map(({ gapMs }) => gapMs);
  const evidence = connectionEvidence(...episode.attempts.map(({ connection }) => connection));
  if (gaps.length < STORM_GAPS)
    return notApplicable(`Only ${counted(gaps.length, 'attempt')}: refuse handshakes for a while to see more.`);
  const longest = Math.max(...gaps.slice(1));
  if (longest < budgets.stormWaitMs && (policy.capMs !== null || isConstant(gaps.slice(1)))) {
    return {
      state: 'failed',
      value: longest,
      unit: 'ms',
      budget: budgets.stormWaitMs,
      evidence,
      why: 'Attempts go on failing, and the waits stay short.',
    };
  }
  if (isConstant(gaps.slice(1)) && policy.jitter === 0 && policy.capMs === null) {
    return {
      state: 'failed',
      value: longest,
      unit: 'ms',
      evidence,
      why: 'All waits are the same: no backoff, no jitter.',
    };
  }
  if (herd.length >= 3 && isInStep(herd)) {
    return {
      state: 'failed',
      value: herd.length,
      unit: 'sockets',
      evidence: connectionEvidence(...herd.flatMap(({ attempts }) => attempts[0]?.connection ?? [])),
      why: 'Sockets that were dropped together come back together: no jitter.',
    };
  }
  return {
    state: 'passed',
    value: longest,
    unit: 'ms',
    evidence,
    why: policy.jitter
      ? 'Waits differ by chance, or grow.'
      : 'Waits grow. No jitter was seen: many clients would come back at the same moments.',
  };
}

function isConstant(gaps: readonly number[]): boolean {
  const least = Math.min(...gaps);
  return gaps.filter((gap) => isExplained(gap, least)).length >= 0.7 * gaps.length;
}

/** True when the same wait of all sockets took the same time. */
function isInStep(herd: readonly Episode[]): boolean {
  const waits = waitsOf(herd.map(({ attempts }) => attempts.map(({ gapMs }) => gapMs)));
  const repeated = [...new Set(waits.map(({ index }) => index))]
    .map((index) => waits.filter((wait) => wait.index === index).map(({ ms }) => ms))
    .filter((group) => group.length >= 3);
  return repeated.length >= 2 && repeated.filter(isConstant).length >= 0.7 * repeated.length;
}

function judgeLongestWait({ episode, policy, budgets }: Case): Finding {
  const gaps = episode.attempts.map(({ gapMs }) => gapMs);
  if (gaps.length === 0) return notApplicable('There was no attempt.');
  const longest = Math.max(...gaps);
  const at = episode.attempts.find(({ gapMs }) => gapMs === longest)?.connection ?? null;
  const cap = policy.capMs === null ? 'No cap was reached.' : `The waits stop growing at ${timeWords(policy.capMs)}.`;
  return within(longest, 'ms', budgets.longestWaitMs, connectionEvidence(at), [cap, `Too long. ${cap}`]);
}

/** True when nothing was tried for longer than the policy would make it wait twice. */
function hasGivenUp({ episode, policy, budgets }: Pick<Case, 'episode' | 'policy' | 'budgets'>): boolean {
  const { attempts, untilMs } = episode;
  const expectedMs = Math.max(policy.capMs ?? 0, ...attempts.map(({ gapMs }) => gapMs * (policy.factor ?? 1)));
  const last = attempts.at(-1);
  const isPending = last !== undefined && (last.outcome === 'pending' || endMs(last.connection) > untilMs);
  return !isPending && untilMs - lastActMs(episode) >= Math.max(budgets.silenceMs, 2 * expectedMs);
}

function judgeGivesUp({ episode, policy, budgets }: Case): Finding {
  const { attempts, reopened, untilMs } = episode;
  const evidence = connectionEvidence(...attempts.map(({ connection }) => connection).slice(-1));
  if (reopened)
    return {
      state: 'passed',
      value: attempts.length,
      unit: 'attempts',
      evidence,
      why: 'It went on until it was open again.',
    };
  if (attempts.length === 0) return notApplicable('There was no attempt.');
  if (!shouldComeBack(episode)) return notApplicable('After this close code it may give up.');
  if (!hasGivenUp({ episode, policy, budgets }))
    return undecided(episode, `${counted(attempts.length, 'attempt')} so far.`);
  const isEnough = attempts.length >= budgets.attempts;
  return {
    state: isEnough ? 'passed' : 'failed',
    value: attempts.length,
    unit: 'attempts',
    budget: budgets.attempts,
    evidence,
    why: `It gave up after ${counted(attempts.length, 'attempt')}: nothing in ${timeWords(untilMs - lastActMs(episode))} since.`,
  };
}

function judgeReopened({ episode, policy, budgets }: Case): Finding {
  const { drop, dropped, attempts, reopened, untilMs } = episode;
  if (reopened?.openedAtMs != null) {
    return within(reopened.openedAtMs - drop.atMs, 'ms', budgets.reopenMs, connectionEvidence(reopened), [
      `From the drop to open, after ${counted(attempts.length, 'attempt')}.`,
      `From the drop to open, after ${counted(attempts.length, 'attempt')}: too long.`,
    ]);
  }
  if (!shouldComeBack(episode) && attempts.length === 0) return notApplicable('It did not try, and need not.');
  const waitedMs = untilMs - drop.atMs;
  if (isUnnoticed(episode) && (waitedMs < budgets.noticeMs + budgets.reopenMs || drop.passedByMs !== undefined)) {
    return undecided(episode, 'Not noticed, so not open again.');
  }
  if (waitedMs < budgets.reopenMs && !hasGivenUp({ episode, policy, budgets })) {
    return undecided(episode, 'Not open so far.');
  }
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.reopenMs,
    evidence: connectionEvidence(dropped),
    why: 'It did not open again.',
  };
}

function judgeToken({ episode, input }: Case): Finding {
  const { dropped, attempts, reopened } = episode;
  const next = reopened ?? attempts.at(-1)?.connection ?? null;
  const [before] = tokensOf(dropped);
  if (before === undefined) return notApplicable('No token was seen in the URL or in the opening frames.');
  if (!next) return notApplicable('There was no attempt.');
  const [now] = tokensOf(next);
  const evidence = connectionEvidence(dropped, next);
  if (now === undefined) return notApplicable('No token was seen in the attempt.');
  if (now !== before) return { state: 'passed', value: 'fresh', evidence, why: 'It came back with another token.' };
  const expiresMs = expiryMs(now);
  if (expiresMs !== null && expiresMs <= Math.min(next.createdAtMs, input.watchedUntilMs)) {
    return { state: 'failed', value: 'same', evidence, why: 'It came back with the same token, which had expired.' };
  }
  const code = closeCode(episode);
  if (code !== null && LOGIN_CODES.has(code)) {
    return {
      state: 'failed',
      value: 'same',
      evidence,
      why: `It came back with the same token that ${code} had refused.`,
    };
  }
  return {
    state: 'passed',
    value: 'same',
    evidence,
    why: 'It came back with the same token; nothing says that it is no longer good.',
  };
}
