/** Decoded values as text: one line for a row, indented for the clipboard; and where they are, as a JSONPath (RFC 9535). */
import { isContainer, type ValueContainer, type ValueNode, type ValueScalar } from '../../decoders/payloads/node.ts';

/** One line for a value: `{type: "tick", price: 1.50, …}`, `[1, 2, 3]`, `"text"`. About `maxChars` long. */
export function previewValue(node: ValueNode, maxChars: number): string {
  if (!isContainer(node)) return scalarText(node, maxChars);
  const [opening, closing] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
  let text = opening;
  for (let i = 0; i < node.items.length; i++) {
    if (i > 0) text += ', ';
    const child = node.items[i];
    if (!child || text.length >= maxChars) return `${text}…${closing}`;
    if (node.kind === 'object') text += `${(node.keys[i] ?? '').slice(0, 60)}: `;
    text += isContainer(child) ? emptyOrDots(child) : scalarText(child, 40);
  }
  return `${text}${node.isCut ? '…' : ''}${closing}`;
}

function emptyOrDots({ kind, items }: ValueContainer): string {
  const inside = items.length > 0 ? '…' : '';
  return kind === 'object' ? `{${inside}}` : `[${inside}]`;
}

/** A scalar as it is shown; strings in quotes, bytes in hex. */
export function scalarText(node: ValueScalar, maxChars: number): string {
  if (node.kind === 'bytes') return hexText(node.bytes ?? new Uint8Array(), maxChars);
  if (node.kind !== 'string') return node.text;
  const isLong = node.text.length > maxChars;
  const quoted = JSON.stringify(isLong ? node.text.slice(0, maxChars) : node.text);
  return isLong || node.isCut ? `${quoted.slice(0, -1)}…"` : quoted;
}

function hexText(bytes: Uint8Array, maxChars: number): string {
  const shown = bytes.subarray(0, Math.max(1, Math.floor(maxChars / 3)));
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return shown.length < bytes.length ? `${hex} …` : hex;
}

/** A value as indented text, numbers and keys as they were written; bytes as a string of hex digits. */
export function formatValue(root: ValueNode): string {
  const parts: string[] = [];
  const open: { readonly node: ValueContainer; next: number }[] = [];
  const write = (node: ValueNode): void => {
    if (!isContainer(node)) parts.push(plainText(node));
    else if (node.items.length === 0) parts.push(node.kind === 'object' ? '{}' : '[]');
    else {
      parts.push(node.kind === 'object' ? '{' : '[');
      open.push({ node, next: 0 });
    }
  };
  write(root);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { node, next } = top;
    const child = node.items[next];
    if (!child) {
      open.pop();
      parts.push(`\n${'  '.repeat(open.length)}${node.kind === 'object' ? '}' : ']'}`);
      continue;
    }
    top.next++;
    parts.push(`${next > 0 ? ',' : ''}\n${'  '.repeat(open.length)}`);
    if (node.kind === 'object') parts.push(`${JSON.stringify(node.keys[next])}: `);
    write(child);
  }
  return parts.join('');
}

function plainText(node: ValueScalar): string {
  if (node.kind === 'string' || node.kind === 'time') return JSON.stringify(node.text);
  if (node.kind !== 'bytes') return node.text;
  return JSON.stringify(hexText(node.bytes ?? new Uint8Array(), Number.POSITIVE_INFINITY).replaceAll(' ', ''));
}

/** What a value is on the clipboard: a string without quotes, bytes as hex digits, the rest as `formatValue` has it. */
export function copiedValue(node: ValueNode): string {
  if (node.kind === 'string' || node.kind === 'time') return (node as ValueScalar).text;
  const text = formatValue(node);
  return node.kind === 'bytes' ? text.slice(1, -1) : text;
}

const NAME = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/;

/** One step of a JSONPath: `.name`, `['any key']`, `[3]`. */
export function pathStep(label: string, isIndex: boolean): string {
  if (isIndex) return `[${label}]`;
  if (NAME.test(label)) return `.${label}`;
  return `['${JSON.stringify(label).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}']`;
}
