/** Readings that many protocols give, made once: most frames are messages, and a recording has millions of them. */
import { type FrameReading, MAX_SAID_CHARS } from './protocol.ts';

export const MESSAGE: FrameReading = { kind: 'message', label: '' };

export function reading(kind: FrameReading['kind'], label: string): FrameReading {
  return { kind, label };
}

/** A frame that says why it is over. */
export function farewell(label: string, ...reasons: readonly unknown[]): FrameReading {
  const said = reasons.filter((reason) => typeof reason === 'string' || typeof reason === 'number').join(' ');
  return { kind: 'farewell', label, says: said.slice(0, MAX_SAID_CHARS) };
}

/** A request with its id, or an answer to one; without an id, just the reading. */
export function asking(base: FrameReading, id: string | undefined): FrameReading {
  return id === undefined ? base : { ...base, asks: [id] };
}

export function answering(base: FrameReading, id: string | undefined): FrameReading {
  return id === undefined ? base : { ...base, answers: [id] };
}
