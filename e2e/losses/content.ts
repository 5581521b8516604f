/**
 * What numbered frames carry, and the hash by which a stored one is known. Both run in Node, in pages and in the
 * extension's page, so each function uses nothing but its arguments.
 */

/** The text of frame `index` of a stream: its number, then characters that depend on it, `length` in all (or its number's). */
export function contentOf(stream: string, index: number, length: number): string {
  const head = `${stream}:${index}:`;
  const letters = new Uint8Array(Math.max(0, length - head.length));
  let state = index + 1;
  for (let i = 0; i < letters.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    letters[i] = 97 + (state >>> 28);
  }
  return head + new TextDecoder().decode(letters);
}

/** 53 bits of a text's UTF-16 units or of bytes: cyrb53, public domain. Two of a million frames are alike once in 10,000 runs. */
export function hashOf(content: string | Uint8Array): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < content.length; i++) {
    const unit = typeof content === 'string' ? content.charCodeAt(i) : (content[i] ?? 0);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
