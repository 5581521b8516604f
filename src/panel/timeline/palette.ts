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
  selectedEdge: '--accent',
  handshake: '--timeline-handshake',
  live: '--timeline-live',
  ended: '--timeline-ended',
  opened: '--timeline-opened',
  frameIn: '--frame-in',
  frameOut: '--frame-out',
  beatIn: '--timeline-beat-in',
  beatOut: '--timeline-beat-out',
  ordinaryEnd: '--timeline-end',
  suspicious: '--suspicious',
  abnormal: '--abnormal',
  simulated: '--simulated',
  simulatedSoft: '--simulated-soft',
  good: '--good',
  network: '--family-network',
  client: '--family-client',
  server: '--family-server',
  infrastructure: '--family-infrastructure',
  contextPaused: '--context-paused',
  contextHidden: '--context-hidden',
  contextFrozen: '--context-frozen',
  contextAsleep: '--context-asleep',
  contextOffline: '--context-offline',
  marker: '--timeline-marker',
  highlight: '--highlight',
  highlightBorder: '--highlight-border',
  brush: '--timeline-brush',
  brushEdge: '--accent',
  minimap: '--timeline-minimap',
  shade: '--timeline-shade',
  down: '--timeline-reconnect',
  /** What is drawn on a mark. */
  onMark: '--background',
} as const;

export type Colour = keyof typeof PROPERTIES;
export type Palette = Readonly<Record<Colour | 'font', string>>;

/** The colours that hold for an element now. Ask again when the theme has changed. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(PROPERTIES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]);
  return { ...Object.fromEntries(entries), font: `${style.fontSize} ${style.fontFamily}` };
}
