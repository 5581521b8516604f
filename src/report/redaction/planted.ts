/** For tests: a recording with a secret in every place that can hold one, and in every disguise. */
import { NO_ACTS } from '../../protocol/evidence.ts';
import type { Recording } from '../../protocol/recording.ts';
import type { ContextRecord } from '../../protocol/records.ts';
import { toBase64 } from '../base64.ts';
import {
  chunksOf,
  connectionFixture,
  documentFixture,
  type FrameFixture,
  START_MS,
  sessionFixture,
} from '../fixtures.ts';
import { recordingInMemory } from '../recording.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const base64 = (text: string) => toBase64(utf8(text));
const base64url = (text: string) => base64(text).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');
const wide = (text: string) => Uint8Array.from([...text].flatMap((char) => [char.charCodeAt(0), 0]));
const bytesOf = (...parts: readonly (string | number)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...utf8(part)])));

/** Signature and subject are the secret of a token. */
const jwt = (subject: string, signature: string, claims: object = {}) =>
  [base64url('{"alg":"HS256","typ":"JWT"}'), base64url(JSON.stringify({ sub: subject, ...claims })), signature].join(
    '.',
  );

const EXPIRY_S = Math.floor(START_MS / 1000) + 900;
const SESSION_JWT = jwt('subject-of-the-token', 'sigSessionJwt00aaBBccDDeeFFgg', {
  exp: EXPIRY_S,
  iat: EXPIRY_S - 900,
});
export const REUSED = 'reused-Tok3n-4711-abcdef';

/** The words that must not be in any export, in no encoding. */
export const PLANTED: readonly string[] = [
  'sigSessionJwt00aaBBccDDeeFFgg',
  'subject-of-the-token',
  REUSED,
  'userinfoPassw0rd',
  'q-api-key-9f8e7d',
  'oauthCode4321',
  'sigOfTheUrl9876',
  'opaqueTicketWithoutName0123456789',
  'pathCapability0123456789abcdef0123456789',
  'hashToken5566',
  'k8sBearerValue77',
  'afterBearerProtocol88',
  'cookieSessionValue1',
  'cookieThemeValue2',
  'setCookieValue3',
  'basicUserPass44',
  'digestResponse55',
  'xApiKeyValue66',
  'jsonPassw0rd"77',
  'nestedPassw0rd88',
  'twiceNested99',
  '483920', // a one-time code, as a number
  'listTokenA1',
  'listTokenB2',
  'pairPassw0rd3',
  'nameValuePassw0rd4',
  'formPassw0rd5',
  'multipartPassw0rd6',
  'xmlPassw0rd7',
  'stompPasscode8',
  'alice.smith',
  'unicode.mail',
  'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  'AKIAIOSFODNN7EXAMPLE',
  'xoxb-123456789012-abcdefABCDEF',
  'MIIEvPrivateKeyBody',
  'saslPlainPassw0rd9',
  'ircPassw0rd10',
  'wampTicket11',
  'base64Passw0rd12',
  'base64urlPassw0rd13',
  'doublyEncoded14',
  'percentPassw0rd15',
  'slashEscaped16',
  'hexEscaped17',
  'ampEscaped18',
  'binaryJson19',
  'msgpackPassw0rd20',
  'cborPassw0rd21',
  'bsonPassw0rd22',
  'mqttPassw0rd23',
  'wideToken24',
  'lateBlobToken25',
  'compressedNobodySees26',
  'truncatedTok27',
  'closeReasonToken28',
  'closeRequestToken29',
  'notesPassw0rd30',
  'markerToken31',
  'stackToken32',
  'handlerErrorToken33',
  'heldTextToken34',
  'heldBytesToken35',
  'scenarioToken36',
  'runUrlToken37',
  'pageUrlToken38',
  'documentUrlToken39',
  'handshakeUrlToken40',
  'probeUrlToken41',
  'networkErrorToken42',
  'blockedUrlToken43',
  'sessionNameToken44',
  'fileNameToken45',
  'KUNDE-123456', // the user's pattern
  'OnlyNamedHere-46',
  'extensionsToken47',
  'environmentToken48',
  'detailToken49',
];

/** Of the user's own. */
export const OWN_PATTERN = 'KUNDE-\\d+';

/** Stands bare in the first frame, and shows what it is only in the last: hidden in both after a preview. */
export const LATE_NAMED = 'OnlyNamedHere-46';

/** What must still be there: no secrets, though they look a little like some. */
export const HARMLESS: readonly string[] = [
  '"author":"Marie"',
  '"token_type":"Bearer"',
  '"max_tokens":4096',
  '"passwordMinLength":12',
  '"tokenCount":17',
  'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'basic understanding',
  '"code":1006',
  '"key":"ArrowLeft"',
];

