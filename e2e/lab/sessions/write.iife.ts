/** The generator and its writer as one script, for a page of the extension: `socketscopeLab.write(shape)`. */
import { generateSession, type SessionShape } from './generate.ts';
import { writeSession } from './write.ts';

export interface SessionLab {
  /** Gives the number of chunks. */
  write(shape: Partial<SessionShape>): Promise<number>;
}

declare global {
  interface Window {
    socketscopeLab?: SessionLab;
  }
}

window.socketscopeLab = { write: (shape) => writeSession(generateSession(shape)) };
