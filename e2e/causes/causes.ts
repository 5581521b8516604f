/**
 * The names of causes that the lab's cases expect: the `cause` of a finding's candidate. One name a cause, whatever product
 * or library brings it about; which product it looks like is said by the finding's texts. Pure data.
 */
export const CAUSES = {
  // infrastructure
  'idle-cut': 'somebody on the way ends connections that were silent for so long',
  'one-way-idle-cut': 'as idle-cut, where only the server’s frames count: the page speaks, the server does not',
  'beat-too-slow': 'a heartbeat that comes later than the idle limit of somebody on the way',
  'lifetime-cut': 'somebody ends connections when they are so old, whatever they carry',
  'proxy-reload': 'a proxy was reloaded or restarted: all connections through it end at once, without a Close frame',
  'bad-gateway': 'the handshake got 502 or 503: a proxy reaches no server behind it',
  'gateway-timeout': 'the handshake got 504: the server behind a proxy did not answer it',
  'missing-upgrade': 'a proxy does not pass the Upgrade header on: 200, 400, 404 or 426 instead of 101',
  // server
  'server-crash':
    'connections end without a Close frame: the process was killed, has crashed, or destroyed its sockets',
  'server-restart': 'all connections end at once with 1001 or 1012, and come back',
  'connection-reset': 'TCP was reset in the midst of a connection',
  'half-open': 'the other side is silent and the connection stays open: it is stopped, or packets get lost',
  'poison-message': 'the same message came last before each end',
  'protocol-error': '1002',
  'unsupported-data': '1003',
  'bad-payload': '1007: text that is no UTF-8',
  'policy-violation': '1008',
  'message-too-big': '1009, or an end right after a big message',
  'server-error': '1011, or 500 to the handshake',
  'closed-without-code': '1005: a Close frame without a code',
  'invalid-frame': 'the browser failed the connection because of what it received',
  'subprotocol-mismatch': 'the server chose a subprotocol that was not offered, or none of those that were',
  unauthorized: '401',
  forbidden: '403',
  'not-found': '404',
  'rate-limited': '429',
  redirected: '3xx: browsers do not follow redirects of a handshake',
  'token-expired': 'the token in the URL or in the first frames has ended',
  // network
  'connection-refused': 'nobody listens at this address and port',
  'name-not-resolved': 'the name is unknown',
  'certificate-invalid': 'nobody vouches for the certificate, or it is for another name, or has ended',
  'tls-failed': 'the other side does not speak TLS, or no common version of it',
  'handshake-hung': 'TCP connects, and the handshake is never answered',
  offline: 'the browser was offline',
  // client
  'blocked-mixed-content': 'ws: from an https: page',
  'blocked-csp': 'connect-src of the page’s Content-Security-Policy',
  'page-left': 'navigation, reload, tab closed: expected',
  'timers-throttled': 'a hidden page’s timers were late, and with them its heartbeat',
  'handler-error': 'the page’s handler threw on what it received',
  'no-handler': 'frames came that nobody listened to',
  'send-before-open': 'send() was called before the connection was open, and threw',
  'send-after-close': 'send() was called after the connection had ended, and the frames were discarded',
  'socket-leak': 'more and more connections to one endpoint are open at once',
  'reconnect-storm': 'attempts follow each other without backoff',
  'page-closed': 'the page itself called close() with a code of its own',
} as const;

export type CauseName = keyof typeof CAUSES;
