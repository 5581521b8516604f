/** Text as text in Markdown, wherever it stands outside a fence. Pure. */

/** On one line, and without a meaning in Markdown or HTML. */
export function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_[\]<>|#~!]/g, '\\$&');
}
