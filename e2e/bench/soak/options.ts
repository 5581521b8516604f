/** The command line of `npm run soak`, parsed. */
import type { BrowserKind } from '../../browsers/browser.ts';
import { OptionError, readValues } from '../values.ts';

export const USAGE = `npm run soak -- [options]

A page with 2,000 frames a second over sockets that are closed and opened again all the time, recorded, the panel open.
Prints memory over time and whether it grows. Exit code 0: flat, and every frame is recorded; 1: not so; 2: could not run.

  --minutes N       fractions are fine                     default: 10
  --browser NAME    chromium | firefox                     default: chromium
  --rate N          frames a second                        default: 2000
  --json FILE       write every sample there
  --extension DIR   an unpacked extension                  default: dist/chrome or dist/firefox, built anew
  --headed          show the windows
  --help`;

export interface SoakOptions {
  readonly help: boolean;
  readonly durationMs: number;
  readonly browser: BrowserKind;
  readonly framesPerSecond: number;
  readonly json: string | null;
  /** Null: build it. */
  readonly extension: string | null;
  readonly headless: boolean;
}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parseSoakOptions(args: readonly string[]): SoakOptions {
  const values = readValues(args, NAMES, USAGE);
  const { browser = 'chromium' } = values;
  if (browser !== 'chromium' && browser !== 'firefox') {
    throw new OptionError(`--browser: "${browser}" is none of chromium, firefox.`);
  }
  return {
    help: values.help === true,
    browser,
    durationMs: numberIn('minutes', values.minutes ?? '10', 0.05, 24 * 60) * 60_000,
    framesPerSecond: numberIn('rate', values.rate ?? '2000', 1, 20_000),
    json: values.json ?? null,
    extension: values.extension ?? null,
    headless: !values.headed,
  };
}

const NAMES = {
  texts: ['minutes', 'browser', 'rate', 'json', 'extension'],
  flags: ['help', 'headed'],
} as const;

function numberIn(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max)) throw new OptionError(`--${name} wants a number from ${min} to ${max}.`);
  return value;
}
