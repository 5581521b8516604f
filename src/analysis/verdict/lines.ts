/**
 * The lines of a scorecard, as a table: each with the function that judges it. What a judge cannot see it says; it never
 * guesses. `lines-after.ts` has those about what came after reopening.
 */
import { counted, text, type WordKey } from '../../words/words.ts';
import { describeClose } from '../close-codes.ts';
import { median } from '../numbers.ts';
import { expiryMs, tokensOf } from './conversation.ts';
import { type Episode, endMs, isUnnoticed, lastActMs, silentFromMs } from './episode.ts';
import { connectionEvidence, frameEvidence, notApplicable, undecided, within } from './findings.ts';
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
import { policyWords, SURENESS, timeWords } from './words.ts';

export interface LineRow {
  readonly id: LineId;
  readonly title: WordKey;
  readonly judge: Judge;
}

export const LINES: readonly LineRow[] = [
  { id: 'noticed', title: 'verdictLines_noticed', judge: judgeNoticed },
  { id: 'comesBack', title: 'verdictLines_comesBack', judge: judgeComesBack },
  { id: 'terminal', title: 'verdictLines_terminal', judge: judgeTerminal },
  { id: 'firstAttempt', title: 'verdictLines_firstAttempt', judge: judgeFirstAttempt },
  { id: 'policy', title: 'verdictLines_policy', judge: judgePolicy },
  { id: 'storm', title: 'verdictLines_storm', judge: judgeStorm },
  { id: 'longestWait', title: 'verdictLines_longestWait', judge: judgeLongestWait },
  { id: 'givesUp', title: 'verdictLines_givesUp', judge: judgeGivesUp },
  { id: 'reopened', title: 'verdictLines_reopened', judge: judgeReopened },
  { id: 'usefulFrame', title: 'verdictLines_usefulFrame', judge: judgeUsefulFrame },
  { id: 'opening', title: 'verdictLines_opening', judge: judgeOpening },
  { id: 'token', title: 'verdictLines_token', judge: judgeToken },
  { id: 'lostSends', title: 'verdictLines_lostSends', judge: judgeLostSends },
  { id: 'duplicates', title: 'verdictLines_duplicates', judge: judgeDuplicates },
  { id: 'leak', title: 'verdictLines_leak', judge: judgeLeak },
  { id: 'heartbeat', title: 'verdictLines_heartbeat', judge: judgeHeartbeat },
  { id: 'deadTimers', title: 'verdictLines_deadTimers', judge: judgeDeadTimers },
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
      text('verdictWhy_toldByClose'),
      text('verdictWhy_toldByCloseLate'),
    ]);
  }
  if (first !== null) {
    const evidence = connectionEvidence(
      first === dropped.closeRequestedAtMs ? dropped : (attempts[0]?.connection ?? null),
    );
    return within(first - fromMs, 'ms', budgets.noticeMs, evidence, [
      text('verdictWhy_acted'),
      text('verdictWhy_actedLate'),
    ]);
  }
  const sent = dropped.frames.filter(({ isOut }) => isOut);
  const after = sent.filter(({ atMs }) => atMs > drop.atMs);
  const period = median(sent.slice(1).map(({ atMs }, i) => atMs - (sent[i]?.atMs ?? 0)));
  if (sent.length >= 4 && after.length === 0 && untilMs - drop.atMs > 3 * period) {
    return {
      state: 'passed',
      why: text('verdictWhy_stoppedSending'),
      evidence: frameEvidence(dropped, sent.slice(-1)),
    };
  }
  if (!shouldComeBack(episode)) return notApplicable(text('verdictWhy_neededNothing'));
  const waitedMs = untilMs - fromMs;
  if (isUnnoticed(episode)) return judgeUnnoticed(episode, waitedMs, budgets.noticeMs);
  if (waitedMs < Math.min(budgets.noticeMs, budgets.silenceMs))
    return undecided(episode, text('verdictWhy_nothingSoFar'));
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.noticeMs,
    why: text('verdictWhy_didNothing'),
    evidence: connectionEvidence(dropped),
  };
}

/** It says OPEN, and nothing passes. */
function judgeUnnoticed(episode: Episode, waitedMs: number, budget: number): Finding {
  const measured = { value: waitedMs, unit: 'ms', budget, evidence: connectionEvidence(episode.dropped) } as const;
  return waitedMs < budget
    ? { ...undecided(episode, text('verdictWhy_notNoticedYet', timeWords(waitedMs))), ...measured }
    : {
        state: 'failed',
        ...measured,
        why: text('verdictWhy_unnoticed', timeWords(waitedMs)),
      };
}

