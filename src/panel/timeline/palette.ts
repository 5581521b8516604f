/** The colours of the timeline. They are custom properties of panel.css, so that a theme is written in one place. */

const PROPERTIES = {
  background: '--background',
  axis: '--toolbar',
  text: '--text',
  faintText: '--text-faint',
  border: '--border',
  gridLine: '--timeline-grid',
  selected: '--timeline-selected',
  selectedText: '--text',
  handshake: '--timeline-handshake',
  live: '--timeline-live',
  ended: '--timeline-ended',
  opened: '--timeline-opened',
  frameIn: '--frame-in',
  frameOut: '--frame-out',
  ordinaryEnd: '--timeline-end',
  suspicious: '--suspicious',
  abnormal: '--abnormal',
  simulated: '--simulated',
  simulatedSoft: '--simulated-soft',
  good: '--good',
  contextPaused: '--context-paused',
  contextHidden: '--context-hidden',
  contextFrozen: '--context-frozen',
  contextAsleep: '--context-asleep',
  contextOffline: '--context-offline',
  highlight: '--highlight',
  highlightBorder: '--highlight-border',
  reconnect: '--timeline-reconnect',
  /** What is drawn on a mark. */
  onMark: '--background',
} as const;

export type Palette = Readonly<Record<keyof typeof PROPERTIES | 'font', string>>;

/** The colours that hold for an element now. Ask again when the theme has changed. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(PROPERTIES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  return { ...Object.fromEntries(entries), font: `${style.fontSize} ${style.fontFamily}` };
}
