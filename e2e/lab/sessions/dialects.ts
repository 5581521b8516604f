/**
 * What generated connections say: a few of the protocols that are out there, as far as their frames can be told from each
 * other. Texts are ASCII, so that a UTF-16 unit is a byte; data frames have the length that is asked for, unless the
 * protocol itself needs more.
 */

export interface Dialect {
  readonly path: string;
  /** Subprotocol; '' for none. */
  readonly protocol: string;
  /** What is said at the beginning, [is sent, text]. */
  readonly opening: readonly (readonly [isOut: boolean, text: string])[];
  readonly ping: readonly [isOut: boolean, text: string];
  readonly pong: readonly [isOut: boolean, text: string];
  /** Frame number `n`; `pad` makes the rest of the length. */
  data(n: number, pad: (lengthSoFar: number) => string): string;
}

const SYMBOLS = ['ACME', 'GLOBEX', 'INITECH', 'UMBRELLA'] as const;
const symbolOf = (n: number) => SYMBOLS[n % SYMBOLS.length] ?? 'ACME';

/** `"note":"…"` at the end of an object that has begun, of which so much is written; `rest` closes what is open. */
function noted(start: string, rest: string, pad: (lengthSoFar: number) => string): string {
  return `${start},"note":"${pad(start.length + rest.length + 10)}"${rest}`;
}

export const DIALECTS: readonly [Dialect, ...Dialect[]] = [
  {
    path: '/quotes',
    protocol: '',
    opening: [[true, '{"type":"subscribe","channel":"quotes"}']],
    ping: [true, '{"type":"ping"}'],
    pong: [false, '{"type":"pong"}'],
    data: (n, pad) => noted(`{"type":"tick","seq":${n},"symbol":"${symbolOf(n)}","price":${100 + (n % 977)}`, '}', pad),
  },
  {
    path: '/socket.io/?EIO=4&transport=websocket',
    protocol: '',
    opening: [
      [false, '0{"sid":"k3J0","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'],
      [true, '40'],
      [false, '40{"sid":"aQ1x"}'],
    ],
    ping: [false, '2'],
    pong: [true, '3'],
    data: (n, pad) => noted(`42["message",{"id":${n},"room":"lobby"`, '}]', pad),
  },
  {
    path: '/graphql',
    protocol: 'graphql-transport-ws',
    opening: [
      [true, '{"type":"connection_init","payload":{}}'],
      [false, '{"type":"connection_ack"}'],
      [true, '{"id":"1","type":"subscribe","payload":{"query":"subscription { orders { id } }"}}'],
    ],
    ping: [true, '{"type":"ping"}'],
    pong: [false, '{"type":"pong"}'],
    data: (n, pad) => noted(`{"id":"1","type":"next","payload":{"data":{"orders":{"id":${n}`, '}}}}', pad),
  },
  {
    path: '/socket/websocket?vsn=2.0.0',
    protocol: '',
    opening: [
      [true, '["1","1","room:lobby","phx_join",{}]'],
      [false, '["1","1","room:lobby","phx_reply",{"status":"ok","response":{}}]'],
    ],
    ping: [true, '[null,"2","phoenix","heartbeat",{}]'],
    pong: [false, '[null,"2","phoenix","phx_reply",{"status":"ok","response":{}}]'],
    data: (n, pad) => noted(`["1",null,"room:lobby","new_msg",{"id":${n}`, '}]', pad),
  },
  {
    path: '/rpc',
    protocol: '',
    opening: [[true, '{"jsonrpc":"2.0","id":0,"method":"hello"}']],
    ping: [true, '{"jsonrpc":"2.0","method":"ping"}'],
    pong: [false, '{"jsonrpc":"2.0","method":"pong"}'],
    data: (n, pad) => noted(`{"jsonrpc":"2.0","method":"update","params":{"n":${n}`, '}}', pad),
  },
];
