/** Above the frames: which connection this is, how it ended, and, for an abnormal end, what that means and what followed. */
import { type ClosedBy, canBeDropped, closedBy, endedAtMs, flagOf } from '../../analysis/connection-state.ts';
import type { HeartbeatFacts } from '../../analysis/digest/digest.ts';
import type { Reconnect } from '../../analysis/reconnects.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { familyBadgeOf } from '../models/families.ts';
import { formatDuration } from '../models/format.ts';
import { percentOf } from '../models/totals.ts';
import { ANSWERS, CLOSED_BY, CLOSED_BY_HINT, FRAMES, STATUS, SUMMARY } from '../words.ts';
import { VERDICT } from '../words-faults.ts';
import { CONVERSATION } from '../words-findings.ts';
import { COMPOSE } from '../words-grids.ts';
import { CloseBadge } from './CloseBadge.tsx';
import { CommandMenu } from './CommandMenu.tsx';
import { FamilyTag } from './FamilyTag.tsx';
import { Icon } from './Icon.tsx';
import { Tabs } from './Tabs.tsx';
import { usePanel } from './use-panel.ts';

export function ConnectionSummary() {
  const state = usePanel();
  const record = state.selected.value;
  if (!record) return null;
  return (
    <section class="summary" aria-label={SUMMARY.label}>
      <div class="summary-head">
        <span class="summary-url" title={record.url}>
          {record.url}
        </span>
        {record.close && <CloseFacts record={record} />}
        <Generation record={record} />
        <FrameCount record={record} />
        <Views />
        <ComposeButton record={record} />
        <CommandMenu record={record} />
        <button
          type="button"
          class="tool"
          aria-label={SUMMARY.close}
          title={SUMMARY.close}
          onClick={() => state.select(null)}
        >
          <Icon name="close" />
        </button>
      </div>
      <ConversationFacts record={record} />
      {flagOf(record) === 'abnormal' && <Abnormal record={record} />}
    </section>
  );
}

/** Which one it is of those that took each other's place, with the way to its neighbours. */
function Generation({ record }: { readonly record: ConnectionRecord }) {
  const { lineages, select } = usePanel();
  const generations = lineages.value.lineageOf(record.connectionId)?.generations ?? [];
  const at = generations.findIndex(({ connectionId }) => connectionId === record.connectionId);
  if (generations.length < 2 || at < 0) return null;
  const step = (label: string, to: ConnectionRecord | undefined, sign: string) => (
    <button
      type="button"
      class="summary-step"
      aria-label={label}
      title={label}
      disabled={!to}
      onClick={() => to && select(to.connectionId)}
    >
      {sign}
    </button>
  );
  return (
    <span class="summary-generation" title={SUMMARY.generationHint}>
      {step(SUMMARY.generationBefore, generations[at - 1], '‹')} {SUMMARY.generation(at + 1, generations.length)}{' '}
      {step(SUMMARY.generationAfter, generations[at + 1], '›')}
    </span>
  );
}

/** Not of a stored session: nobody is there to send to. */
function ComposeButton({ record }: { readonly record: ConnectionRecord }) {
  const { frameTools, isStored } = usePanel();
  if (isStored || !canBeDropped(record)) return null;
  return (
    <button
      type="button"
      class="button"
      title={COMPOSE.buttonHint}
      onClick={() => frameTools.write({ direction: 'out', mode: 'text', text: '' })}
    >
      {COMPOSE.button}
    </button>
  );
}

/** Frames or verdict; only where there is a verdict. */
function Views() {
  const { verdict } = usePanel();
  if (!verdict.isThere.value) return null;
  return (
    <Tabs
      label={VERDICT.views}
      idPrefix="below"
      class="summary-views"
      tabs={[
        { name: 'frames', label: VERDICT.frames },
        { name: 'verdict', label: VERDICT.label },
      ]}
      shown={verdict.isShown.value ? 'verdict' : 'frames'}
      onShow={(name) => verdict.show(name === 'verdict')}
    />
  );
}

/** How many frames there are, or how many of them the filter lets through, so far. */
function FrameCount({ record }: { readonly record: ConnectionRecord }) {
  const search = usePanel().frames.search.value;
  const count = record.framesIn + record.framesOut;
  if (!search) return <span class="summary-count">{STATUS.frames(count)}</span>;
  const { matches, searchedFrames, totalFrames, isDone } = search;
  return (
    <output class="summary-count" aria-label={FRAMES.label}>
      {!isDone && `${STATUS.searching(percentOf(searchedFrames, totalFrames))} `}
      {STATUS.matches(matches.length, totalFrames)}
    </output>
  );
}

