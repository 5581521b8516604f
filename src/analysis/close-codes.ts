/**
 * What a close code is called, who can send it, and what it says about reconnecting: in general, or in the protocol that is
 * spoken, which may give the same number another meaning. Data, and a look-up.
 * Sources: RFC 6455 section 7.4; the IANA WebSocket Close Code Number Registry; WHATWG websockets, close(). Those of
 * protocols are named in `src/decoders`.
 */
import type { CloseCodes, ComeBack } from '../decoders/protocol.ts';
import { protocolById } from '../decoders/protocols.ts';
import { type WordKey, words } from '../words/words.ts';

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
  /** In English, for files and programs. */
  readonly name: string;
  readonly family: CloseFamily;
  /** In the language of the moment, as are the next three. */
  readonly title: string;
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
  comeBack: CloseMeaning['comeBack'],
  title: WordKey,
  sentBy: WordKey,
  meaning: WordKey,
  reconnect: WordKey,
];

const ROWS: readonly Row[] = [
  [
    1000,
    'Normal closure',
    'normal',
    'depends',
    'closeCodes_1000_title',
    'closeSentBy_eitherSide',
    'closeCodes_1000_meaning',
    'closeReconnect_usuallyNo',
  ],
  [
    1001,
    'Going away',
    'restart',
    'yes',
    'closeCodes_1001_title',
    'closeSentBy_leaving',
    'closeCodes_1001_meaning',
    'closeReconnect_ifServer',
  ],
  [
    1002,
    'Protocol error',
    'refused',
    'no',
    'closeCodes_1002_title',
    'closeSentBy_eitherSide',
    'closeCodes_1002_meaning',
    'closeReconnect_bug',
  ],
  [
    1003,
    'Unsupported data',
    'refused',
    'no',
    'closeCodes_1003_title',
    'closeSentBy_eitherSide',
    'closeCodes_1003_meaning',
    'closeReconnect_no',
  ],
  [
    1004,
    'Reserved',
    'invalid',
    'depends',
    'closeCodes_1004_title',
    'closeSentBy_nobody',
    'closeCodes_1004_meaning',
    'closeReconnect_notSeen',
  ],
  [
    1005,
    'No status received',
    'normal',
    'depends',
    'closeCodes_1005_title',
    'closeSentBy_browserFills',
    'closeCodes_1005_meaning',
    'closeReconnect_whoClosed',
  ],
  [
    1006,
    'Abnormal closure',
    'abnormal',
    'yes',
    'closeCodes_1006_title',
    'closeSentBy_browserFills',
    'closeCodes_1006_meaning',
    'closeReconnect_backoff',
  ],
  [
    1007,
    'Invalid payload',
    'refused',
    'no',
    'closeCodes_1007_title',
    'closeSentBy_eitherSide',
    'closeCodes_1007_meaning',
    'closeReconnect_sameData',
  ],
  [
    1008,
    'Policy violation',
    'refused',
    'afterChange',
    'closeCodes_1008_title',
    'closeSentBy_mostlyServer',
    'closeCodes_1008_meaning',
    'closeReconnect_afterLogin',
  ],
  [
    1009,
    'Message too big',
    'refused',
    'no',
    'closeCodes_1009_title',
    'closeSentBy_eitherSide',
    'closeCodes_1009_meaning',
    'closeReconnect_sameMessage',
  ],
  [
    1010,
    'Mandatory extension',
    'refused',
    'no',
    'closeCodes_1010_title',
    'closeSentBy_clientOnly',
    'closeCodes_1010_meaning',
    'closeReconnect_no',
  ],
  [
    1011,
    'Internal error',
    'refused',
    'yes',
    'closeCodes_1011_title',
    'closeSentBy_server',
    'closeCodes_1011_meaning',
    'closeReconnect_backoff',
  ],
  [
    1012,
    'Service restart',
    'restart',
    'yes',
    'closeCodes_1012_title',
    'closeSentBy_server',
    'closeCodes_1012_meaning',
    'closeReconnect_randomDelay',
  ],
  [
    1013,
    'Try again later',
    'restart',
    'yes',
    'closeCodes_1013_title',
    'closeSentBy_server',
    'closeCodes_1013_meaning',
    'closeReconnect_longBackoff',
  ],
  [
    1014,
    'Bad gateway',
    'refused',
    'yes',
    'closeCodes_1014_title',
    'closeSentBy_gateway',
    'closeCodes_1014_meaning',
    'closeReconnect_backoff',
  ],
  [
    1015,
    'TLS handshake failed',
    'invalid',
    'afterChange',
    'closeCodes_1015_title',
    'closeSentBy_neverOnTheWire',
    'closeCodes_1015_meaning',
    'closeReconnect_certificate',
  ],
  [
    3000,
    'Unauthorized',
    'application',
    'afterChange',
    'closeCodes_3000_title',
    'closeSentBy_applicationOrFramework',
    'closeCodes_3000_meaning',
    'closeReconnect_authenticate',
  ],
  [
    3003,
    'Forbidden',
    'application',
    'no',
    'closeCodes_3003_title',
    'closeSentBy_applicationOrFramework',
    'closeCodes_3003_meaning',
    'closeReconnect_no',
  ],
  [
    3008,
    'Timeout',
    'application',
    'yes',
    'closeCodes_3008_title',
    'closeSentBy_applicationOrFramework',
    'closeCodes_3008_meaning',
    'closeReconnect_yes',
  ],
];

