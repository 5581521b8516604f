/** ActionCable (Ruby on Rails). The server alone beats. Sources: rails/rails, actioncable/lib/action_cable.rb, app/javascript. */
import { type Frame, objectOf } from './frame.ts';
import type { FrameReading, Protocol } from './protocol.ts';
import { farewell, MESSAGE, reading } from './readings.ts';

const READINGS: Readonly<Record<string, FrameReading>> = {
  ping: reading('beat', 'ping'),
  pong: reading('beatAnswer', 'pong'),
  welcome: reading('greeting', 'welcome'),
  confirm_subscription: reading('greeting', 'confirm_subscription'),
  reject_subscription: reading('control', 'reject_subscription'),
};
const COMMANDS: Readonly<Record<string, FrameReading>> = {
  subscribe: reading('control', 'subscribe'),
  unsubscribe: reading('control', 'unsubscribe'),
};

function read(frame: Frame): FrameReading {
  const { type, command, reason, reconnect } = objectOf(frame) ?? {};
  if (frame.isOut && typeof command === 'string') return own(COMMANDS, command) ?? MESSAGE;
  if (typeof type !== 'string') return MESSAGE;
  if (type === 'disconnect') return farewell('disconnect', reason, reconnect === false ? '(do not reconnect)' : '');
  return own(READINGS, type) ?? MESSAGE;
}

function own(table: Readonly<Record<string, FrameReading>>, key: string): FrameReading | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

export const actionCable: Protocol = {
  id: 'actioncable',
  name: 'ActionCable',
  isDevServer: false,
  subprotocol: /^actioncable-/,
  isFirst: (frame) => {
    const { type, message } = objectOf(frame) ?? {};
    return !frame.isOut && type === 'ping' && typeof message === 'number' && message > 1e9;
  },
  heartbeat: { by: 'server', isAnswered: false, onlyWhenIdle: false, usualPeriodMs: 3_000 },
  read,
  closeCodes: [],
};