const FRAMES: readonly FrameFixture[] = [
  { text: `bare ${LATE_NAMED} at first` },
  ...HARMLESS.map((text) => ({ text: `{${text}}` })),
  { text: JSON.stringify({ op: 'login', user: 'bob', password: 'jsonPassw0rd"77', otp: 483920 }) },
  {
    text: JSON.stringify({
      inner: JSON.stringify({ password: 'nestedPassw0rd88', deep: JSON.stringify({ secret: 'twiceNested99' }) }),
    }),
  },
  { text: '{"tokens":["listTokenA1",{"x":"listTokenB2"}],"n":1}' },
  { text: '["password","pairPassw0rd3"]' },
  { text: '{"name":"password","value":"nameValuePassw0rd4"}' },
  { text: 'user=bob&password=formPassw0rd5&remember=1' },
  { text: 'Content-Disposition: form-data; name="password"\r\n\r\nmultipartPassw0rd6\r\n--x--' },
  { text: '<login><user>bob</user><password>xmlPassw0rd7</password></login>' },
  { text: 'CONNECT\nlogin:bob\npasscode:stompPasscode8\n\n\0' },
  { text: `{"authToken":"${REUSED}"}` },
  { text: `Authorization: Bearer ${REUSED}` },
  { text: `{"type":"connection_init","payload":{"Authorization":"Bearer ${SESSION_JWT}"}}` },
  {
    text: 'GET / HTTP/1.1\r\nAuthorization: Basic YmFzaWNVc2VyUGFzczQ0OnB3\r\nCookie: sid=cookieSessionValue1; theme=cookieThemeValue2\r\n\r\n',
  },
  { text: 'authorization=Digest digestResponse55' },
  { text: 'to alice.smith@mail.example.com and {"m":"unicode.mail\\u0040example.org"}' },
  { text: 'key ghp_0123456789abcdefghijABCDEFGHIJ012345 and AKIAIOSFODNN7EXAMPLE, xoxb-123456789012-abcdefABCDEF' },
  { text: '{"pem":"-----BEGIN RSA PRIVATE KEY-----\\nMIIEvPrivateKeyBody\\n-----END RSA PRIVATE KEY-----"}' },
  {
    text: `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${base64('\0bob\0saslPlainPassw0rd9')}</auth>`,
  },
  { text: 'NICK bob\r\nPASS ircPassw0rd10\r\n' },
  { text: '[5,"wampTicket11",{}]' },
  { text: JSON.stringify({ data: base64('{"user":"bob","password":"base64Passw0rd12"}') }) },
  { text: `blob:${base64url('{"user":"böb?>","password":"base64urlPassw0rd13"}')}` },
  {
    text: JSON.stringify({
      data: base64(JSON.stringify({ more: base64('{"api_key":"doublyEncoded14","and":"more of it"}') })),
    }),
  },
  { text: 'next=%2Fcb%3Fuser%3Dbob%26password%3DpercentPassw0rd15%26x%3D1' },
  { text: '{"u":"https:\\/\\/bob:slashEscaped16@example.org\\/x"}' },
  { text: '{"html":"{\\u0022password\\u0022:\\u0022hexEscaped17\\u0022}"}' },
  { text: '{"u":"/x?a=1\\u0026access_token=ampEscaped18\\u0026b=2"}' },
  { bytes: utf8('{"token":"binaryJson19","n":1}') },
  { bytes: bytesOf(0x82, 0xa4, 'user', 0xa3, 'bob', 0xa8, 'password', 0xb1, 'msgpackPassw0rd20') },
  { bytes: bytesOf(0xa2, 0x64, 'user', 0x63, 'bob', 0x68, 'password', 0x6e, 'cborPassw0rd21') },
  { bytes: bytesOf(40, 0, 0, 0, 2, 'password', 0, 15, 0, 0, 0, 'bsonPassw0rd22', 0, 0) },
  { bytes: bytesOf(0x10, 34, 0, 4, 'MQTT', 4, 0xc2, 0, 60, 0, 1, 'c', 0, 3, 'bob', 0, 14, 'mqttPassw0rd23') },
  { bytes: wide('{"token":"wideToken24"}') },
  { content: utf8('{"token":"lateBlobToken25"}') },
  { bytes: Uint8Array.from([0x1f, 0x8b, 8, 0, ...utf8('compressedNobodySees26')]) },
  { text: 'customer KUNDE-123456 called' },
  { text: `{"secret":"${LATE_NAMED}"}` },
  { text: '{"a":1,"token":"truncatedTok27', flags: 8, sizeBytes: 9_999 },
];

const context = (fields: Partial<ContextRecord>): ContextRecord => ({
  sessionId: 'session',
  documentId: 'doc',
  connectionId: null,
  atMs: START_MS + 10,
  kind: 'marker',
  ...fields,
});

