/** Short names for URLs, where there is no room for all of one. */

/** The path and what follows; the host where the path says nothing: "wss://a.test/live?x=1" → "/live?x=1". */
export function shortNameOf(url: string): string {
  const match = /^[a-z]+:\/\/([^/?#]*)(.*)$/is.exec(url);
  const [, host = '', rest = ''] = match ?? [];
  if (!match) return url;
  return rest === '' || rest === '/' ? host : rest;
}

/** The URL cut before its path, to show the two in different strengths. */
export function splitUrl(url: string): { readonly origin: string; readonly rest: string } {
  const rest = shortNameOf(url);
  const at = url.length - rest.length;
  return url.endsWith(rest) && at > 0 ? { origin: url.slice(0, at), rest } : { origin: '', rest: url };
}
