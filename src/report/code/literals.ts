/** Texts as parts of JavaScript: whatever a page has said stays a string. Pure. */

/** A string literal. Also where line separators end lines, and where a script element would end. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
    .replace(/<\//g, '<\\/')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
}

/** A pattern that matches this URL, whatever its query: that holds what changes from time to time. */
export function urlPattern(url: string): string {
  const path = url.replace(/[?#].*$/s, '');
  const escaped = path.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/[^\x20-\x7e]/g, '.');
  return `/^${escaped}(?:[?#].*)?$/`;
}

/** In a comment to the end of the line. */
export function inComment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
