/** A close code with its name. 1006 is red, a simulated one of another colour and shape, what tells of an error amber. */
import { describeClose } from '../../analysis/close-codes.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import { type EndKind, endKindOf } from '../models/lane-marks.ts';
import { CONNECTIONS } from '../words.ts';
import { CLOSE } from '../words-findings.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

const BADGES: Readonly<Record<EndKind, string | null>> = {
  abnormal: 'badge badge-abnormal',
  simulated: 'badge badge-simulated',
  suspicious: 'badge badge-suspicious',
  ordinary: null,
  gone: null,
};

export interface CloseBadgeProps {
  readonly record: ConnectionRecord;
  /** Just the code. */
  readonly isShort: boolean;
}

export function CloseBadge({ record, isShort }: CloseBadgeProps) {
  const conversation = usePanel().analysis.conversations.value.get(record.connectionId);
  const { close } = record;
  if (!close) return record.endSeenAtMs === null ? null : <span class="faint">{CONNECTIONS.noCode}</span>;
  const {
    code,
    title: name,
    sentBy,
    meaning,
    reconnect,
  } = describeClose(close.code, conversation?.protocol?.id ?? null);
  const kind = endKindOf(record);
  const badge = BADGES[kind];
  const text = isShort ? String(code) : `${code} ${name}`;
  const title = [
    `${code} ${name}. ${meaning}${close.reason ? ` “${close.reason}”` : ''}`,
    `${CLOSE.sentBy}: ${sentBy}`,
    `${CLOSE.reconnect} ${reconnect}`,
  ].join('\n');
  if (!badge) {
    return <span title={title}>{text}</span>;
  }
  return (
    <span class={badge} title={kind === 'simulated' ? `${title} (${CONNECTIONS.simulated})` : title}>
      {kind === 'simulated' && <Icon name="drop" />}
      {text}
      {kind === 'simulated' && <span class="visually-hidden">, {CONNECTIONS.simulated}</span>}
    </span>
  );
}
