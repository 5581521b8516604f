/** What close() makes of its arguments, for sockets whose native close() has to wait. */
import { MAX_REASON_BYTES } from '../../protocol/limits.ts';
import { isObject } from '../payload.ts';
import { append, countUtf8Bytes, round } from '../primordials.ts';

/** Objects are converted once, in the order of WebIDL; may throw what the page's conversions throw. */
export function plainCloseArgs(args: readonly unknown[]): readonly unknown[] {
  const plain: unknown[] = [];
  if (args.length > 0) append(plain, isObject(args[0]) ? +(args[0] as never) : args[0]);
  if (args.length > 1) append(plain, isObject(args[1]) ? `${args[1]}` : args[1]);
  return plain;
}

/** WHATWG websockets, close(): 1000 or 3000 to 4999, and at most 123 bytes of reason. */
export function isValidClose(plain: readonly unknown[]): boolean {
  const code = plain.length > 0 ? plain[0] : undefined;
  const reason = plain.length > 1 ? plain[1] : undefined;
  if (typeof code === 'symbol' || typeof code === 'bigint' || typeof reason === 'symbol') return false;
  const number = code === undefined ? 1000 : round(+(code as number));
  if (number !== 1000 && !(number >= 3000 && number <= 4999)) return false;
  return reason === undefined || countUtf8Bytes(`${reason}`) <= MAX_REASON_BYTES;
}
