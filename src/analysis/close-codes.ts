/**
 * What a close code is called, who can send it, and what it says about reconnecting: in general, or in the protocol that is
 * spoken, which may give the same number another meaning. Data, and a look-up.
 * Sources: RFC 6455 section 7.4; the IANA WebSocket Close Code Number Registry; WHATWG websockets, close(). Those of
 * protocols are named in `src/decoders`.
 */
import type { CloseCodes, ComeBack } from '../decoders/protocol.ts';
import { protocolById } from '../decoders/protocols.ts';

/** How a connection ended, as a user sorts it. */
export type CloseFamily =
  /** In order: nothing to look at. */
  | 'normal'
  /** A side said why it could not go on: a protocol, data, policy or server error. */
  | 'refused'
  /** A side goes away on purpose and expects to be back: reconnect. */
  | 'restart'
  /** No close frame at all. */
  | 'abnormal'
  /** 3000–4999: means what framework or application say. */
  | 'application'
  /** A number that no close frame may carry. */
  | 'invalid';

export interface CloseMeaning {
  readonly code: number;
  readonly name: string;
  readonly family: CloseFamily;
  readonly sentBy: string;
  readonly meaning: string;
  readonly reconnect: string;
  /** The same for rules: `depends` on who closed, or on what only the application knows. */
  readonly comeBack: ComeBack | 'depends';
  /** Id of the protocol that gives it this meaning; null: its general one. */
  readonly protocol: string | null;
}

type Row = readonly [
  code: number,
  name: string,
  family: CloseFamily,
  sentBy: string,
  meaning: string,
  reconnect: string,
  comeBack: CloseMeaning['comeBack'],
];

const ROWS: readonly Row[] = [
  [
    1000,
    'Normal closure',
    'normal',
    'either side',
    'The purpose of the connection is fulfilled.',
    'Usually no.',
    'depends',
  ],
  [
    1001,
    'Going away',
    'restart',
    'browser on navigation, server on shutdown',
    'A side is leaving: the page navigates, or the server stops.',
    'Yes, if the server sent it.',
    'yes',
  ],
  [
    1002,
    'Protocol error',
    'refused',
    'either side',
    'A side received what the protocol does not allow.',
    'No: it is a bug, and the same will happen again.',
    'no',
  ],
  [
    1003,
    'Unsupported data',
    'refused',
    'either side',
    'A side received a kind of data that it cannot accept, say binary instead of text.',
    'No.',
    'no',
  ],
  [
    1004,
    'Reserved',
    'invalid',
    'nobody',
    'Reserved; no close frame may carry it.',
    'It should not be seen.',
    'depends',
  ],
  [
    1005,
    'No status received',
    'normal',
    'nobody; the browser fills it in',
    'A close frame came without a code: the normal result of close() without arguments.',
    'Depends on who closed.',
    'depends',
  ],
  [
    1006,
    'Abnormal closure',
    'abnormal',
    'nobody; the browser fills it in',
    'The connection ended without a close frame, or was never made. For at least seven different causes a page sees just this.',
    'Yes, with backoff.',
    'yes',
  ],
  [
    1007,
    'Invalid payload',
    'refused',
    'either side',
    'A text message was not valid UTF-8.',
    'No: the same data will fail again.',
    'no',
  ],
  [
    1008,
    'Policy violation',
    'refused',
    'either side, mostly the server',
    'Refused by a rule: authentication, origin, rate.',
    'Only after the reason is removed, say after logging in again.',
    'afterChange',
  ],
  [
    1009,
    'Message too big',
    'refused',
    'either side',
    'A message was larger than the receiver accepts.',
    'No: the same message will fail again.',
    'no',
  ],
  [
    1010,
    'Mandatory extension',
    'refused',
    'client only',
    'The server did not agree to an extension that the client needs.',
    'No.',
    'no',
  ],
  [
    1011,
    'Internal error',
    'refused',
    'server',
    'The server met a condition that it could not handle; some use it for a missed heartbeat.',
    'Yes, with backoff.',
    'yes',
  ],
  [
    1012,
    'Service restart',
    'restart',
    'server',
    'The server restarts.',
    'Yes, after a random delay, so that not all come at once.',
    'yes',
  ],
  [1013, 'Try again later', 'restart', 'server', 'The server is overloaded.', 'Yes, after a long backoff.', 'yes'],
  [
    1014,
    'Bad gateway',
    'refused',
    'gateway or proxy',
    'A gateway got no usable answer from the server behind it.',
    'Yes, with backoff.',
    'yes',
  ],
  [
    1015,
    'TLS handshake failed',
    'invalid',
    'nobody; never on the wire',
    'TLS failed before the handshake. The standard keeps it for that and lets no browser say it; Firefox does, others say 1006.',
    'After the certificate, or the address, has been mended.',
    'afterChange',
  ],
  [
    3000,
    'Unauthorized',
    'application',
    'application or framework',
    'Not authenticated.',
    'After authenticating again.',
    'afterChange',
  ],
  [3003, 'Forbidden', 'application', 'application or framework', 'Authenticated, but not allowed.', 'No.', 'no'],
  [3008, 'Timeout', 'application', 'application or framework', 'The other side took too long.', 'Yes.', 'yes'],
];

