/** The keyboard, as the panel's help lists it. Each line is a key or chord and what it does; `keys.ts` writes chords. */
import { text } from '../words/words.ts';

/** `Mod` is Ctrl, and the command key on a Mac. */
export type KeyLine = readonly [keys: readonly string[], what: string];

export const KEY_HELP = {
  title: text('keyHelp_keyboardShortcuts'),
  hint: text('keyHelp_tabAndShiftTabGo'),
  close: text('keyHelp_close'),
  groups: [
    {
      name: text('keyHelp_everywhere'),
      lines: [
        [['Mod+E'], text('keyHelp_recordOrPause')],
        [['Mod+L'], text('keyHelp_clear')],
        [['/'], text('keyHelp_filter')],
        [['Mod+F'], text('keyHelp_searchEverythingThatWasRecorded')],
        [['Shift+D'], text('keyHelp_dropTheSelectedConnection')],
        [['Shift+M'], text('keyHelp_markThisMoment')],
        [['?'], text('keyHelp_thisList')],
        [['Esc'], text('keyHelp_closeWhatIsOpenA')],
      ],
    },
    {
      name: text('keyHelp_lists'),
      lines: [
        [['↑', '↓'], text('keyHelp_oneRowUpDown')],
        [['PageUp', 'PageDown', 'Home', 'End'], text('keyHelp_aPageTheFirstThe')],
        [['←', '→'], text('keyHelp_closeOpenAGroup')],
        [['Enter'], text('keyHelp_goOnFromAConnection')],
        [['Shift+F10'], text('keyHelp_theRowSMenu')],
      ],
    },
    {
      name: text('keyHelp_search'),
      lines: [
        [['Enter', 'F3'], text('keyHelp_theNextHit')],
        [['Shift+Enter', 'Shift+F3'], text('keyHelp_theHitBefore')],
        [['Esc'], text('keyHelp_stopSearchingThenClose')],
      ],
    },
    {
      name: text('keyHelp_timeline'),
      lines: [
        [['W', 'S', '+', '-'], text('keyHelp_closerFarther')],
        [['A', 'D'], text('keyHelp_earlierLater')],
        [['0', 'F'], text('keyHelp_everything')],
        [['End'], text('keyHelp_theLatest')],
        [['←', '→'], text('keyHelp_moveTheCursor')],
        [['Shift+←', 'Shift+→', 'B'], text('keyHelp_selectATimeSpan')],
        [['↑', '↓'], text('keyHelp_chooseALane')],
        [['Enter'], text('keyHelp_theFrameAtTheCursor')],
        [['[', ']'], text('keyHelp_theCloseBeforeAfter')],
      ],
    },
    {
      name: text('keyHelp_frames'),
      lines: [[['M'], text('keyHelp_markTheSelectedFrame')]],
    },
    {
      name: text('keyHelp_tabsPanesAndTrees'),
      lines: [
        [['←', '→'], text('keyHelp_theTabBesideItA')],
        [['←', '→', '↑', '↓'], text('keyHelp_inAJsonTreeClose')],
      ],
    },
  ] satisfies readonly { readonly name: string; readonly lines: readonly KeyLine[] }[],
} as const;
