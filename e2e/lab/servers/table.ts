/** The server of each endpoint. The pair of `clients/table.ts`. */
import type { EndpointId } from '../roster.ts';
import { startBackoffServer } from './backoff.ts';
import { startBinaryServer } from './binary.ts';
import { startChatServer } from './chat.ts';
import { startEchoServer } from './echo.ts';
import { startFixedServer } from './fixed.ts';
import { startGraphqlServer } from './graphql.ts';
import { startMqttServer } from './mqtt.ts';
import { startNumberedServer } from './numbered.ts';
import { startPartysocketServer } from './partysocket.ts';
import { startPlainServer } from './plain.ts';
import { startQueueingServer } from './queueing.ts';
import { startReconnectingServer } from './reconnecting.ts';
import type { StartServer } from './server.ts';
import { startSocketioServer } from './socketio.ts';

export const servers: Readonly<Record<EndpointId, StartServer>> = {
  plain: startPlainServer,
  binary: startBinaryServer,
  reconnecting: startReconnectingServer,
  partysocket: startPartysocketServer,
  socketio: startSocketioServer,
  graphql: startGraphqlServer,
  mqtt: startMqttServer,
  backoff: startBackoffServer,
  queueing: startQueueingServer,
  fixed: startFixedServer,
  chat: startChatServer,
  echo: startEchoServer,
  numbered: startNumberedServer,
};
