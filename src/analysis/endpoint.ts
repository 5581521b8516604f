/**
 * What of a URL tells the endpoint, and what changes from try to try: tokens, session ids, times and random numbers, which
 * say nothing about where a connection goes. Pure; takes any text for a URL.
 */

/** Names of parameters that change from try to try, whatever their values. */
const VOLATILE_NAME =
  /^(?:.*[_-])?(?:(?:access|auth|id|api|session|csrf|xsrf|refresh|ws|socket)?_?(?:token|ticket|jwt|nonce|sig|signature)|auth|authorization|key|sid|session_?id|session|connection_?id|client_?id|request_?id|t|ts|time|timestamp|date|_|cb|cache_?bust(?:er)?|rand|random|r|expires?(?:_?(?:at|in))?|exp|attempt|tries|retry|retries|reconnect|resume|recover|offset|last_?(?:event_?)?(?:id|seq|offset)|seq|since|cursor)$/i;
/** Of AWS's signed URLs. */
const SIGNING_NAME = /^x-(?:amz|goog)-/i;
/** Values that nobody types: hexadecimal or Base64 of 16 and more with digits in them, UUIDs, JSON Web Tokens, times. */
const RANDOM_VALUE = /^(?=.*\d)[\w+/=.~-]{16,}$/;
const TIME_VALUE = /^\d{10,17}(?:\.\d+)?$/;
/** SockJS: server and session, made up for each try. */
const SOCKJS_SESSION = /\/\d{3}\/[\w-]{4,}(?=\/websocket$)/;

/** Origin and path of a URL; the whole text where it is no URL. */
export function endpointOf(url: string): string {
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  return path.replace(SOCKJS_SESSION, '/*/*');
}

/** The endpoint with the parameters that stay the same from try to try, such as a room's name, in the order of their names. */
export function steadyEndpointOf(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return endpointOf(url);
  const [query = ''] = url.slice(start + 1).split('#', 1);
  const steady = query
    .split('&', MAX_PARAMETERS)
    .filter((pair) => pair !== '' && !isVolatile(pair))
    .sort();
  return steady.length > 0 ? `${endpointOf(url)}?${steady.join('&')}` : endpointOf(url);
}

const MAX_PARAMETERS = 64;

function isVolatile(pair: string): boolean {
  const at = pair.indexOf('=');
  const name = at < 0 ? pair : pair.slice(0, at);
  const value = at < 0 ? '' : pair.slice(at + 1);
  if (VOLATILE_NAME.test(name.slice(0, 64)) || SIGNING_NAME.test(name)) return true;
  return RANDOM_VALUE.test(value.slice(0, 256)) || TIME_VALUE.test(value.slice(0, 32));
}
