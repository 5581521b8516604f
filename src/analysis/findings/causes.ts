/**
 * Every cause that a finding may name: what it is called, whose doing it is, and the check that tells it from its
 * neighbours. The names are stable: badges, exports and tests use them. Data, and two look-ups.
 */
import type { Candidate, CauseFamily } from './finding.ts';

type Row = readonly [family: CauseFamily, title: string, check: string];

const ROWS = {
  // Before the connection was open
  'connection-refused': [
    'server',
    'Nothing listens at that address',
    'Is the server process running, and on this port? `ss -ltn` on the server, or ask the endpoint again.',
  ],
  'name-not-resolved': ['network', 'The host name does not resolve', 'Look the name up: `dig +short <host>`.'],
  unreachable: [
    'network',
    'The address cannot be reached',
    'Try another network, or `tracepath <host>`: a firewall or a missing route stops it.',
  ],
  'handshake-reset': [
    'server',
    'The connection was cut before the handshake was answered',
    'Look into the log of the server and of each proxy at this second: whoever has no line for it did the cutting, or stood before it.',
  ],
  'handshake-hung': [
    'network',
    'Nobody answered the handshake in time',
    'Run the curl command: does it connect at all? A silent firewall hangs before TCP connects, a stuck server after it.',
  ],
  'certificate-invalid': [
    'infrastructure',
    'The certificate is not accepted',
    'Open the same host with https: in a tab, or run the openssl command.',
  ],
  'tls-failed': [
    'infrastructure',
    'TLS could not be agreed on',
    'Run the openssl command: a server that speaks plain HTTP on this port answers "wrong version number".',
  ],
  'bad-gateway': [
    'infrastructure',
    'A proxy answered that it reaches no server behind it (502 or 503)',
    "Look into the proxy's error log and health checks: 'connection refused' means that the upstream is down, 'prematurely closed' that it crashed.",
  ],
  'gateway-timeout': [
    'infrastructure',
    'A proxy answered 504: the server behind it did not answer in time',
    'Ask the server behind the proxy directly, with the curl command and its own address.',
  ],
  'missing-upgrade': [
    'infrastructure',
    'The request arrived without its Upgrade header',
    'Ask the server behind the proxy directly: if that gives 101, a proxy in between drops the header.',
  ],
  unauthorized: [
    'server',
    'Not authenticated: 401',
    'Is the token or cookie sent, and still valid? Log in again and retry.',
  ],
  forbidden: [
    'server',
    'Not allowed: 403',
    'Send the same handshake with and without the Origin header (curl command): an origin check answers differently, a missing right does not.',
  ],
  'not-found': ['server', 'No such path: 404', "Compare the path with the server's, and with the proxy's location."],
  'rate-limited': [
    'server',
    'Too many connections or messages in too short a time',
    'Wait for the time in Retry-After (or a minute) and try once.',
  ],
  'server-error': [
    'server',
    'The server failed while it handled the connection',
    "Look into the server's log at this second.",
  ],
  'bad-request': [
    'server',
    'The server did not accept the handshake: 400',
    'Run the curl command and read the body: servers say what they miss (Upgrade header, version, session id).',
  ],
  redirected: [
    'infrastructure',
    'Answered with a redirect, which WebSockets do not follow',
    'Use the address of the Location header, with ws: or wss:.',
  ],
  'ordinary-answer': [
    'server',
    'An ordinary web answer instead of an upgrade',
    'Is this the path of the WebSocket server? A single-page application often answers every path with its index.html.',
  ],
  'subprotocol-mismatch': [
    'server',
    'The server accepted, and the browser did not accept its answer: subprotocol or extension not as offered',
    'Compare Sec-WebSocket-Protocol of request and response with the curl command.',
  ],
  'blocked-mixed-content': [
    'client',
    'ws: on an https: page is not allowed',
    'Use wss: and see whether the endpoint speaks TLS.',
  ],
  'blocked-csp': [
    'client',
    "The page's Content Security Policy forbids the address",
    'The console names the directive: connect-src, or default-src without one.',
  ],
  'blocked-by-browser': [
    'client',
    'The browser or an extension blocked the request',
    'Try in a window without other extensions.',
  ],
  'forward-proxy': [
    'network',
    "The network's own proxy refused to pass it on",
    'Try from a network without a proxy, or ask who runs it.',
  ],
  offline: ['network', 'The machine was offline', 'Compare with other pages at that time.'],
  'closed-while-connecting': [
    'client',
    'The page gave up the handshake itself',
    'Record stacks, and look who calls close(): a component that is mounted twice, or a connect timeout.',
  ],

  // While it was open
  'idle-cut': [
    'infrastructure',
    'A hop cuts connections that are silent for too long',
    'Send a frame more often than that: if connections then live on, it was idle time.',
  ],
  'one-way-idle-cut': [
    'infrastructure',
    'A proxy counts what the server sends only, and the server was silent',
    'Let the server send pings: if connections then live on, the proxy counts one direction.',
  ],
  'server-idle-timeout': [
    'server',
    'The server closes clients that are silent for too long',
    "Look for an idle or heartbeat timeout in the server's configuration.",
  ],
  'lifetime-cut': [
    'infrastructure',
    'Connections are ended after a fixed time, whatever they do',
    'Send frames all the time: if the end comes at the same age, it is a limit of lifetime.',
  ],
  'token-expired': [
    'server',
    'The token ended, and with it the connection',
    'Use a token with another lifetime: does the end move with it?',
  ],
  'beat-too-slow': [
    'client',
    'The heartbeat is slower than the shortest idle timeout on the way',
    'Halve the period: connections should live on.',
  ],
  'timers-throttled': [
    'client',
    'The browser slowed down the timers of a hidden tab, and with them the heartbeat',
    'Keep the tab visible: connections should live on. Or beat from a worker, or from the server.',
  ],
  frozen: ['client', 'The browser froze the hidden page', 'Keep the tab visible, or turn off Energy Saver.'],
  slept: ['client', 'The machine slept', 'Compare with the time at which the machine woke.'],
  'network-changed': [
    'network',
    'The machine changed its network',
    'Does it happen on a cable, without Wi-Fi or VPN changes?',
  ],
  'network-lost': [
    'network',
    'The link died in silence: packets get lost',
    'Did other connections of this machine stop at the same time? A tshark capture shows retransmissions without answer.',
  ],
  'half-open': [
    'unknown',
    'The connection is open and the other side is silent: packets get lost, or the server hangs',
    'Open a second connection: if it works, this one died on the way; if it hangs too, the server does.',
  ],
  'server-stalled': [
    'server',
    'The server process hangs: it keeps the connection and says nothing',
    'Does a new connection get an answer? A hung process accepts (the kernel does) and stays silent.',
  ],
  'server-crash': [
    'server',
    'The server process ended without closing its connections',
    "Look into the server's process manager for restarts at this second (`journalctl`, `kubectl get pods`, `dmesg` for out of memory).",
  ],
  'crash-loop': [
    'server',
    'The server keeps dying, each time after a similar time: out of memory is typical',
    'Watch the memory of the server; look for OOMKilled and exit code 137.',
  ],
  'connection-reset': [
    'server',
    'The server, or a proxy, cut the TCP connection without a close frame',
    "Look for terminate(), destroy() or an exception in the server's log at this second.",
  ],
  'proxy-reload': [
    'infrastructure',
    'A proxy was reloaded or restarted',
    'Compare with the times of reloads and deployments of the proxy (nginx -s reload, Caddy reload, ingress changes).',
  ],
  'server-restart': ['server', 'The server restarts or is deployed', 'Compare with the times of deployments.'],
  'poison-message': [
    'server',
    'One kind of message brings the connection down',
    'Send just this message on a fresh connection.',
  ],
  'message-too-big': [
    'server',
    'A message is larger than the receiver accepts',
    'Send the same message in parts, or half as large.',
  ],
  'protocol-error': [
    'server',
    'A side received what the WebSocket protocol does not allow',
    'The console names the violation; tshark shows the bytes.',
  ],
  'invalid-frame': [
    'server',
    'The browser received a frame that breaks the protocol, and ended the connection',
    'The console of the page names it (“Invalid frame header”, “Could not decode a text frame as UTF-8”).',
  ],
  'unsupported-data': [
    'client',
    'A kind of data was sent that the other side does not accept',
    'Is binary sent where text is expected?',
  ],
  'bad-payload': ['server', 'A text message was not valid UTF-8', 'Look at how the sender encodes text.'],
  'policy-violation': [
    'server',
    'A rule of the server was broken: authentication, origin, or rate',
    "The close reason, or the server's log, names the rule.",
  ],
  overloaded: ['server', 'The server is overloaded', 'Compare with its load; does it go away when fewer connect?'],
  'application-close': [
    'server',
    'The application closed it with a code of its own',
    "Look the code up in the application's or library's documentation.",
  ],
  'closed-without-code': [
    'server',
    'The server closed it with a close frame that carries no code',
    'Look for close() without arguments in the server.',
  ],
  'unexplained-close': ['server', 'The server closed it in order, without saying why', "Look into the server's log."],
  'protocol-version-mismatch': [
    'client',
    'Client and server speak different versions of their protocol',
    'Compare the versions of both libraries.',
  ],
  'instant-close': [
    'server',
    'Connections are accepted and ended at once',
    'Log in again, then compare origin, path and version with what the server expects.',
  ],

  // The page's own doing
  'page-left': ['client', 'The page was left', 'Nothing to check.'],
  'page-closed': ['client', 'The page closed it', 'Record stacks, and look who calls close().'],
  'back-forward-cache': ['client', 'The page went into the back/forward cache', 'Go away and back again.'],
  simulated: ['client', 'Socketscope did it', 'Nothing to check.'],
  mocked: [
    'client',
    'A stand-in for WebSocket made this close: no browser gives 1006 with wasClean',
    'Look for a mock, a wrapper or a polyfill of WebSocket in the page.',
  ],
  'dev-server': ['client', "A development server's own connection", 'Nothing to check.'],
  'handler-error': ['client', "The page's message handler threw", 'Look at the frame that it was given.'],
  'no-handler': ['client', 'Nobody listened for the messages', 'Is the listener added before the first message comes?'],
  'send-before-open': ['client', 'send() before the connection was open', 'Wait for the open event, or queue.'],
  'send-after-close': [
    'client',
    'send() after the connection had ended',
    'Check readyState, or queue until it is open again.',
  ],
  'socket-leak': ['client', 'Connections are made and never closed', 'Record stacks, and look who makes them.'],
  'reconnect-storm': ['client', 'The client reconnects without waiting longer each time', 'Read the reconnect code.'],
  'no-jitter': ['client', 'All clients wait for the same times', 'Read the reconnect code.'],
  'backoff-reset': [
    'client',
    'The wait starts anew with every connection that opened, however short it lived',
    'Read the reconnect code: reset the wait only after some seconds of life.',
  ],
  'reconnects-after-refusal': [
    'client',
    'The client tries again what was refused for good',
    'Read the reconnect code.',
  ],
  'never-reconnects': ['client', 'The client does not come back', 'Read the reconnect code; is there one?'],
  'page-busy': [
    'client',
    "The page's thread was busy and handled nothing meanwhile",
    'Record a performance profile at that time.',
  ],
  'uplink-stalled': [
    'network',
    'What the page sends does not get away',
    'Is the uplink slow, or does the server not read? Send less and compare.',
  ],
  'slow-answers': [
    'server',
    'Answers take long',
    'Compare with the round-trip time of the heartbeat: if that is short, the server is slow, otherwise the way.',
  ],
  'slow-network': ['network', 'The way to the server is slow', 'Compare with the round-trip time of `ping <host>`.'],
  'frames-missing': [
    'server',
    'Numbered messages are missing or out of order',
    'Compare with what the server has sent.',
  ],
  'unexpected-shape': ['server', 'Messages are not of the expected shape', 'Compare the frame with the schema.'],
} as const satisfies Readonly<Record<string, Row>>;

export type Cause = keyof typeof ROWS;

/** All names, in the table's order. */
export const CAUSES: readonly Cause[] = Object.keys(ROWS) as Cause[];

/** A cause as a candidate of a finding; `check` where this case has a better one. */
export function candidate(cause: Cause, check?: string): Candidate {
  const [family, title, usual] = ROWS[cause];
  return { cause, title, family, check: check ?? usual };
}

/** Several of them, the likeliest first. */
export function candidates(first: Cause, ...others: readonly Cause[]): readonly [Candidate, ...Candidate[]] {
  const rest = [...new Set(others)].filter((cause) => cause !== first);
  return [candidate(first), ...rest.map((cause) => candidate(cause))];
}
