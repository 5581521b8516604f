/** Keyboard input as WebDriver wants it. https://www.w3.org/TR/webdriver2/#keyboard-actions */

/** Keys without a character of their own, named as in KeyboardEvent.key, and WebDriver's code point for each. */
const KEY_CODE_POINTS: Readonly<Record<string, number>> = {
  Backspace: 0xe003,
  Tab: 0xe004,
  Enter: 0xe007,
  Shift: 0xe008,
  Control: 0xe009,
  Alt: 0xe00a,
  Escape: 0xe00c,
  Space: 0xe00d,
  PageUp: 0xe00e,
  PageDown: 0xe00f,
  End: 0xe010,
  Home: 0xe011,
  ArrowLeft: 0xe012,
  ArrowUp: 0xe013,
  ArrowRight: 0xe014,
  ArrowDown: 0xe015,
  Insert: 0xe016,
  Delete: 0xe017,
  F1: 0xe031,
  F2: 0xe032,
  F3: 0xe033,
  F4: 0xe034,
  F5: 0xe035,
  F6: 0xe036,
  F7: 0xe037,
  F8: 0xe038,
  F9: 0xe039,
  F10: 0xe03a,
  F11: 0xe03b,
  F12: 0xe03c,
  Meta: 0xe03d,
};

export interface KeyAction {
  readonly type: 'keyDown' | 'keyUp';
  /** A character, or a code point of WebDriver's private area as one. */
  readonly value: string;
}

/** The keys of a chord such as "Shift+D", "Control++" or "ArrowDown": pressed in order, released in reverse. */
export function chordActions(chord: string): readonly KeyAction[] {
  // Split at a "+" that follows something, so that "+" itself can be a key.
  const values = chord.split(/(?<=.)\+(?=.)/s).map(keyValue);
  return [
    ...values.map((value): KeyAction => ({ type: 'keyDown', value })),
    ...values.toReversed().map((value): KeyAction => ({ type: 'keyUp', value })),
  ];
}

/** One key press for each character of the text; a line break is Enter. */
export function textActions(text: string): readonly KeyAction[] {
  return Array.from(text.replaceAll('\r\n', '\n')).flatMap((character): readonly KeyAction[] => {
    const value = keyValue(character === '\n' ? 'Enter' : character);
    return [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ];
  });
}

/** Throws for a name that is neither a known key nor one character: "Shft" must not be typed as letters. */
function keyValue(name: string): string {
  const codePoint = KEY_CODE_POINTS[name];
  if (codePoint !== undefined) {
    return String.fromCodePoint(codePoint);
  }
  if (Array.from(name).length !== 1) {
    throw new Error(`"${name}" is no key. Known are single characters and ${Object.keys(KEY_CODE_POINTS).join(', ')}.`);
  }
  return name;
}
