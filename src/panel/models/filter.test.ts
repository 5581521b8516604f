import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionTerms, frameTerms, parseFilter, passes } from './filter.ts';

describe('the filter box', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['Ticker', [['ticker', false, 'any']]],
    [
      'a -b',
      [
        ['a', false, 'any'],
        ['b', true, 'any'],
      ],
    ],
    ['"order placed"', [['order placed', false, 'any']]],
    ['-"order placed', [['order placed', true, 'any']]],
    [
      'url:wss -text:ping',
      [
        ['wss', false, 'url'],
        ['ping', true, 'text'],
      ],
    ],
    ['URL:"a b"', [['a b', false, 'url']]],
    ['wss://a.test', [['wss://a.test', false, 'any']]],
    ['-', []],
    ['url:', []],
    ['--', [['-', true, 'any']]],
    ['""', []],
    ['a-b', [['a-b', false, 'any']]],
  ])('reads %j', (input, terms) => {
    expect(parseFilter(input).map(({ text, isNegative, scope }) => [text, isNegative, scope])).toEqual(terms);
  });

  it('never throws, and has no empty terms, which everything would satisfy', () => {
    fc.assert(
      fc.property(fc.string(), (input) => {
        for (const { text } of parseFilter(input)) expect(text).not.toBe('');
      }),
    );
  });

  it('lets through what has all positive terms and no negative one', () => {
    const terms = parseFilter('live -ping');
    expect(passes(terms, 'wss://a.test/live')).toBe(true);
    expect(passes(terms, 'wss://a.test/live?ping')).toBe(false);
    expect(passes(terms, 'wss://a.test/')).toBe(false);
    expect(passes([], 'anything')).toBe(true);
  });

  it('does not ask frames for what their connection satisfies already', () => {
    const terms = parseFilter('socket.io order -ping url:eio text:4');
    expect(connectionTerms(terms).map(({ text }) => text)).toEqual(['socket.io', 'order', 'ping', 'eio']);
    expect(frameTerms(terms, 'ws://a.test/socket.io/?eio=4').map(({ text }) => text)).toEqual(['order', 'ping', '4']);
  });
});
