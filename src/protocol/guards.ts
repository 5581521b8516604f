/**
 * The few checks that all parsers are made of. Each takes `unknown`, never throws and never runs foreign code: what
 * arrives here was structured-cloned, so it has neither getters nor proxies.
 */

/** A plain object whose own fields can be read, or null. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

/** An integer in [0, max]. */
export function isCount(value: unknown, max: number = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

/** A finite time that is not negative. Documents live for less than a century; beyond that it is a forgery. */
export function isTimeMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 4_000_000_000_000;
}

/** A string of at most `maxChars` UTF-16 units. */
export function isShortString(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value.length <= maxChars;
}

/** An array of at most `maxLength` strings of at most `maxChars` units each, as a fresh array; or null. */
export function asStrings(value: unknown, maxLength: number, maxChars: number): readonly string[] | null {
  if (!Array.isArray(value) || value.length > maxLength) return null;
  const strings: string[] = [];
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (!isShortString(item, maxChars)) return null;
    strings.push(item);
  }
  return strings;
}

/** An array of at most `maxLength` numbers that are finite and not negative, as a fresh array; or null. */
export function asNumbers(value: unknown, maxLength: number): readonly number[] | null {
  if (!Array.isArray(value) || value.length > maxLength) return null;
  const numbers: number[] = [];
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (typeof item !== 'number' || !Number.isFinite(item) || item < 0) return null;
    numbers.push(item);
  }
  return numbers;
}

/**
 * True for memory that nobody else can change or resize. Shared memory could be rewritten after it was checked, and
 * neither it nor memory that grows can be sent on and stored everywhere.
 */
export function isFixedMemory(buffer: ArrayBufferLike & { readonly resizable?: boolean }): boolean {
  return Object.prototype.toString.call(buffer) === '[object ArrayBuffer]' && buffer.resizable !== true;
}
