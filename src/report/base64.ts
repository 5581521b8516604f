/** Base64 (RFC 4648 section 4) where there is neither `Buffer` nor `Uint8Array.fromBase64`. Pure. */

/** `String.fromCharCode` takes its bytes as arguments, of which engines allow some ten thousand. */
const SLICE_BYTES = 0x6000; // divisible by 3, so that slices need no padding between them

export function toBase64(bytes: Uint8Array): string {
  let base64 = '';
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    base64 += btoa(String.fromCharCode(...bytes.subarray(at, at + SLICE_BYTES)));
  }
  return base64;
}

/** Null: it is none. Padding and alphabet have to be those of section 4; no white space. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || /[^A-Za-z0-9+/=]/.test(text)) return null;
  try {
    const latin1 = atob(text);
    const bytes = new Uint8Array(latin1.length);
    for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}
