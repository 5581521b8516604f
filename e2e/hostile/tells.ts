/**
 * How a page that tries hard can notice Socketscope: the looks of the last attack in `attacks/detection.ts` that give
 * another answer than in a bare browser, each with its reason. Measured, and compared exactly: a new one fails the test,
 * one that has vanished must be struck out. docs/security.md shows the same list to readers.
 */
import type { BrowserKind } from '../browsers/browser.ts';

const FRAME = 'the trap of a proxy is one more frame in the stack of what happens inside the native call';
const REALM =
  'each realm masks its own functions; to another one they are proxies, which are native code without a name';
const CYCLE =
  'a chain of prototypes may go through a proxy twice: the check for cycles stops there (ECMA-262 10.1.2.1)';
const NAME = 'the text of the error names the object a Proxy';

const BOTH: Readonly<Record<string, string>> = {
  'constructor error: stack lines': FRAME,
  'send error: stack lines': FRAME,
  'close error: stack lines': FRAME,
  'send on a foreign object': FRAME,
  'toString on an object: stack lines': FRAME,
  'toString of an argument: stack lines': FRAME,
  'getter of a subclass: stack lines': FRAME,
  "another realm's toString on the constructor": REALM,
  "another realm's toString on send": REALM,
  "another realm's toString on toString": REALM,
  'prototype cycle through the constructor': CYCLE,
  'prototype cycle through send': CYCLE,
  'prototype cycle through close: error': CYCLE,
  'prototype cycle through toString': CYCLE,
  'looks at a proxied protocol list': 'what was asked for is read from the list after the constructor has returned',
};

export const KNOWN_TELLS: Readonly<Record<BrowserKind, Readonly<Record<string, string>>>> = {
  chromium: {
    ...BOTH,
    'call sites (V8)': `${FRAME}; Error.prepareStackTrace hands a page its file name, with the extension's id`,
  },
  firefox: {
    ...BOTH,
    'uncaught error position': FRAME,
    'structuredClone of the constructor': NAME,
    'structuredClone of send': NAME,
    'caller and arguments of send': NAME,
    'order of the names on window':
      'Firefox lists globals as they are first used, and a script before the page used some',
  },
};
