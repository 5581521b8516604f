/**
 * A frame that somebody writes: from what stands in the field to the payload that is sent, and what is wrong with it. In
 * texts `{{now}}`, `{{iso}}`, `{{uuid}}` and `{{seq}}` stand for something new each time. Pure.
 */
import type { Direction, FaultPayload } from '../../protocol/fault.ts';
import { MAX_FAULT_PAYLOAD_CHARS } from '../../protocol/limits.ts';
import { base64Of } from './copy-forms.ts';

export const DRAFT_MODES = ['text', 'json', 'hex', 'base64'] as const;
export type DraftMode = (typeof DRAFT_MODES)[number];

export interface FrameDraft {
  /** `out`: to the server; `in`: to the page, as if the server had sent it. */
  readonly direction: Direction;
  readonly mode: DraftMode;
  readonly text: string;
}

export interface FrameTemplate extends FrameDraft {
  readonly name: string;
}

export type DraftProblem =
  | { readonly kind: 'notJson'; readonly detail: string }
  | { readonly kind: 'notHex' | 'notBase64' | 'tooLong' };

export type ReadDraft =
  | { readonly payload: FaultPayload; readonly problem: null }
  | { readonly payload: null; readonly problem: DraftProblem };

export interface Placeholders {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly uuid: string;
  /** Rising, of this panel. */
  readonly seq: number;
}

export function readDraft({ mode, text }: Pick<FrameDraft, 'mode' | 'text'>, values: Placeholders): ReadDraft {
  const read = MODES[mode](text, values);
  if (read.payload === null) return read;
  const { payload } = read;
  const length = payload.kind === 'text' ? payload.text.length : payload.base64.length;
  return length > MAX_FAULT_PAYLOAD_CHARS ? problem({ kind: 'tooLong' }) : read;
}

const MODES: Readonly<Record<DraftMode, (text: string, values: Placeholders) => ReadDraft>> = {
  text: (text, values) => ({ payload: { kind: 'text', text: fillPlaceholders(text, values) }, problem: null }),
  json: (text, values) => {
    const filled = fillPlaceholders(text, values);
    try {
      JSON.parse(filled);
    } catch (error) {
      return problem({ kind: 'notJson', detail: error instanceof Error ? error.message : '' });
    }
    return { payload: { kind: 'text', text: filled }, problem: null };
  },
  hex: (text) => {
    const digits = text.replace(/0x|[\s,:]/gi, '');
    if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return problem({ kind: 'notHex' });
    const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return { payload: { kind: 'binary', base64: base64Of(bytes) }, problem: null };
  },
  base64: (text) => {
    const plain = text.replace(/\s/g, '').replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
    if (plain.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(plain)) return problem({ kind: 'notBase64' });
    return { payload: { kind: 'binary', base64: plain.padEnd(Math.ceil(plain.length / 4) * 4, '=') }, problem: null };
  },
};

function problem(what: DraftProblem): ReadDraft {
  return { payload: null, problem: what };
}

/** Words in double braces that are none of ours stay as they are. */
function fillPlaceholders(text: string, { nowMs, uuid, seq }: Placeholders): string {
  const values: Readonly<Record<string, string>> = {
    now: String(nowMs),
    iso: new Date(nowMs).toISOString(),
    uuid,
    seq: String(seq),
  };
  return text.replace(/\{\{(now|iso|uuid|seq)\}\}/g, (_, name: string) => values[name] ?? '');
}

/** To be edited and sent again; null when not all of it is known. */
export function draftOf(
  again: { readonly direction: Direction; readonly payload: FaultPayload } | null,
): FrameDraft | null {
  if (!again) return null;
  const { direction, payload } = again;
  if (payload.kind === 'binary') return { direction, mode: 'hex', text: hexOf(payload.base64) };
  return { direction, mode: isJson(payload.text) ? 'json' : 'text', text: payload.text };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function hexOf(base64: string): string {
  return Array.from(atob(base64), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
}

const MAX_TEMPLATES = 200;
const MAX_NAME_CHARS = 100;

/** Whatever is stored → templates that are such. */
export function readTemplates(stored: unknown): readonly FrameTemplate[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((value) => readTemplate(value) ?? []).slice(0, MAX_TEMPLATES);
}

function readTemplate(value: unknown): FrameTemplate | null {
  if (typeof value !== 'object' || value === null) return null;
  const { name, direction, mode, text } = value as Readonly<Record<string, unknown>>;
  const known = DRAFT_MODES.find((one) => one === mode);
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_CHARS || !known) return null;
  if ((direction !== 'in' && direction !== 'out') || typeof text !== 'string') return null;
  return text.length > MAX_FAULT_PAYLOAD_CHARS ? null : { name, direction, mode: known, text };
}

/** In place of the one of the same name, or as a new one; in the order of their names. */
export function withTemplate(templates: readonly FrameTemplate[], template: FrameTemplate): readonly FrameTemplate[] {
  return [...templates.filter(({ name }) => name !== template.name), template].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}
