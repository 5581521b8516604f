/**
 * Text with nothing hidden in it: control characters as the pictures that Unicode has for them, and characters that turn the
 * direction of writing, or that have no width, by their number. Emoji and right-to-left text stay as they are.
 */

/** C0 without tab and line breaks, DEL, C1; and what reorders or hides: bidi controls, zero widths that join no emoji. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function visibleText(text: string): string {
  return text.replace(HIDDEN, (char) => {
    const code = char.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
