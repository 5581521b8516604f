/**
 * Secrets that are known by what they look like, whatever they are called: JSON Web Tokens, `Bearer …`, keys of well-known
 * services, private keys, e-mail addresses, users in URLs, log-ons of old protocols. A table; all of it linear in the
 * length of the text.
 */
import type { SecretKind, Span } from './span.ts';

/** Prefixes that services give their keys, so that scanners find them: GitHub, AWS, Stripe, Slack, Google … */
const KEY_SHAPES = [
  'A(?:KIA|SIA|IDA|ROA)[0-9A-Z]{16}',
  'gh[pousr]_\\w{16,255}',
  'github_pat_\\w{20,255}',
  'glpat-[\\w-]{16,255}',
  'xox[abeoprs]-[\\w-]{10,255}',
  'xapp-[\\w-]{10,255}',
  '(?:sk|rk|pk|whsec)_(?:live_|test_)?\\w{16,255}',
  'sk-[\\w-]{20,255}',
  'AIza[\\w-]{30,60}',
  'ya29\\.[\\w-]{20,2048}',
  'npm_[A-Za-z0-9]{30,60}',
  'pypi-[\\w-]{30,512}',
  'SG\\.[\\w-]{16,64}\\.[\\w-]{16,64}',
  'hf_[A-Za-z0-9]{20,60}',
  'shp(?:at|ca|pa|ss)_[a-f0-9]{32}',
  'do[opr]_v1_[a-f0-9]{32,64}',
  'hvs\\.[\\w-]{20,255}',
  'EAA[A-Za-z0-9]{30,512}',
];
const KEYS = new RegExp(`(?<![A-Za-z0-9])(?:${KEY_SHAPES.join('|')})`, 'g');
const JWT = /eyJ[\w-]{5,}(?:\.[\w-]*)*/g;
const AUTHORIZED = /\b(bearer|basic|token|digest|negotiate|apikey|aws4-hmac-sha256)(?:[ \t]+|%20|\+)([\w.~+/=-]{6,})/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;
const HOOK = /hooks\.slack\.com\/services\/([\w/]{20,})/g;
const XMPP = /<(?:auth|response)\b[^<>]{0,512}>([^<]{4,})/gi;
const LINE_LOG_ON = /(?:^|[\r\n])(?:PASS|AUTH|AUTH PLAIN|PRIVMSG NickServ :IDENTIFY(?: \S{1,64})?)[ \t]+(\S+)/gi;
const WAMP_AUTHENTICATE = /^\s*\[\s*5\s*,\s*"((?:[^"\\]|\\.)*)/;

/** Anything that one of these shapes must contain. */
export const SHAPE_HINT =
  /eyJ|bearer|basic|digest|negotiate|apikey|aws4|PRIVATE KEY|slack|<response|PASS |AUTH|IDENTIFY|@|A(?:KIA|SIA|IDA|ROA)|gh[pousr]_|github_pat|glpat|xox|xapp|[srp]k[-_]|whsec|AIza|ya29|npm_|pypi-|SG\.|hf_|shp|_v1_|hvs\.|EAA/i;

type Add = (start: number, end: number, kind: SecretKind) => void;

/** Stretches of the text that look like secrets. */
export function shapesIn(text: string): readonly Span[] {
  const spans: Span[] = [];
  const add: Add = (start, end, kind) => {
    if (end > start) spans.push({ start, end, kind, secret: text.slice(start, end) });
  };
  if (text.includes('eyJ')) tokens(text, add);
  groups(text, KEYS, 0, 'key', add);
  groups(text, HOOK, 1, 'key', add);
  groups(text, XMPP, 1, 'password', add);
  groups(text, LINE_LOG_ON, 1, 'password', add);
  authorized(text, add);
  privateKeys(text, add);
  if (text.includes('@')) addresses(text, add);
  const ticket = WAMP_AUTHENTICATE.exec(text);
  if (ticket?.[1]) add(ticket[0].length - ticket[1].length, ticket[0].length, 'password');
  return spans;
}

/** The group ends where the match ends. */
function groups(text: string, pattern: RegExp, group: number, kind: SecretKind, add: Add): void {
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    add(end - (match[group]?.length ?? 0), end, kind);
  }
}

/** RFC 7519 in the compact forms of RFC 7515 and 7516: three or five parts; broken off, fewer. */
function tokens(text: string, add: Add): void {
  for (const { 0: found, index } of text.matchAll(JWT)) {
    const parts = found.split('.');
    const isBrokenOff = index + found.length === text.length;
    const isToken = (parts.length >= 3 && (parts[1]?.length ?? 0) > 3) || (isBrokenOff && found.length >= 20);
    // The times of a token that was hidden before.
    if (text[index - 1] === '.' && /REDACTED-jwt-\w+\.$/.test(text.slice(Math.max(0, index - 32), index))) continue;
    const length = parts.length > 5 ? parts.slice(0, 5).join('.').length : found.replace(/\.+$/, '').length;
    if (isToken) add(index, index + length, 'jwt');
  }
}

/** "basic understanding" is prose, `Basic dXNlcjpwYXNz` is not. */
function authorized(text: string, add: Add): void {
  for (const match of text.matchAll(AUTHORIZED)) {
    const [whole, scheme = '', value = ''] = match;
    const isLikely = /^bearer$/i.test(scheme)
      ? value.length >= 8
      : value.length >= 8 && /[\dA-Z+/=]/.test(value.slice(1));
    const end = match.index + whole.length;
    if (isLikely && !/^(?:token|auth|authentication|authorization)s?\.?$/i.test(value))
      add(end - value.length, end, 'token');
  }
}

function privateKeys(text: string, add: Add): void {
  if (!text.includes('PRIVATE KEY')) return;
  for (const { index } of text.matchAll(PRIVATE_KEY)) {
    const footer = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;
    footer.lastIndex = index;
    const match = footer.exec(text);
    add(index, match ? match.index + match[0].length : text.length, 'key');
  }
}

const LOCAL_CHAR = /[\p{L}\p{N}.!#$&'*+=?^_`{|}~-]/u;
const MAX_LOCAL_CHARS = 64; // RFC 5321 section 4.5.3.1.1
const DOMAIN = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,24}/uy;
const MAX_USER_INFO_CHARS = 512;
const USER_INFO = /:\/\/([^\s"'<>\\/?#]*)$/;

/** E-mail addresses, and `user:password@` in URLs. */
function addresses(text: string, add: Add): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const user = userInfoBefore(text, at);
    if (user >= 0) {
      add(user, at, 'user');
      continue;
    }
    let start = at;
    while (start > 0 && at - start < MAX_LOCAL_CHARS && LOCAL_CHAR.test(text[start - 1] ?? '')) start--;
    // A quote or bracket before the address is none of its characters.
    while (start < at && /[^\p{L}\p{N}_+]/u.test(text[start] ?? '')) start++;
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text)?.[0];
    if (start < at && domain !== undefined) add(start, at + 1 + domain.length, 'email');
  }
}

/** Where `user:password` begins, when `://` is before it and nothing that ends an authority between; else -1. */
function userInfoBefore(text: string, at: number): number {
  const before = text.slice(Math.max(0, at - MAX_USER_INFO_CHARS), at);
  const length = USER_INFO.exec(before)?.[1]?.length ?? 0;
  return length > 0 ? at - length : -1;
}
