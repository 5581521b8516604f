/** The address of a collector, as a user types it. Pure. */

export type CollectorReading =
  | { readonly url: string; readonly problem: null }
  | { readonly url: null; readonly problem: string };

/** OTLP/HTTP: a base address gets `/v1/traces`, one that ends so stays (OpenTelemetry, OTLP exporter specification). */
export function readCollectorUrl(text: string): CollectorReading {
  if (!URL.canParse(text)) return { url: null, problem: 'This is no address. Write it as http://localhost:4318.' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { url: null, problem: 'A collector is reached by http: or https:.' };
  }
  if (url.username !== '' || url.password !== '') {
    return { url: null, problem: 'Put user and password into a header, not into the address.' };
  }
  if (!/\/v1\/traces\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  url.hash = '';
  return { url: url.href, problem: null };
}
