/** What close() makes of its arguments, for sockets whose native close() has to wait. */
import { MAX_REASON_BYTES } from '../../protocol/limits.ts';
import { isObject } from '../payload.ts';
import { countUtf8Bytes, round } from '../primordials.ts';

/**
 * WHATWG websockets, close(): 1000 or 3000 to 4999, and at most 123 bytes of reason. False for what is converted by code of
 * the page, too: such calls are left to the native close().
 */
export function isValidClose(args: readonly unknown[]): boolean {
  const code = args.length > 0 ? args[0] : undefined;
  const reason = args.length > 1 ? args[1] : undefined;
  if (isObject(code) || isObject(reason)) return false;
  if (typeof code === 'symbol' || typeof code === 'bigint' || typeof reason === 'symbol') return false;
  const number = code === undefined ? 1000 : round(+(code as number));
  if (number !== 1000 && !(number >= 3000 && number <= 4999)) return false;
  return reason === undefined || countUtf8Bytes(`${reason}`) <= MAX_REASON_BYTES;
}
