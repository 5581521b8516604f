/** The command line of `npm run losses`, parsed. */
import { parseArgs } from 'node:util';
import type { BrowserKind } from '../browsers/browser.ts';
import { BROWSER_KINDS } from '../browsers/launch.ts';
import { CASES, type LossCase } from './cases/table.ts';

export const USAGE = `npm run losses -- [options]

Sends numbered frames to recorded pages while the background is killed, pages end, the browser is killed, or storage is
full, and compares what is stored with what the pages saw. Exit code 0: every frame is stored once or counted in a gap;
1: not so; 2: could not run.

  --browser NAME    chromium | firefox                     default: both
  --cases A,B       of ${CASES.map(({ id }) => id).join(' ')}
  --short           the short forms, as in npm test
  --json FILE       write every figure there
  --headed          show the windows
  --help`;

export interface LossOptions {
  readonly help: boolean;
  readonly browsers: readonly BrowserKind[];
  readonly cases: readonly LossCase[];
  readonly isLong: boolean;
  readonly json: string | null;
  readonly headless: boolean;
}

/** A mistake of the user; its message says what to do. */
export class OptionError extends Error {}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parseLossOptions(args: readonly string[]): LossOptions {
  const values = readValues(args);
  const browsers = BROWSER_KINDS.filter((kind) => values.browser === undefined || kind === values.browser);
  if (browsers.length === 0) throw new OptionError(`--browser: "${values.browser}" is none of chromium, firefox.`);
  const wanted = values.cases?.split(',');
  const unknown = wanted?.find((id) => !CASES.some((one) => one.id === id));
  if (unknown !== undefined) throw new OptionError(`--cases: there is no case "${unknown}".\n\n${USAGE}`);
  return {
    help: values.help === true,
    browsers,
    cases: CASES.filter(({ id }) => wanted?.includes(id) ?? true),
    isLong: !values.short,
    json: values.json ?? null,
    headless: !values.headed,
  };
}

function readValues(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = { help: flag, headed: flag, short: flag, browser: text, cases: text, json: text };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
