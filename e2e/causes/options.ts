/** The command line of `npm run causes`, parsed. */
import { parseArgs } from 'node:util';
import type { BrowserKind } from '../browsers/browser.ts';
import { BROWSER_KINDS } from '../browsers/launch.ts';
import type { CauseCase } from './case.ts';
import { CASES } from './cases/table.ts';

export const USAGE = `npm run causes -- [options]

Makes WebSockets fail for real causes in real browsers, with the extension recording, and compares what the findings say
with the truth. Exit code 0: the goals are met; 1: not so; 2: could not run.

  --browser NAME    chromium | firefox                              default: both
  --only A,B        of the cases below
  --no-probe        never asks the endpoints of failed handshakes
  --record DIR      writes each recording there, as JSON
  --from DIR        judges recordings that were written there, without any browser
  --verbose         every finding of every case
  --stay CASE       starts what the case needs and its page, prints the URL, and waits for Ctrl+C: nginx-idle-cut
  --limit SECONDS   with --stay: the proxy's limit                  default: 7
  --headed          show the windows
  --help

Cases: ${CASES.map(({ name }) => name).join(' ')}`;

export interface CauseOptions {
  readonly help: boolean;
  readonly browsers: readonly BrowserKind[];
  readonly cases: readonly CauseCase[];
  readonly isProbing: boolean;
  readonly recordDir: string | null;
  readonly from: string | null;
  readonly isVerbose: boolean;
  readonly stay: string | null;
  readonly limitS: number;
  readonly headless: boolean;
}

/** A mistake of the user; its message says what to do. */
export class OptionError extends Error {}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parseCauseOptions(args: readonly string[]): CauseOptions {
  const values = readValues(args);
  const browsers = BROWSER_KINDS.filter((kind) => values.browser === undefined || kind === values.browser);
  if (browsers.length === 0) throw new OptionError(`--browser: "${values.browser}" is none of chromium, firefox.`);
  const wanted = values.only?.split(',');
  const unknown = wanted?.find((name) => !CASES.some((one) => one.name === name));
  if (unknown !== undefined) throw new OptionError(`--only: there is no case "${unknown}".\n\n${USAGE}`);
  const limitS = Number(values.limit ?? 7);
  if (!(limitS >= 1 && limitS <= 3600)) throw new OptionError('--limit: 1 to 3600 seconds.');
  return {
    help: values.help === true,
    browsers,
    cases: CASES.filter(({ name }) => wanted?.includes(name) ?? true),
    isProbing: values['no-probe'] !== true,
    recordDir: values.record ?? null,
    from: values.from ?? null,
    isVerbose: values.verbose === true,
    stay: values.stay ?? null,
    limitS,
    headless: values.headed !== true,
  };
}

function readValues(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = {
      ...{ help: flag, headed: flag, verbose: flag, 'no-probe': flag },
      ...{ browser: text, only: text, record: text, from: text, stay: text, limit: text },
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