function judgeComesBack({ episode, budgets }: Case): Finding {
  const { drop, dropped, attempts, untilMs } = episode;
  const code = closeCode(episode);
  if (!shouldComeBack(episode)) return notApplicable(text('verdictWhy_needNotComeBack', String(code)));
  if (attempts.length > 0) {
    return {
      state: 'passed',
      value: attempts.length,
      unit: 'attempts',
      why: counted('verdictWhy_tried', attempts.length),
      evidence: connectionEvidence(...attempts.map(({ connection }) => connection)),
    };
  }
  const patienceMs = isUnnoticed(episode) ? budgets.noticeMs : budgets.silenceMs;
  if (untilMs - drop.atMs < patienceMs || drop.passedByMs !== undefined)
    return undecided(episode, text('verdictWhy_noAttemptSoFar'));
  return {
    state: 'failed',
    value: 0,
    unit: 'attempts',
    why: text(
      'verdictWhy_noAttemptIn',
      Math.round((untilMs - drop.atMs) / 1000),
      code === null ? text('verdictWhy_aSilentConnection') : `${code} (${describeClose(code).title})`,
    ),
    evidence: connectionEvidence(dropped),
  };
}

function judgeTerminal({ episode }: Case): Finding {
  const { dropped, attempts } = episode;
  const code = closeCode(episode);
  if (code === null || !FINAL_CODES.has(code))
    return notApplicable(code === null ? text('verdictWhy_noCodeNotFinal') : text('verdictWhy_notFinal', code));
  const [first] = attempts;
  const name = `${code} (${describeClose(code).title})`;
  if (!first)
    return { state: 'passed', why: text('verdictWhy_noAttemptAfter', name), evidence: connectionEvidence(dropped) };
  const old = new Set(tokensOf(dropped));
  const fresh = attempts.map(({ connection }) => tokensOf(connection)).filter((tokens) => tokens.length > 0);
  if (LOGIN_CODES.has(code) && fresh.length > 0 && fresh.every((tokens) => tokens.some((token) => !old.has(token)))) {
    return {
      state: 'passed',
      why: text('verdictWhy_cameBackFresh', name),
      evidence: connectionEvidence(dropped, first.connection),
    };
  }
  return {
    state: 'failed',
    value: attempts.length,
    unit: 'attempts',
    budget: 0,
    why: text('verdictWhy_triedAgain', name),
    evidence: connectionEvidence(dropped, ...attempts.map(({ connection }) => connection)),
  };
}

function judgeFirstAttempt({ episode, budgets }: Case): Finding {
  const [first] = episode.attempts;
  if (!first) return notApplicable(text('verdictWhy_noAttempt'));
  return within(first.gapMs, 'ms', budgets.firstAttemptMs, connectionEvidence(first.connection), [
    text('verdictWhy_toNextSocket'),
    text('verdictWhy_toNextSocketLate'),
  ]);
}

function judgePolicy({ policy, episode }: Case): Finding {
  const evidence = connectionEvidence(...episode.attempts.map(({ connection }) => connection));
  const value = policyWords(policy);
  const basis = text(
    'verdictWhy_waitsOfDrops',
    counted('verdictWhy_waits', policy.gaps),
    counted('verdictWhy_drops', policy.drops),
  );
  if (policy.kind === 'none') return notApplicable(text('verdictWhy_noAttempt'));
  if (policy.kind === 'unclear') {
    return {
      ...notApplicable(text('verdictWhy_tooLittle', basis)),
      value,
      evidence,
    };
  }
  if (policy.kind === 'immediate') {
    const state = policy.gaps >= 2 ? 'failed' : 'passed';
    return { state, value, evidence, why: text('verdictWhy_withoutWait', basis) };
  }
  return { state: 'passed', value, evidence, why: text('verdictWhy_seenIn', basis, SURENESS[policy.sureness]) };
}

