/** GraphQL over WebSocket (graphql-transport-ws): a subscription to orders and a query that says back what it is told. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  execute,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  subscribe,
  validate,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type StartServer, serveWith } from './server.ts';

const ITEMS = ['kettle', 'lamp', 'chair', 'notebook'] as const;
const ORDER_EVERY_MS = 1500;

/** Orders until the subscriber has gone. */
async function* orders() {
  for (let n = 0; ; n++) {
    await delay(ORDER_EVERY_MS, undefined, { ref: false });
    yield { order: { id: n, item: ITEMS[n % ITEMS.length], amount: 1 + (n % 3) } };
  }
}

const order = new GraphQLObjectType({
  name: 'Order',
  fields: {
    id: { type: new GraphQLNonNull(GraphQLInt) },
    item: { type: new GraphQLNonNull(GraphQLString) },
    amount: { type: new GraphQLNonNull(GraphQLInt) },
  },
});

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      say: {
        type: new GraphQLNonNull(GraphQLString),
        args: { text: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: (_root: unknown, { text }: { readonly text: string }) => `you said: ${text}`,
      },
    },
  }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { order: { type: new GraphQLNonNull(order), subscribe: orders } },
  }),
});

export const startGraphqlServer: StartServer = () => {
  const webSockets = new WebSocketServer({ noServer: true });
  // A schema must be run by the copy of graphql that made it, and some loaders load one copy here and one in graphql-ws.
  const disposable = useServer({ schema, execute, subscribe, validate }, webSockets);
  return serveWith(webSockets, async () => {
    for (const client of webSockets.clients) client.terminate();
    await disposable.dispose();
  });
};
