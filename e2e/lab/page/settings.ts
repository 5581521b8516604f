/** The values that the buttons use: one set for the page, so that a card needs no fields of its own. */
import { signal } from '@preact/signals';

export const settings = {
  closeCode: signal(1011),
  closeReason: signal('internal error'),
  /** Handshakes to refuse; 0: until allowed. */
  refuseTimes: signal(0),
  downSeconds: signal(3),
  text: signal('hello from the lab'),
  binaryBytes: signal(64),
  burstCount: signal(50),
} as const;

/** Codes offered beside the field, with what they mean; any other can be typed. */
export const knownCodes: readonly (readonly [code: number, meaning: string])[] = [
  [1000, 'normal closure'],
  [1001, 'going away'],
  [1002, 'protocol error'],
  [1003, 'unsupported data'],
  [1005, 'a Close frame without a code'],
  [1006, 'must never be sent: breaks the client'],
  [1007, 'invalid payload'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1011, 'internal error'],
  [1012, 'service restart'],
  [1013, 'try again later'],
  [1014, 'bad gateway'],
  [3000, 'unauthorized'],
  [3003, 'forbidden'],
  [4000, 'private to the application'],
  [4401, 'unauthorized, by custom'],
];
