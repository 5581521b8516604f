/** What a wrapper of the tests leaves in its window, for the probe to compare. */
export interface Noted {
  readonly log: string[];
}