/** Whether it names who closed it; of the others the explanation below tells. */
const IS_SOMEBODY: Readonly<Record<ClosedBy, boolean>> = {
  page: true,
  server: true,
  socketscope: true,
  navigation: true,
  lost: false,
  neverOpened: false,
  unknown: false,
};

function CloseFacts({ record }: { readonly record: ConnectionRecord }) {
  const { close } = record;
  const by = closedBy(record);
  if (!close || !by) return null;
  return (
    <span class="summary-facts">
      <CloseBadge record={record} isShort={false} />
      <span>
        {SUMMARY.wasClean} <b>{close.wasClean ? ANSWERS.yes : ANSWERS.no}</b>
      </span>
      {IS_SOMEBODY[by] && (
        <span title={CLOSED_BY_HINT[by]}>
          {SUMMARY.closedBy} <b>{CLOSED_BY[by]}</b>
        </span>
      )}
      {close.reason !== '' && (
        <span class="summary-reason">
          {SUMMARY.reason} <b>{close.reason}</b>
        </span>
      )}
    </span>
  );
}

/** What is known of its conversation: the protocol, and who proves to be alive. */
function ConversationFacts({ record }: { readonly record: ConnectionRecord }) {
  const facts = usePanel().analysis.conversations.value.get(record.connectionId);
  if (!facts || (!facts.protocol && !facts.heartbeat)) return null;
  const { protocol, heartbeat } = facts;
  return (
    <p class="summary-facts summary-conversation">
      {protocol && (
        <span title={CONVERSATION.signs(protocol.signs)}>
          {CONVERSATION.protocol} <b>{protocol.name}</b>
        </span>
      )}
      <span>{heartbeat ? <HeartbeatWords heartbeat={heartbeat} /> : CONVERSATION.noHeartbeat}</span>
    </p>
  );
}

function HeartbeatWords({ heartbeat }: { readonly heartbeat: HeartbeatFacts }) {
  const { by, periodMs, roundTrip, unanswered } = heartbeat;
  const parts = [
    CONVERSATION.by[by],
    ...(periodMs === null ? [] : [CONVERSATION.every(formatDuration(periodMs))]),
    ...(roundTrip === null ? [] : [CONVERSATION.roundTrip(formatDuration(roundTrip.medianMs))]),
    ...(unanswered === 0 ? [] : [CONVERSATION.unanswered(unanswered)]),
  ];
  return (
    <>
      {CONVERSATION.heartbeat} <b>{parts.join(', ')}</b>
    </>
  );
}

/** What findings say of it, the first of them one click away. */
function WhatWasFound({ record }: { readonly record: ConnectionRecord }) {
  const { analysis, selectFinding, show } = usePanel();
  const badge = familyBadgeOf(record, analysis.families.value);
  const finding = analysis.findings.value.find(({ connectionIds }) => connectionIds.includes(record.connectionId));
  return (
    <>
      {badge && <FamilyTag {...badge} />}
      {finding && (
        <button
          type="button"
          class="link"
          onClick={() => {
            selectFinding(finding.findingId);
            show('findings');
          }}
        >
          {finding.title}
        </button>
      )}
    </>
  );
}

function Abnormal({ record }: { readonly record: ConnectionRecord }) {
  const reconnect = usePanel().lineages.value.reconnectOf(record.connectionId);
  return (
    <div class={`explanation ${closedBy(record) === 'socketscope' ? 'explanation-simulated' : ''}`}>
      <p>
        {whatHappened(record)} <Follow record={record} reconnect={reconnect} />
      </p>
      <p class="summary-found">
        <WhatWasFound record={record} />
      </p>
      <details>
        <summary>{SUMMARY.why}</summary>
        <p>{SUMMARY.whyText}</p>
      </details>
    </div>
  );
}

function whatHappened(record: ConnectionRecord): string {
  const by = closedBy(record);
  if (by === 'socketscope') return SUMMARY.simulated;
  if (by === 'page') return SUMMARY.lostWhileClosing;
  return record.openedAtMs === null ? SUMMARY.neverOpened : SUMMARY.abnormal;
}

interface FollowProps {
  readonly record: ConnectionRecord;
  readonly reconnect: Reconnect | undefined;
}

/** What the page did about it, with a way to the connection that came next. */
function Follow({ record, reconnect }: FollowProps) {
  const state = usePanel();
  if (!reconnect) return <span>{SUMMARY.notTried}</span>;
  const { firstAttempt, reopened, attempts, downMs } = reconnect;
  const endMs = endedAtMs(record);
  const next = reopened ?? firstAttempt;
  return (
    <span>
      {downMs !== null && endMs !== null ? SUMMARY.reopened(formatDuration(downMs), attempts) : SUMMARY.tried(attempts)}{' '}
      <button type="button" class="link" onClick={() => state.select(next.connectionId)}>
        {SUMMARY.showReconnect}
      </button>
    </span>
  );
}
