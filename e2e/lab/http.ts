/** Small helpers of the lab's HTTP side: answers, bodies, files. No framework, and nothing of WebSockets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { ControlError } from './control.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const MAX_BODY_BYTES = 64 * 1024;

/** Answers with a body whose type follows from the extension of `name`. Nothing of the lab is ever cached. */
export function answer(response: ServerResponse, status: number, name: string, body: string | Uint8Array): void {
  const type = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream';
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, 'answer.json', JSON.stringify(value));
}

/**
 * The JSON object in a request's body; an empty body is an empty object. Only `application/json` is taken: other sites
 * cannot send that here without a preflight, which the lab does not answer. Throws ControlError.
 */
export async function readJsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
    throw new ControlError(400, 'content-type must be application/json');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ControlError(400, `body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the one message for both kinds of nonsense.
  }
  throw new ControlError(400, 'body must be a JSON object');
}
