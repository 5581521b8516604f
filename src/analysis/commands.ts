/**
 * Commands for the selected connection, ready to paste into a POSIX shell: other tools' views of the same endpoint. What
 * came from the page is quoted, so that it stays data; tokens are left out unless they are asked for. Pure.
 */
import type { ConnectionRecord } from '../protocol/records.ts';

export interface Command {
  readonly id: 'wscat' | 'websocat' | 'curl' | 'openssl' | 'tshark' | 'tcpdump';
  /** What it is good for. */
  readonly title: string;
  readonly text: string;
}

export interface CommandOptions {
  /** URL of the document, for the Origin header; null: left out. */
  readonly pageUrl?: string | null;
  /** Tokens in query and subprotocols as they are; by default they are replaced by REDACTED. */
  readonly withSecrets?: boolean;
}

/** In place of a secret. A word that a shell and a URL leave as it is. */
export const REDACTED = 'REDACTED';

/** Names of query parameters that carry credentials. */
const SECRET_NAME =
  /token|ticket|jwt|secret|passw|pwd|auth|api_?-?key|access_?-?key|^key$|signature|^sig$|credential|session|^sid$|cookie|code/i;
/** A JSON Web Token, or a long run of characters that nobody types. */
const SECRET_VALUE = /eyJ[\w-]+\.[\w-]*\.?[\w-]*|^(?=[^/]*\d)(?=[^/]*[a-z])[\w+=.~%-]{24,}$/i;
/** RFC 6455 section 1.3: the sample nonce. Any 16 bytes will do. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * The text as one word of a POSIX shell (IEEE 1003.1, Shell Command Language 2.2.2). Control characters are left out: none
 * belongs into an argument here, and a terminal may obey them.
 */
export function shellQuote(text: string): string {
  const plain = withoutControls(text);
  return /^[\w/:=.,@%+-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", String.raw`'\''`)}'`;
}

/** Without C0, DEL and C1; lone surrogates, which no terminal can show, become U+FFFD. */
function withoutControls(text: string): string {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return '';
    return code >= 0xd800 && code < 0xe000 ? '\ufffd' : char;
  }).join('');
}

/** The URL without user, password, and the values of parameters that carry secrets. */
export function redactUrl(url: string): string {
  const [withoutHash = ''] = url.split('#', 1);
  const queryAt = withoutHash.indexOf('?');
  const base = (queryAt < 0 ? withoutHash : withoutHash.slice(0, queryAt)).replace(
    /^([a-z][a-z+.-]*:\/\/)[^/@]*@/i,
    '$1',
  );
  const path = base.replace(/eyJ[\w-]+\.[\w-]*\.?[\w-]*/g, REDACTED);
  if (queryAt < 0) return path;
  const query = withoutHash
    .slice(queryAt + 1)
    .split('&')
    .map(redactPair);
  return `${path}?${query.join('&')}`;
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=');
  const name = at < 0 ? pair : pair.slice(0, at);
  const value = at < 0 ? '' : pair.slice(at + 1);
  const isSecret =
    (at >= 0 && SECRET_NAME.test(name)) || SECRET_VALUE.test(value) || (at < 0 && SECRET_VALUE.test(name));
  return isSecret ? (at < 0 ? REDACTED : `${name}=${REDACTED}`) : pair;
}

/** Some clients put a token where a subprotocol belongs. */
function redactProtocol(protocol: string): string {
  return SECRET_VALUE.test(protocol) || /bearer|token/i.test(protocol.slice(0, 64)) ? REDACTED : protocol;
}

interface Target {
  /** With its scheme ws: or wss:. */
  readonly url: string;
  readonly httpUrl: string;
  readonly host: string;
  readonly port: string;
  readonly isSecure: boolean;
  readonly protocols: readonly string[];
  readonly origin: string | null;
}

