/** Text as text in HTML and SVG, in elements and in quoted attributes. What no document may hold becomes U+FFFD. Pure. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also directions that would turn the text around it over (Unicode UAX 9, "Trojan Source") are made visible. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)
    .replace(/[\p{Surrogate}\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (char) => (/[\t\n\r]/.test(char) ? char : '\ufffd'));
}
