/** The keyboard, as the panel's help lists it. Each line is a key or chord and what it does; `keys.ts` writes chords. */

/** `Mod` is Ctrl, and the command key on a Mac. */
export type KeyLine = readonly [keys: readonly string[], what: string];

export const KEY_HELP = {
  title: 'Keyboard shortcuts',
  hint: 'Tab and Shift+Tab go from one part of the panel to the next; keys then work in that part.',
  close: 'Close',
  groups: [
    {
      name: 'Everywhere',
      lines: [
        [['Mod+E'], 'Record, or pause'],
        [['Mod+L'], 'Clear'],
        [['Mod+F'], 'Search everything that was recorded'],
        [['/'], 'Filter'],
        [['Shift+D'], 'Drop the selected connection'],
        [['?'], 'This list'],
        [['Esc'], 'Close what is open: a menu, a dialog, the search'],
      ],
    },
    {
      name: 'Search',
      lines: [
        [['Enter', 'F3'], 'The next hit'],
        [['Shift+Enter', 'Shift+F3'], 'The hit before'],
        [['Esc'], 'Stop searching; then close'],
      ],
    },
    {
      name: 'Lists',
      lines: [
        [['↑', '↓'], 'One row up, down'],
        [['PageUp', 'PageDown', 'Home', 'End'], 'A page, the first, the last row'],
        [['←', '→'], 'Close, open a group'],
        [['Enter'], 'Go on: from a connection to its frames, from a frame to its detail'],
        [['Shift+F10'], 'The row’s menu'],
      ],
    },
    {
      name: 'Timeline',
      lines: [
        [['W', 'S', '+', '-'], 'Closer, farther'],
        [['A', 'D', '←', '→'], 'Earlier, later'],
        [['0'], 'Everything'],
      ],
    },
    {
      name: 'Frames',
      lines: [[['M'], 'Mark the selected frame']],
    },
    {
      name: 'Tabs, panes and trees',
      lines: [
        [['←', '→'], 'The tab beside it; a pane’s edge by a step'],
        [['←', '→', '↑', '↓'], 'In a JSON tree: close, open, up, down'],
      ],
    },
  ] satisfies readonly { readonly name: string; readonly lines: readonly KeyLine[] }[],
} as const;
