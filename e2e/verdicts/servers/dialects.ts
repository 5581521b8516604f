/**
 * The server side of protocols whose real servers do not run in Node: just so much of each that its client believes to be
 * connected and subscribed, and is told some news now and then. Sources: the protocols' documents and the clients' sources.
 */
import type { WebSocket } from 'ws';
import {
  type Conversation,
  createPlainServer,
  parseObject,
  type StartServer,
  startTicks,
} from '../../lab/servers/server.ts';

const NEWS_EVERY_MS = 300;
/** SignalR ends each message with it (ASP.NET Core, HubProtocol.md). */
const RECORD_SEPARATOR = '\u001e';

type Answer = (text: string, socket: WebSocket, startNews: (news: (n: number) => string) => void) => void;

/** A server that answers texts, and sends news from the moment on when `answer` asks for it. */
function serve(answer: Answer, greet: (socket: WebSocket) => (() => void) | undefined = () => undefined): StartServer {
  return () =>
    createPlainServer((socket): Conversation => {
      const stops: (() => void)[] = [];
      const stopGreeting = greet(socket);
      if (stopGreeting) stops.push(stopGreeting);
      const startNews = (news: (n: number) => string) =>
        stops.push(startTicks(NEWS_EVERY_MS, (n) => socket.send(news(n))));
      return {
        message: (message) => 'text' in message && answer(message.text, socket, startNews),
        gone: () => {
          for (const stop of stops) stop();
        },
      };
    });
}

/** News for those who subscribe, and a pong for a ping: the protocol of the clients in `page/own.ts`. */
const news = serve((text, socket, startNews) => {
  const { type } = parseObject(text) ?? {};
  if (type === 'login') socket.send('{"type":"welcome"}');
  if (type === 'ping') socket.send('{"type":"pong"}');
  if (type === 'subscribe') startNews((n) => JSON.stringify({ type: 'news', n }));
});

/** STOMP 1.2: a frame ends with NUL. */
const stomp = serve((text, socket, startNews) => {
  if (text.startsWith('CONNECT\n')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
  const id = /^SUBSCRIBE\n(?:.*\n)*?id:(.*)\n/.exec(text)?.[1];
  if (id !== undefined) {
    startNews((n) => `MESSAGE\nsubscription:${id}\nmessage-id:${n}\ndestination:/topic/news\n\nnews ${n}\0`);
  }
});

/** Phoenix channels, serializer 2.0.0: [join_ref, ref, topic, event, payload]. */
const phoenix = serve((text, socket, startNews) => {
  const [joinRef, ref, topic, event] = JSON.parse(text) as readonly unknown[];
  socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
  if (event === 'phx_join') startNews((n) => JSON.stringify([joinRef, null, topic, 'news', { n }]));
});

/** SignalR, JSON protocol: an empty object answers the handshake; 1 is an invocation, 6 a ping. */
const signalr = serve((text, socket, startNews) => {
  if (!text.includes('"protocol"')) return;
  socket.send(`{}${RECORD_SEPARATOR}`);
  startNews((n) => `${JSON.stringify({ type: 1, target: 'news', arguments: [n] })}${RECORD_SEPARATOR}`);
});

/** Centrifugo's client protocol, JSON: replies carry the id of the command, pushes have none. */
const centrifugo = serve((text, socket, startNews) => {
  for (const line of text.split('\n')) {
    const { id, connect } = parseObject(line) ?? {};
    if (!connect) continue;
    socket.send(JSON.stringify({ id, connect: { client: 'c', version: '0', ping: 25, pong: true } }));
    startNews((n) => JSON.stringify({ push: { channel: 'news', pub: { data: { n } } } }));
  }
});

/** ActionCable: a welcome, pings from the server (here ten a second, for a client whose threshold is a tenth of the usual). */
const actionCable = serve(
  (text, socket, startNews) => {
    const { command, identifier } = parseObject(text) ?? {};
    if (command !== 'subscribe') return;
    socket.send(JSON.stringify({ identifier, type: 'confirm_subscription' }));
    startNews((n) => JSON.stringify({ identifier, message: { n } }));
  },
  (socket) => {
    socket.send('{"type":"welcome"}');
    return startTicks(100, () => socket.send(JSON.stringify({ type: 'ping', message: Math.round(Date.now() / 1000) })));
  },
);

export const dialects = { news, stomp, phoenix, signalr, centrifugo, actionCable } as const;
