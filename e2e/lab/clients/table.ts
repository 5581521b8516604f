/** The client of each card. The pair of `servers/table.ts`. */
import type { ClientId } from '../roster.ts';
import { startBackoff } from './backoff.ts';
import { startBinary } from './binary.ts';
import { startChat } from './chat.ts';
import type { StartClient } from './client.ts';
import { startFixed } from './fixed.ts';
import { startGraphql } from './graphql.ts';
import { startMqtt } from './mqtt.ts';
import { startPartysocket } from './partysocket.ts';
import { startPlain } from './plain.ts';
import { startQueueing } from './queueing.ts';
import { startReconnecting } from './reconnecting.ts';
import { startSocketio } from './socketio.ts';

export const clients: Readonly<Record<ClientId, StartClient>> = {
  plain: startPlain,
  binary: startBinary,
  reconnecting: startReconnecting,
  partysocket: startPartysocket,
  socketio: startSocketio,
  graphql: startGraphql,
  mqtt: startMqtt,
  backoff: startBackoff,
  queueing: startQueueing,
  fixed: startFixed,
  chat: startChat,
};