const BY_CODE: ReadonlyMap<number, Row> = new Map(ROWS.map((row) => [row[0], row]));

/** Ranges of RFC 6455 section 7.4.2, for codes that have no row: each row begins with the first of its range. */
const RANGES: readonly { readonly to: number; readonly row: Row }[] = [
  {
    to: 2999,
    row: [
      1000,
      'Unassigned',
      'invalid',
      'depends',
      'closeRanges_unassigned_title',
      'closeSentBy_nobodyYet',
      'closeRanges_unassigned_meaning',
      'closeReconnect_unknown',
    ],
  },
  {
    to: 3999,
    row: [
      3000,
      'Framework code',
      'application',
      'depends',
      'closeRanges_framework_title',
      'closeSentBy_library',
      'closeRanges_framework_meaning',
      'closeReconnect_framework',
    ],
  },
  {
    to: 4999,
    row: [
      4000,
      'Application code',
      'application',
      'depends',
      'closeRanges_application_title',
      'closeSentBy_application',
      'closeRanges_application_meaning',
      'closeReconnect_application',
    ],
  },
];

const INVALID: Row = [
  0,
  'Not a close code',
  'invalid',
  'depends',
  'closeRanges_invalid_title',
  'closeSentBy_nobody',
  'closeRanges_invalid_meaning',
  'closeReconnect_unknown',
];

const RECONNECT: Readonly<Record<ComeBack, WordKey>> = {
  yes: 'closeReconnect_protocolYes',
  no: 'closeReconnect_protocolNo',
  afterChange: 'closeReconnect_protocolAfter',
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

/** What protocols call their codes is as they write it. */
function meaningIn(own: CloseCodes, { code, family }: CloseMeaning, protocol: string | null): CloseMeaning {
  const { name, meaning, sentBy, comeBack } = own;
  const said = words({ meaning, sentBy, reconnect: RECONNECT[comeBack] });
  return Object.assign(said, { code, name, family, title: name, comeBack, protocol });
}

/** The family alone, which is the same in every protocol: for what is asked of all connections with every change. */
export function closeFamilyOf(code: number): CloseFamily {
  return rowOf(code)[2];
}

function rowOf(code: number): Row {
  return BY_CODE.get(code) ?? RANGES.find(({ to, row: [from] }) => code >= from && code <= to)?.row ?? INVALID;
}

function generalMeaning(code: number): CloseMeaning {
  const [, name, family, comeBack, title, sentBy, meaning, reconnect] = rowOf(code);
  // Words are looked up when they are read: where only the family is asked for, there may be none.
  return Object.assign(words({ title, sentBy, meaning, reconnect }), { code, name, family, comeBack, protocol: null });
}
