/** The command line of `npm run bench`, parsed. */
import type { BrowserKind } from '../browsers/browser.ts';
import { ROWS, type Row, type Size } from './rows.ts';
import { BASE_ID, SET_UP_IDS, SET_UPS, type SetUp } from './set-ups.ts';
import { OptionError, readValues } from './values.ts';

const PARTS = ['rows', 'installation', 'memory', 'profile'] as const;
export type Part = (typeof PARTS)[number];
const DEFAULT_PARTS: readonly Part[] = ['rows', 'installation', 'memory'];

const DEFAULT_ROUNDS: Readonly<Record<Size, number>> = { full: 9, quick: 3 };

export const USAGE = `npm run bench -- [options]

Measures what the extension costs a page, beside no extension and beside Chrome's DevTools, and prints a table.

  --browser NAME    chromium | firefox                     default: chromium
  --rounds N        how often everything is measured       default: ${DEFAULT_ROUNDS.full}
  --quick           a quarter of the frames, ${DEFAULT_ROUNDS.quick} rounds
  --rows A,B        rows whose name begins so; all: ${ROWS.map(({ id }) => id).join(' ')}
  --setups A,B      of ${SET_UP_IDS.join(' ')}
                    default: all but ${SET_UPS.filter(({ onRequest }) => onRequest)
                      .map(({ id }) => id)
                      .join(', ')}
  --parts A,B       of ${PARTS.join(' ')}                  default: ${DEFAULT_PARTS.join(',')}
                    (profile: functions by time, while the rows run once each, recording)
  --json FILE       write every figure there
  --extension DIR   an unpacked extension                  default: dist/chrome or dist/firefox, built anew
  --headed          show the windows
  --help`;

export interface Options {
  readonly help: boolean;
  readonly browser: BrowserKind;
  readonly rounds: number;
  readonly size: Size;
  readonly rows: readonly Row[];
  readonly setUps: readonly SetUp[];
  readonly parts: readonly Part[];
  readonly json: string | null;
  /** Null: build it. */
  readonly extension: string | null;
  readonly headless: boolean;
}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parseOptions(args: readonly string[]): Options {
  const values = readValues(args, NAMES, USAGE);
  const browser = oneOf('browser', values.browser ?? 'chromium', ['chromium', 'firefox'] as const);
  const size: Size = values.quick ? 'quick' : 'full';
  return {
    help: values.help === true,
    browser,
    size,
    rounds: wholeNumber('rounds', values.rounds ?? String(DEFAULT_ROUNDS[size])),
    rows: rowsOf(values.rows),
    setUps: setUpsOf(values.setups, browser),
    parts: values.parts ? listOf('parts', values.parts, PARTS) : DEFAULT_PARTS,
    json: values.json ?? null,
    extension: values.extension ?? null,
    headless: !values.headed,
  };
}

const NAMES = {
  texts: ['browser', 'rounds', 'rows', 'setups', 'parts', 'json', 'extension'],
  flags: ['help', 'quick', 'headed'],
} as const;

function rowsOf(text: string | undefined): readonly Row[] {
  if (text === undefined) return ROWS;
  const beginnings = text.split(',');
  for (const beginning of beginnings) {
    if (!ROWS.some(({ id }) => id.startsWith(beginning))) throw new OptionError(`No row begins with "${beginning}".`);
  }
  return ROWS.filter(({ id }) => beginnings.some((beginning) => id.startsWith(beginning)));
}

/** "No extension" is always among them: everything else is compared with it. */
function setUpsOf(text: string | undefined, browser: BrowserKind): readonly SetUp[] {
  const possible = SET_UPS.filter(({ browsers }) => browsers.includes(browser));
  if (text === undefined) return possible.filter(({ onRequest }) => !onRequest);
  const ids = listOf(
    'setups',
    text,
    possible.map(({ id }) => id),
  );
  return possible.filter(({ id }) => id === BASE_ID || ids.includes(id));
}

function listOf<Value extends string>(name: string, text: string, allowed: readonly Value[]): readonly Value[] {
  return text.split(',').map((word) => oneOf(name, word, allowed));
}

function oneOf<Value extends string>(name: string, text: string, allowed: readonly Value[]): Value {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new OptionError(`--${name}: "${text}" is none of ${allowed.join(', ')}.`);
  return found;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) {
    throw new OptionError(`--${name} wants a whole number from 1 to 1000.`);
  }
  return value;
}
