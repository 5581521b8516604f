/**
 * What a page can still tell: each fact in which a hooked page differs from a native one, with the reason. The tests fail
 * when a difference is not listed, and also when a listed one has vanished.
 */
import type { BrowserKind } from '../browsers/browser.ts';
import type { ProbeName } from './probes/probes.iife.ts';

export interface KnownDifference {
  readonly probe: ProbeName;
  readonly facts: readonly string[];
  readonly browsers: readonly BrowserKind[];
  readonly reason: string;
}

const BOTH: readonly BrowserKind[] = ['chromium', 'firefox'];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    probe: 'constructorErrors',
    facts: ['stack depth of the constructor', 'stack depth of send', 'stack depth of close', 'stack depth of toString'],
    browsers: BOTH,
    reason: 'the trap of a proxy is a frame of its own in the stack of errors that the native function throws',
  },
  {
    probe: 'constructorErrors',
    facts: ['structuredClone of the class', 'structuredClone of send', 'postMessage of the class'],
    browsers: ['firefox'],
    reason: 'the text of DataCloneError says "Proxy object" instead of "Function object"',
  },
  {
    probe: 'realms',
    facts: ['their print of ours', 'their print of our send', 'their print of our toString', 'our print of theirs'],
    browsers: BOTH,
    reason:
      'each realm masks its own functions; to the toString of another they are proxies: native code without a name',
  },
  {
    probe: 'sending',
    facts: ['object without a primitive', 'no prototype'],
    browsers: BOTH,
    reason:
      'objects are converted to text before send() is called; the error says no more that it was send() that failed',
  },
  {
    probe: 'sending',
    facts: ['object whose toString gives a symbol'],
    browsers: ['chromium'],
    reason: 'the same',
  },
  {
    probe: 'positions',
    facts: ['uncaught error'],
    browsers: BOTH,
    reason: "errors of the native constructor are thrown in the proxy's trap: the ErrorEvent tells its position",
  },
  {
    probe: 'positions',
    facts: [
      'constructor: origin',
      'subclass: origin',
      'Reflect.construct: origin',
      'send to nothing: origin',
      'close: origin',
      'close of nothing: origin',
    ],
    browsers: ['firefox'],
    reason:
      "the same, in fileName, lineNumber and columnNumber of the errors; in the extension they say '<anonymous code>'",
  },
  {
    probe: 'policyReports',
    facts: ['position'],
    browsers: BOTH,
    reason:
      'reports of a forbidden connection give the place of the innermost frame, which is the trap, without a file',
  },
];
