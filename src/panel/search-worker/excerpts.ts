/** The pieces of text around what a search found, for the list of its results. */
import { FRAME_OUT } from '../../protocol/frame-columns.ts';
import { ReadFrame } from '../models/filter/frames.ts';
import type { Pattern } from '../models/filter/terms.ts';
import type { FramePlace } from '../models/find-rows.ts';
import { type FrameSource, readBatch } from './frame-source.ts';
import { createInflater, type Inflater } from './inflater.ts';
import type { Excerpt, SearchRequest } from './messages.ts';

const CHARS_BEFORE = 32;
const CHARS = 240;
/** That is inflated for the pieces of one screen. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

export async function excerptsOf(
  source: FrameSource,
  places: readonly FramePlace[],
  { terms, isCaseSensitive }: Pick<SearchRequest, 'terms' | 'isCaseSensitive'>,
): Promise<readonly Excerpt[]> {
  const patterns = terms.flatMap((term) => (term.kind === 'text' && !term.isNegative ? term.patterns : []));
  const regexes = patterns.map((pattern) => regexOf(pattern, isCaseSensitive));
  const inflater = createInflater(MAX_INFLATED_BYTES);
  const excerpts = await Promise.all(places.map((place) => excerptOf(source, place, regexes, inflater)));
  return excerpts.filter((excerpt) => excerpt !== null);
}

async function excerptOf(
  source: FrameSource,
  { connectionId, seq }: FramePlace,
  regexes: readonly RegExp[],
  inflater: Inflater,
): Promise<Excerpt | null> {
  const { chunks, payloads, contents } = await readBatch(source, connectionId, seq, seq + 1, true);
  const chunk = chunks.find(({ firstSeq, count }) => seq >= firstSeq && seq < firstSeq + count);
  if (!chunk) return null;
  const frame = new ReadFrame();
  frame.open(chunk, payloads.get(chunk.firstSeq) ?? null, contents);
  frame.moveTo(seq - chunk.firstSeq);
  const facts = { connectionId, seq, atMs: frame.atMs, isOut: (frame.flags & FRAME_OUT) !== 0 };
  const inside = frame.isBinary ? (await inflater.inside(frame.bytes())).bytes : null;
  if (inside) frame.unpack(inside);
  return { ...facts, ...pieceOf(frame.text(), regexes) };
}

/** The first place where any of them is found, with a little before it. */
function pieceOf(text: string, regexes: readonly RegExp[]): Pick<Excerpt, 'text' | 'from' | 'to'> {
  for (const regex of regexes) {
    const found = regex.exec(text);
    if (!found) continue;
    const start = wholeAt(text, Math.max(0, found.index - CHARS_BEFORE));
    const piece = text.slice(start, wholeAt(text, start + CHARS));
    const from = found.index - start;
    const lead = start > 0 ? '…' : '';
    return {
      text: lead + piece,
      from: from + lead.length,
      to: Math.min(from + found[0].length, piece.length) + lead.length,
    };
  }
  return { text: text.slice(0, wholeAt(text, CHARS)), from: 0, to: 0 };
}

function regexOf(pattern: Pattern, isCaseSensitive: boolean): RegExp {
  if (pattern.kind === 'regex') return new RegExp(pattern.source, pattern.flags);
  return new RegExp(pattern.text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), isCaseSensitive ? '' : 'i');
}

/** Never between the two halves of a character. */
function wholeAt(text: string, index: number): number {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00 ? index - 1 : index;
}