export function plantedRecording(): Recording {
  const connection = connectionFixture({
    url:
      `wss://bob:userinfoPassw0rd@app.example/c/pathCapability0123456789abcdef0123456789/live?token=${REUSED}` +
      `&api_key=q-api-key-9f8e7d&code=oauthCode4321&sig=sigOfTheUrl9876&x=opaqueTicketWithoutName0123456789&jwt=${SESSION_JWT}#access_token=hashToken5566`,
    protocols: [
      'chat.v2',
      'base64url.bearer.authorization.k8s.io.k8sBearerValue77',
      'access_token',
      'afterBearerProtocol88',
    ],
    protocol: 'chat.v2',
    extensions: 'x-auth-token=extensionsToken47',
    openedAtMs: START_MS + 20,
    closeRequested: { atMs: START_MS + 50, code: 4000, reason: 'token=closeRequestToken29' },
    close: {
      atMs: START_MS + 60,
      code: 4001,
      reason: 'bad token: closeReasonToken28',
      wasClean: true,
      simulated: false,
    },
    acts: {
      ...NO_ACTS,
      constructedAt: 'at https://app.example/app.js?token=stackToken32:1:1',
      handlerErrors: 1,
      handlerErrorText: 'TypeError: {"token":"handlerErrorToken33"} is not iterable',
    },
    held: [
      {
        heldId: 1,
        fault: 'f',
        atMs: 1,
        direction: 'in',
        text: '{"token":"heldTextToken34"}',
        bytes: null,
        sizeBytes: 9,
      },
      {
        heldId: 2,
        fault: 'f',
        atMs: 1,
        direction: 'in',
        text: null,
        bytes: utf8('token=heldBytesToken35'),
        sizeBytes: 9,
      },
    ],
    nextSeq: FRAMES.length,
    framesIn: FRAMES.length,
  });
  const { connectionId, url } = connection;
  return recordingInMemory(
    {
      session: sessionFixture({
        name: 'token=sessionNameToken44',
        notes: 'Log on with password: notesPassw0rd30\n',
        importedFrom: { fileName: 'token=fileNameToken45.har', format: 'har', atMs: 1, refused: 0 },
        environment: {
          browser: { name: 'Firefox', version: 'token=environmentToken48' },
          os: null,
          extensionVersion: null,
          pageUrl: 'https://app.example/?session_id=pageUrlToken38',
          viewport: null,
          networkType: null,
          language: null,
        },
      }),
      documents: [documentFixture({ url: 'https://app.example/?auth_token=documentUrlToken39' })],
      connections: [connection],
      context: [
        context({ text: 'it was token=markerToken31', connectionId, seq: 0 }),
        context({ kind: 'blocked', url: 'wss://app.example/?token=blockedUrlToken43', detail: 'token=detailToken49' }),
        context({
          kind: 'faultStarted',
          scenario: {
            steps: [{ what: { kind: 'inject', payload: { kind: 'text', text: '{"token":"scenarioToken36"}' } } }],
          },
          run: {
            runId: 'run',
            name: 'x',
            target: { kind: 'matching', urlPattern: '*' },
            targetUrl: 'wss://app.example/?token=runUrlToken37',
            startedAtMs: 1,
            state: 'finished',
            endedAtMs: 2,
            round: 1,
            rounds: 1,
            roundEndsAtMs: null,
            mustReopenWithinMs: null,
            refused: 0,
            results: [],
          },
        }),
      ],
      handshakes: [
        {
          handshakeId: 'h',
          sessionId: 'session',
          connectionId,
          url: `${url.split('?')[0]}?token=handshakeUrlToken40`,
          startedAtMs: START_MS,
          endedAtMs: START_MS + 5,
          outcome: 'answered',
          status: 403,
          headers: [
            ['set-cookie', 'sid=setCookieValue3; Path=/; HttpOnly'],
            ['x-api-key', 'xApiKeyValue66'],
            ['server', 'nginx/1.27.1'],
          ],
          networkError: 'failed with token=networkErrorToken42',
          toldBy: 'network',
        },
      ],
      probes: [
        {
          probeId: 'p',
          sessionId: 'session',
          connectionId,
          url: 'https://app.example/live?token=probeUrlToken41',
          askedAtMs: START_MS,
          answeredAtMs: START_MS + 5,
          status: 426,
          headers: [],
          networkError: null,
          isAutomatic: false,
        },
      ],
    },
    new Map([[connectionId, chunksOf(connectionId, FRAMES)]]),
  );
}

/** Everything that can be read in a text: itself, without its escapes, and what is in its base64, twice over. */
export function readableIn(text: string, depth = 0): string {
  const plain = text.replace(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const percent = plain.replace(/%(?:25)*([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const inside =
    depth >= 3
      ? []
      : [...plain.replace(/\\\//g, '/').matchAll(/[A-Za-z0-9+/_-]{12,}/g)].map(([run]) =>
          readableIn(Buffer.from(run, 'base64').toString('latin1').replaceAll('\0', ''), depth + 1),
        );
  return [text, plain, percent, plain.replaceAll('\0', ''), text.replace(/\\/g, ''), ...inside].join('\n');
}