/** Many clients with these waits: would the server be hammered? */
function judgeStorm({ episode, policy, herd, budgets }: Case): Finding {
  const gaps = episode.attempts.map(({ gapMs }) => gapMs);
  const evidence = connectionEvidence(...episode.attempts.map(({ connection }) => connection));
  if (gaps.length < STORM_GAPS)
    return notApplicable(text('verdictWhy_onlyAttempts', counted('verdictWhy_attempts', gaps.length)));
  const longest = Math.max(...gaps.slice(1));
  if (longest < budgets.stormWaitMs && (policy.capMs !== null || isConstant(gaps.slice(1)))) {
    return {
      state: 'failed',
      value: longest,
      unit: 'ms',
      budget: budgets.stormWaitMs,
      evidence,
      why: text('verdictWhy_staysShort'),
    };
  }
  if (isConstant(gaps.slice(1)) && policy.jitter === 0 && policy.capMs === null) {
    return {
      state: 'failed',
      value: longest,
      unit: 'ms',
      evidence,
      why: text('verdictWhy_allTheSame'),
    };
  }
  if (herd.length >= 3 && isInStep(herd)) {
    return {
      state: 'failed',
      value: herd.length,
      unit: 'sockets',
      evidence: connectionEvidence(...herd.flatMap(({ attempts }) => attempts[0]?.connection ?? [])),
      why: text('verdictWhy_inStep'),
    };
  }
  return {
    state: 'passed',
    value: longest,
    unit: 'ms',
    evidence,
    why: policy.jitter ? text('verdictWhy_waitsDiffer') : text('verdictWhy_waitsGrow'),
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
  if (gaps.length === 0) return notApplicable(text('verdictWhy_noAttempt'));
  const longest = Math.max(...gaps);
  const at = episode.attempts.find(({ gapMs }) => gapMs === longest)?.connection ?? null;
  const cap = policy.capMs === null ? text('verdictWhy_noCap') : text('verdictWhy_cap', timeWords(policy.capMs));
  return within(longest, 'ms', budgets.longestWaitMs, connectionEvidence(at), [cap, text('verdictWhy_tooLong', cap)]);
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
      why: text('verdictWhy_wentOn'),
    };
  if (attempts.length === 0) return notApplicable(text('verdictWhy_noAttempt'));
  if (!shouldComeBack(episode)) return notApplicable(text('verdictWhy_mayGiveUp'));
  if (!hasGivenUp({ episode, policy, budgets }))
    return undecided(episode, counted('verdictWhy_attemptsSoFar', attempts.length));
  const isEnough = attempts.length >= budgets.attempts;
  return {
    state: isEnough ? 'passed' : 'failed',
    value: attempts.length,
    unit: 'attempts',
    budget: budgets.attempts,
    evidence,
    why: counted('verdictWhy_gaveUp', attempts.length, timeWords(untilMs - lastActMs(episode))),
  };
}

function judgeReopened({ episode, policy, budgets }: Case): Finding {
  const { drop, dropped, attempts, reopened, untilMs } = episode;
  if (reopened?.openedAtMs != null) {
    return within(reopened.openedAtMs - drop.atMs, 'ms', budgets.reopenMs, connectionEvidence(reopened), [
      counted('verdictWhy_toOpen', attempts.length),
      counted('verdictWhy_toOpenLate', attempts.length),
    ]);
  }
  if (!shouldComeBack(episode) && attempts.length === 0) return notApplicable(text('verdictWhy_didNotTry'));
  const waitedMs = untilMs - drop.atMs;
  if (isUnnoticed(episode) && (waitedMs < budgets.noticeMs + budgets.reopenMs || drop.passedByMs !== undefined)) {
    return undecided(episode, text('verdictWhy_notNoticedNotOpen'));
  }
  if (waitedMs < budgets.reopenMs && !hasGivenUp({ episode, policy, budgets })) {
    return undecided(episode, text('verdictWhy_notOpenSoFar'));
  }
  return {
    state: 'failed',
    value: waitedMs,
    unit: 'ms',
    budget: budgets.reopenMs,
    evidence: connectionEvidence(dropped),
    why: text('verdictWhy_notOpenedAgain'),
  };
}

function judgeToken({ episode, input }: Case): Finding {
  const { dropped, attempts, reopened } = episode;
  const next = reopened ?? attempts.at(-1)?.connection ?? null;
  const [before] = tokensOf(dropped);
  if (before === undefined) return notApplicable(text('verdictWhy_noToken'));
  if (!next) return notApplicable(text('verdictWhy_noAttempt'));
  const [now] = tokensOf(next);
  const evidence = connectionEvidence(dropped, next);
  if (now === undefined) return notApplicable(text('verdictWhy_noTokenInAttempt'));
  if (now !== before)
    return { state: 'passed', value: text('verdictValues_fresh'), evidence, why: text('verdictWhy_anotherToken') };
  const expiresMs = expiryMs(now);
  if (expiresMs !== null && expiresMs <= Math.min(next.createdAtMs, input.watchedUntilMs)) {
    return { state: 'failed', value: text('verdictValues_same'), evidence, why: text('verdictWhy_expiredToken') };
  }
  const code = closeCode(episode);
  if (code !== null && LOGIN_CODES.has(code)) {
    return {
      state: 'failed',
      value: text('verdictValues_same'),
      evidence,
      why: text('verdictWhy_refusedToken', code),
    };
  }
  return {
    state: 'passed',
    value: text('verdictValues_same'),
    evidence,
    why: text('verdictWhy_sameToken'),
  };
}
