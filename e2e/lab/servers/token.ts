/**
 * Short-lived tokens for the lab's `?token=` endpoint, shaped like the JSON Web Tokens (RFC 7519, HS256) that real
 * applications put there. The key lives as long as the process; the tokens open nothing but the lab.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const key = randomBytes(32);
const LIFETIME_S = 300;
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A token that expires `lifetimeS` seconds from now. */
export function issueToken(lifetimeS = LIFETIME_S): string {
  const nowS = Math.floor(Date.now() / 1000);
  const body = `${HEADER}.${encode({ sub: 'lab', iat: nowS, exp: nowS + lifetimeS })}`;
  return `${body}.${sign(body).toString('base64url')}`;
}

/** Whether a token is the lab's own and has not expired. */
export function checkToken(token: string): 'valid' | 'expired' | 'invalid' {
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return 'invalid';
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(`${header}.${payload}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'invalid';
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { readonly exp: number };
  return exp * 1000 > Date.now() ? 'valid' : 'expired';
}
