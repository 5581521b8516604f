import { expect, it } from 'vitest';
import type { ConnectionActsNoted } from '../protocol/page-report.ts';
import { actsOf, trimmedStack } from './acts.ts';

const report: ConnectionActsNoted = {
  kind: 'connectionActs',
  connection: 0,
  atMs: 9,
  constructedAt: null,
  closedAt: null,
  sendsThrown: 2,
  firstThrownAtMs: 5,
  unheard: 4,
  handlerErrors: 1,
  firstHandlerErrorAtMs: 6,
  firstHandlerErrorSeq: 3,
  handlerErrorText: 'Uncaught Error: no',
  buffered: [7, 100_000, 8, 0],
};

it('is on the epoch', () => {
  expect(actsOf(report, 1_000)).toEqual({
    constructedAt: null,
    closedAt: null,
    sendsThrown: 2,
    firstThrownAtMs: 1_005,
    unheard: 4,
    handlerErrors: 1,
    firstHandlerErrorAtMs: 1_006,
    firstHandlerErrorSeq: 3,
    handlerErrorText: 'Uncaught Error: no',
    buffered: [
      [1_007, 100_000],
      [1_008, 0],
    ],
  });
});

it.each([
  ['nothing', null, null],
  [
    'V8',
    'Error\n    at Ft (<anonymous>:1:23)\n    at Object.construct (<anonymous>:1:9)\n    at connect (http://a/app.js:3:7)\n    at http://a/app.js:9:1',
    'at connect (http://a/app.js:3:7)\nat http://a/app.js:9:1',
  ],
  [
    'SpiderMonkey',
    'Ft@<anonymous>:1:23\nconstruct@<anonymous>:1:9\nconnect@http://a/app.js:3:7\n@http://a/app.js:9:1\n',
    'connect@http://a/app.js:3:7\n@http://a/app.js:9:1',
  ],
  ['our own alone', 'Error\n    at Ft (<anonymous>:1:23)', ''],
])('has the page’s part of a stack: %s', (_, stack, trimmed) => {
  expect(trimmedStack(stack)).toBe(trimmed);
});