const BY_CODE: ReadonlyMap<number, CloseMeaning> = new Map(
  ROWS.map(([code, name, family, sentBy, meaning, reconnect, comeBack]) => [
    code,
    { code, name, family, sentBy, meaning, reconnect, comeBack, protocol: null },
  ]),
);

/** Ranges of RFC 6455 section 7.4.2, for codes that have no row. */
const RANGES: readonly { readonly from: number; readonly to: number; readonly row: Omit<CloseMeaning, 'code'> }[] = [
  {
    from: 1000,
    to: 2999,
    row: {
      name: 'Unassigned',
      family: 'invalid',
      sentBy: 'nobody yet',
      meaning: 'Reserved for the protocol and its extensions; not assigned.',
      reconnect: 'Unknown.',
      comeBack: 'depends',
      protocol: null,
    },
  },
  {
    from: 3000,
    to: 3999,
    row: {
      name: 'Framework code',
      family: 'application',
      sentBy: 'library or framework',
      meaning: 'Registered for libraries and frameworks; its meaning is in their documentation.',
      reconnect: 'As the framework says.',
      comeBack: 'depends',
      protocol: null,
    },
  },
  {
    from: 4000,
    to: 4999,
    row: {
      name: 'Application code',
      family: 'application',
      sentBy: 'application',
      meaning: 'Private use: the application alone knows.',
      reconnect: 'As the application says.',
      comeBack: 'depends',
      protocol: null,
    },
  },
];

const INVALID: Omit<CloseMeaning, 'code'> = {
  name: 'Not a close code',
  family: 'invalid',
  sentBy: 'nobody',
  meaning: 'Outside the range that a close frame may carry.',
  reconnect: 'Unknown.',
  comeBack: 'depends',
  protocol: null,
};

const RECONNECT: Readonly<Record<ComeBack, string>> = {
  yes: 'Yes; clients of this protocol do.',
  no: 'No: the same will happen again.',
  afterChange: 'Only after the reason is removed, say with a fresh token.',
};

/**
 * The meaning of any number, never null. With `protocolId`, a key of `PROTOCOLS`, it is that of the protocol where it has
 * one; an unknown id is none.
 */
export function describeClose(code: number, protocolId: string | null = null): CloseMeaning {
  const general = generalMeaning(code);
  const codes = (protocolId === null ? null : protocolById(protocolId))?.closeCodes ?? [];
  // Single codes stand before the ranges that hold them.
  const own = codes.find(({ from, to }) => code >= from && code <= to);
  return own ? meaningIn(own, general, protocolId) : general;
}

function meaningIn(own: CloseCodes, general: CloseMeaning, protocol: string | null): CloseMeaning {
  const { name, meaning, sentBy, comeBack } = own;
  return { ...general, name, meaning, sentBy, comeBack, reconnect: RECONNECT[comeBack], protocol };
}

function generalMeaning(code: number): CloseMeaning {
  const known = BY_CODE.get(code);
  if (known) return known;
  const range = RANGES.find(({ from, to }) => code >= from && code <= to);
  return { code, ...(range?.row ?? INVALID) };
}
