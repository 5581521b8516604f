/** Secrets that are known by the name before them: `"password":"…"`, `token=…`, `Cookie: …`. Pure. */
import { NAME_HINT, QUERY_NAME, secretNameOf } from './names.ts';
import type { SecretKind, Span } from './span.ts';
import { type FoundValue, nameAround, valueAfter } from './value-after.ts';

const NAME_HINTS = new RegExp(NAME_HINT.source, 'gi');
const SCHEME = /^(?:bearer|basic|digest|token|negotiate|apikey)(?:\s+|%20)(?=\S)/i;
/** What a Set-Cookie header says beside the cookie (RFC 6265 section 4.1.1). */
const COOKIE_ATTRIBUTE = /^(?:expires|max-age|domain|path|samesite|secure|httponly|partitioned|priority)$/i;

/** The text that stands for a secret, whatever holds it: without escapes of JSON and of URLs. */
function plainSecret(text: string, backslashes: number): string {
  let plain = text;
  for (let level = 0; level <= backslashes && plain.includes('\\'); level = 2 * level + 1) {
    try {
      plain = String(JSON.parse(`"${plain}"`));
    } catch {
      break;
    }
  }
  if (!plain.includes('%')) return plain;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** `isKept`: names whose values the user wants to see. */
export function namedIn(text: string, isKept: (name: string) => boolean): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  NAME_HINTS.lastIndex = 0;
  for (let hint = NAME_HINTS.exec(text); hint; hint = NAME_HINTS.exec(text)) {
    if (hint.index < from) continue;
    const { start, end } = nameAround(text, hint.index, hint.index + hint[0].length);
    // Many hints in one long word are one name.
    NAME_HINTS.lastIndex = Math.max(end, hint.index + 1);
    const written = text.slice(start, end);
    const name = secretNameOf(written);
    if (!name || isKept(written)) continue;
    const value = valueAfter(text, start, end);
    if (!value || (value.form === 'number' && !name.isNumeric) || (value.form === 'whole' && !name.isWhole)) continue;
    spans.push(...(name.isCookie && value.form === 'text' ? cookies(text, value) : valueSpans(text, value, name.kind)));
    // Nothing is left to be found in what is hidden.
    from = value.end;
    NAME_HINTS.lastIndex = Math.max(NAME_HINTS.lastIndex, from);
  }
  for (const match of text.matchAll(QUERY_NAME)) {
    const [whole, name = '', value = ''] = match;
    const end = match.index + whole.length;
    if (!isKept(name))
      spans.push(
        ...valueSpans(text, { start: end - value.length, end, form: 'text', backslashes: 0, quote: '' }, 'token'),
      );
  }
  return spans;
}

/** The value without the name of a scheme before it: `Bearer x` is the same secret as `token=x`. */
function valueSpans(
  text: string,
  { start, end, form, backslashes, quote }: FoundValue,
  kind: SecretKind,
): readonly Span[] {
  const whole = text.slice(start, end);
  if (form !== 'text') return [{ start, end, kind, secret: whole, around: quote }];
  const scheme = SCHEME.exec(whole)?.[0] ?? '';
  const value = whole.slice(scheme.length);
  if (value === '' || /^(?:null|true|false|undefined)$/i.test(value)) return [];
  return [{ start: start + scheme.length, end, kind, secret: plainSecret(value, backslashes) }];
}

/** Cookies keep their names, so that one sees which there were. */
function cookies(text: string, { start, end, backslashes }: FoundValue): readonly Span[] {
  const spans: Span[] = [];
  let at = start;
  for (const part of text.slice(start, end).split(';')) {
    const [name = ''] = part.split('=', 1);
    if (!COOKIE_ATTRIBUTE.test(name.trim())) {
      const hasName = name.length < part.length;
      const valueStart = hasName ? at + name.length + 1 : at + (part.length - part.trimStart().length);
      const valueEnd = at + part.length;
      if (valueEnd > valueStart) {
        const secret = plainSecret(text.slice(valueStart, valueEnd), backslashes);
        spans.push({ start: valueStart, end: valueEnd, kind: 'cookie', secret });
      }
    }
    at += part.length + 1;
  }
  return spans;
}
