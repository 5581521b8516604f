/** The command line of `npm run bench:panel`, parsed. */
import { OptionError, readValues } from '../values.ts';

const PANEL_PARTS = ['stored', 'paced', 'flood', 'churn', 'storm', 'native'] as const;
export type PanelPart = (typeof PANEL_PARTS)[number];

const SIZES = [10_000, 100_000, 1_000_000];
const QUICK_SIZES = [10_000, 100_000];

export const PANEL_USAGE = `npm run bench:panel -- [options]

Measures the panel in a real Chromium: stored sessions of several sizes, live traffic, what a flooded page has left of its
throughput, connections that come and go, handshakes that fail as fast as a page tries, and the panel in DevTools beside
Chrome's own Messages view.

  --quick           ${QUICK_SIZES.join(' and ')} frames, one round, seconds of traffic
  --sizes A,B       frames of the stored sessions           default: ${SIZES.join(',')}
  --rounds N        how often each is measured              default: 5
  --parts A,B       of ${PANEL_PARTS.join(' ')}                   default: all
  --json FILE       write every figure there
  --extension DIR   an unpacked extension                   default: dist/chrome, built anew
  --headed          show the windows
  --help`;

export interface PanelOptions {
  readonly help: boolean;
  readonly isQuick: boolean;
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly parts: readonly PanelPart[];
  readonly json: string | null;
  /** Null: build it. */
  readonly extension: string | null;
  readonly headless: boolean;
}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parsePanelOptions(args: readonly string[]): PanelOptions {
  const values = readValues(args, NAMES, PANEL_USAGE);
  const isQuick = values.quick === true;
  return {
    help: values.help === true,
    isQuick,
    sizes: values.sizes ? values.sizes.split(',').map((text) => wholeNumber('sizes', text)) : sizesOf(isQuick),
    rounds: wholeNumber('rounds', values.rounds ?? (isQuick ? '1' : '5')),
    parts: partsOf(values.parts),
    json: values.json ?? null,
    extension: values.extension ?? null,
    headless: values.headed !== true,
  };
}

function sizesOf(isQuick: boolean): readonly number[] {
  return isQuick ? QUICK_SIZES : SIZES;
}

const NAMES = {
  texts: ['sizes', 'rounds', 'parts', 'json', 'extension'],
  flags: ['help', 'quick', 'headed'],
} as const;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new OptionError(`--${name} wants whole numbers above 0, not "${text}".`);
}

function partsOf(text: string | undefined): readonly PanelPart[] {
  if (text === undefined) return PANEL_PARTS;
  return text.split(',').map((name) => {
    const part = PANEL_PARTS.find((known) => known === name);
    if (!part) throw new OptionError(`--parts wants some of ${PANEL_PARTS.join(', ')}, not "${name}".`);
    return part;
  });
}
