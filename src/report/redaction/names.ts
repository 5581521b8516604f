/**
 * Names under which secrets travel: members of JSON, parameters of URLs, headers, cookies, fields of forms. What decides is
 * the words of a name (`x-auth-token`, `refreshToken` and `csrf_token` all end in "token"), so that "author" and
 * "token_type" stay readable. Pure data and one question to it.
 */

/** As a word of its own anywhere in a name. */
const SECRET_WORDS = new Set(
  (
    'token tokens jwt secret secrets password passwords passwd passwort pwd pass passphrase passcode cookie cookies ' +
    'credential credentials bearer authorization authorisation signature ticket otp totp pin cvv cvc ssn iban csrf xsrf ' +
    'sid apikey authkey sessionid sessionkey accesstoken refreshtoken idtoken authtoken privatekey secretkey accesskey'
  ).split(' '),
);
/** Written in one word, somewhere in a longer one. */
const SECRET_PARTS =
  /password|passwd|passphrase|passcode|secret|api_?-?key|access_?-?key|private_?-?key|signing_?-?key|encryption_?-?key|auth_?-?key|auth_?-?token|access_?-?token|refresh_?-?token|id_?-?token|session_?-?(?:id|key|token)|(?:csrf|xsrf)_?-?token|connection_?-?string|credential/i;
/** At the end: `x-goog-auth`, Pusher's `auth`. */
const SECRET_ENDS = new Set(['auth', 'session', 'sig', 'hmac']);
/** A name that ends so tells about a secret and holds none. */
const HARMLESS_ENDS = new Set(
  (
    'type types count counts limit limits length size name names url uri endpoint ttl expires expiry expiration expired ' +
    'exp at in ms seconds min max required enabled valid policy method methods scheme status error strength hint level ' +
    'version usage used domain path index'
  ).split(' '),
);
/** Of which also numbers are secrets. */
const NUMERIC_WORDS = new Set('password passcode pass pin otp totp cvv cvc ssn'.split(' '));
/** Whose lists and objects are secrets as a whole. */
const WHOLE_WORDS = new Set(
  'token tokens secret secrets password passwords cookie cookies credential credentials authorization'.split(' '),
);
const COOKIE_WORDS = new Set(['cookie', 'cookies']);

/** Any name that may be one; what is found is then looked at as a whole. Sticky and global searches both use it. */
export const NAME_HINT =
  /token|secret|passw|passphrase|passcode|\bpass\b|pwd|auth|jwt|bearer|cookie|credential|api[-_]?key|(?:access|private|signing|encryption|session)[-_]?key|signature|\bsig\b|hmac|ticket|\bt?otp\b|session|\bsid\b|[cx]srf|\bpin\b|\bcv[vc]\b|\bssn\b|\biban\b|connection[-_]?string/i;

/** Names that are secret only as parameters of a URL. */
export const QUERY_NAME = /[?&;#](key|code|sig|s|session|state|hmac|pw|access|nonce|assertion|hash)=([^&#\s"'<>\\]*)/gi;

export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

export interface SecretName {
  /** Numbers under this name are secrets, too. */
  readonly isNumeric: boolean;
  /** Lists and objects under this name are secrets as a whole. */
  readonly isWhole: boolean;
  readonly isCookie: boolean;
  readonly kind: 'token' | 'password' | 'cookie' | 'key' | 'secret';
}

/** What a name promises of its value, or null: nothing secret. */
export function secretNameOf(name: string): SecretName | null {
  if (name.length > 128) return null;
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (HARMLESS_ENDS.has(last)) return null;
  const isSecret = words.some((word) => SECRET_WORDS.has(word)) || SECRET_ENDS.has(last) || SECRET_PARTS.test(name);
  if (!isSecret) return null;
  const isCookie = words.some((word) => COOKIE_WORDS.has(word));
  return {
    isNumeric: words.some((word) => NUMERIC_WORDS.has(word)),
    isWhole: words.some((word) => WHOLE_WORDS.has(word)),
    isCookie,
    kind: isCookie ? 'cookie' : kindOf(name),
  };
}

function kindOf(name: string): SecretName['kind'] {
  if (/pass|pwd|pin|otp/i.test(name)) return 'password';
  if (/key/i.test(name)) return 'key';
  if (/token|jwt|auth|bearer|ticket|session|sid/i.test(name)) return 'token';
  return 'secret';
}
