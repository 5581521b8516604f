/** Who stands between page and server, as the headers of an answer betray it. Data, and two look-ups. */
import type { Header } from '../../protocol/evidence.ts';

export interface Hop {
  readonly id: string;
  readonly name: string;
}

type Row = readonly [id: string, name: string, header: RegExp, value: RegExp];

const ANY = /./;
const ROWS: readonly Row[] = [
  ['nginx', 'nginx', /^server$/, /\bnginx|openresty/i],
  ['apache', 'Apache httpd', /^server$/, /\bapache/i],
  ['caddy', 'Caddy', /^(server|via)$/, /\bcaddy/i],
  ['haproxy', 'HAProxy', /^(server|via)$/, /\bhaproxy/i],
  ['traefik', 'Traefik', /^server$/, /\btraefik/i],
  ['envoy', 'Envoy/Istio', /^server$/, /\b(istio-)?envoy/i],
  ['envoy', 'Envoy/Istio', /^x-envoy-/, ANY],
  ['cloudflare', 'Cloudflare', /^cf-ray$/, ANY],
  ['cloudflare', 'Cloudflare', /^server$/, /\bcloudflare/i],
  ['alb', 'AWS ALB', /^server$/, /\bawselb/i],
  ['apigateway', 'AWS API Gateway', /^(x-amzn-requestid|x-amz-apigw-id)$/, ANY],
  ['cloudfront', 'CloudFront', /^(x-amz-cf-id|x-amz-cf-pop)$/, ANY],
  ['cloudfront', 'CloudFront', /^via$/, /\bcloudfront/i],
  ['fastly', 'Fastly', /^x-served-by$/, /\bcache-/i],
  ['heroku', 'Heroku', /^via$/, /\bvegur|heroku/i],
  ['fly', 'Fly.io', /^fly-request-id$/, ANY],
  ['fly', 'Fly.io', /^(server|via)$/, /\bfly(\/|\.io)/i],
  ['gcp', 'Google Cloud Load Balancing', /^via$/, /\bgoogle\b/i],
  ['azure', 'Azure', /^x-azure-ref$/, ANY],
  ['vercel', 'Vercel', /^x-vercel-id$/, ANY],
  ['uvicorn', 'uvicorn', /^server$/, /\buvicorn/i],
];

/** The hops that an answer's headers name, each once. */
export function hopsOf(headers: readonly Header[]): readonly Hop[] {
  const found = new Map<string, Hop>();
  for (const [header, value] of headers) {
    for (const [id, name, isHeader, isValue] of ROWS) {
      if (!found.has(id) && isHeader.test(header) && isValue.test(value)) found.set(id, { id, name });
    }
  }
  return [...found.values()];
}

/** Value of the first header of this name, or null. */
export function headerOf(headers: readonly Header[], wanted: string): string | null {
  return headers.find(([name]) => name === wanted)?.[1] ?? null;
}
