import { describe, expect, test } from 'vitest';
import { chordActions, textActions } from './firefox-keys.ts';

const SHIFT = '\ue008';

describe('a chord', () => {
  test('presses in order and releases in reverse', () => {
    expect(chordActions('Shift+D')).toEqual([
      { type: 'keyDown', value: SHIFT },
      { type: 'keyDown', value: 'D' },
      { type: 'keyUp', value: 'D' },
      { type: 'keyUp', value: SHIFT },
    ]);
  });

  test.each([
    ['+', ['+']],
    ['Shift++', [SHIFT, '+']],
    ['ArrowDown', ['\ue015']],
    ['/', ['/']],
  ])('"%s" is understood', (chord, values) => {
    const pressed = chordActions(chord).filter(({ type }) => type === 'keyDown');
    expect(pressed.map(({ value }) => value)).toEqual(values);
  });

  test.each(['Shft+D', 'ArowDown', ''])('"%s" is refused', (chord) => {
    expect(() => chordActions(chord)).toThrow('is no key');
  });
});

describe('a text', () => {
  test('is one press for each character, whole code points, Enter for line breaks', () => {
    expect(textActions('a😀\r\n').filter(({ type }) => type === 'keyDown')).toEqual([
      { type: 'keyDown', value: 'a' },
      { type: 'keyDown', value: '😀' },
      { type: 'keyDown', value: '\ue007' },
    ]);
  });
});
