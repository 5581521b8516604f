/** Streams of text: small pieces put together, and pieces cut into lines. Pure; memory is bounded by what is asked for. */

/** A write of a file costs about the same for a byte and for this many. */
const PIECE_CHARS = 64 * 1024;

/** The same text in fewer, larger pieces. */
export async function* gathered(
  pieces: AsyncIterable<string>,
  pieceChars: number = PIECE_CHARS,
): AsyncGenerator<string, void> {
  let gathered = '';
  for await (const piece of pieces) {
    gathered += piece;
    if (gathered.length < pieceChars) continue;
    yield gathered;
    gathered = '';
  }
  if (gathered !== '') yield gathered;
}

export interface Line {
  /** From 1. */
  readonly number: number;
  /** null: it is longer than allowed and was skipped. */
  readonly text: string | null;
}

/** Without line ends (LF, CR LF) and without the byte order mark. Bytes are UTF-8; what is none becomes U+FFFD. */
export async function* linesIn(
  pieces: AsyncIterable<string | Uint8Array>,
  maxChars: number,
): AsyncGenerator<Line, void> {
  const utf8 = new TextDecoder();
  let parts: string[] = [];
  let chars = 0;
  let number = 1;

  function take(last: string): Line {
    const isTooLong = chars + last.length > maxChars;
    const text = isTooLong ? null : [...parts, last].join('').replace(/\r$/, '');
    parts = [];
    chars = 0;
    return { number: number++, text };
  }

  for await (const piece of pieces) {
    let text = typeof piece === 'string' ? piece : utf8.decode(piece, { stream: true });
    if (number === 1 && chars === 0) text = text.replace(/^\ufeff/, '');
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      yield take(text.slice(from, at));
      from = at + 1;
    }
    const rest = text.slice(from);
    if (chars + rest.length <= maxChars) parts.push(rest);
    else parts = [];
    chars += rest.length;
  }
  const last = utf8.decode();
  if (chars + last.length > 0) yield take(last);
}