function targetOf(
  { url, protocols }: ConnectionRecord,
  { pageUrl = null, withSecrets = false }: CommandOptions,
): Target | null {
  const parts = /^(wss?|https?):\/\/(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)(?::(\d{1,5}))?/i.exec(url);
  const [, scheme = '', host = '', port] = parts ?? [];
  if (host === '') return null;
  const isSecure = /^(wss|https)$/i.test(scheme);
  const shown = withSecrets ? (url.split('#', 1)[0] ?? url) : redactUrl(url);
  const rest = shown.replace(/^[a-z]+:/i, '');
  return {
    url: `${isSecure ? 'wss' : 'ws'}:${rest}`,
    httpUrl: `${isSecure ? 'https' : 'http'}:${rest}`,
    host: host.replace(/^\[|\]$/g, ''),
    port: port ?? (isSecure ? '443' : '80'),
    isSecure,
    protocols: withSecrets ? protocols : protocols.map(redactProtocol),
    origin: /^[a-z]+:\/\/[^/?#]+/i.exec(pageUrl ?? '')?.[0] ?? null,
  };
}

/** The words of a command, each quoted; those that go together stay on one line. */
function commandText(program: string, words: readonly (readonly string[])[]): string {
  return [program, ...words.map((line) => line.map(shellQuote).join(' '))].join(' \\\n  ');
}

function wscat({ url, protocols, origin }: Target): string {
  return commandText('wscat', [
    ['--connect', url],
    ...protocols.map((protocol) => [`--subprotocol=${protocol}`]),
    ...(origin === null ? [] : [[`--origin=${origin}`]]),
  ]);
}

function websocat({ url, protocols, origin }: Target): string {
  return commandText('websocat', [
    ...(protocols.length > 0 ? [[`--protocol=${protocols.join(', ')}`]] : []),
    ...(origin === null ? [] : [[`--origin=${origin}`]]),
    [url],
  ]);
}

/** The handshake of RFC 6455 section 4.1, by hand: status and headers of the answer are shown. */
function curl({ httpUrl, protocols, origin }: Target): string {
  const headers = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
    ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(', ')}`] : []),
    ...(origin === null ? [] : [`Origin: ${origin}`]),
  ];
  return commandText('curl', [
    ['--include', '--no-buffer', '--http1.1', '--globoff', '--max-time', '10'],
    ...headers.map((header) => ['--header', header]),
    [httpUrl],
  ]);
}

function openssl({ host, port }: Target): string {
  const name = /^[\d.]+$|:/.test(host) ? [] : [['-servername', host]];
  const address = host.includes(':') ? `[${host}]` : host;
  return `${commandText('openssl s_client', [['-connect', `${address}:${port}`], ...name, ['-alpn', 'http/1.1', '-showcerts']])} \\\n  </dev/null`;
}

/** Frames where they can be read, and what ends or stalls a connection in any case. */
function tshark({ host, port, isSecure }: Target): string {
  const ends = 'tcp.flags.fin == 1 || tcp.flags.reset == 1 || tcp.analysis.retransmission';
  return commandText('tshark', [
    ['-i', 'any'],
    ['-f', `tcp port ${port} and host ${host}`],
    ...(isSecure ? [] : [['-d', `tcp.port==${port},http`]]),
    ['-Y', isSecure ? `${ends} || tls.alert_message` : `websocket || ${ends}`],
  ]);
}

function tcpdump({ host, port }: Target): string {
  return commandText('tcpdump', [
    ['-i', 'any', '-nn', '-tttt'],
    [`tcp port ${port} and host ${host} and (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)`],
  ]);
}

interface Row {
  readonly id: Command['id'];
  readonly title: string;
  readonly write: (target: Target) => string;
  readonly isFor?: (target: Target) => boolean;
}

const ROWS: readonly Row[] = [
  { id: 'curl', title: 'How is the handshake answered? Status and headers', write: curl },
  { id: 'wscat', title: 'Talk to it (Node.js)', write: wscat },
  { id: 'websocat', title: 'Talk to it (Rust)', write: websocat },
  { id: 'openssl', title: 'Is its certificate in order?', write: openssl, isFor: ({ isSecure }) => isSecure },
  { id: 'tshark', title: 'Who ends it? Frames, FIN, RST and retransmissions', write: tshark },
  { id: 'tcpdump', title: 'The same with less: who begins and who ends it', write: tcpdump },
];

/** The commands for a connection; none where its URL is none. */
export function commandsFor(record: ConnectionRecord, options: CommandOptions = {}): readonly Command[] {
  const target = targetOf(record, options);
  if (!target) return [];
  return ROWS.filter(({ isFor }) => isFor?.(target) ?? true).map(({ id, title, write }) => ({
    id,
    title,
    text: write(target),
  }));
}
