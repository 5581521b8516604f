/** The command line of `npm run wpt`, parsed. */
import { parseArgs } from 'node:util';
import { PANEL_STATES, type PanelState } from './known.ts';
import { SET_NAMES, type SetName } from './test-sets.ts';

export const USAGE = `npm run wpt -- --wpt DIR [options]

Runs the web-platform-tests that construct a WebSocket in Chromium, natively and with the extension, and prints every
subtest that ends differently. Exit code 0: no undocumented difference; 1: some; 2: could not be run.

  --wpt DIR         the tree of the web-platform-tests
  --get DIR         fetch a tree into DIR first (Debian and Ubuntu: from the source package of Firefox), and use it
  --only SET        websockets | related                  default: both
  --panel STATE     closed | recording | both             default: both
  --filter REGEX    only the tests whose URL matches
  --jobs N          browsers side by side                 default: 3
  --repeat N        what differs is run N more times both ways before it is believed, up to four times N while
                    that does not settle it               default: 5
  --extension DIR   an unpacked extension                 default: dist/chrome, built anew
  --native FILE     keep native results in FILE and use them again with the same browser and tree
  --out FILE        write all results and differences as JSON
  --port-offset N   shift the server's ports, for a second run at the same time
  --help`;

/** A mistake of the user; its message says what to do. */
export class OptionError extends Error {}

export interface Options {
  readonly help: boolean;
  readonly wpt: string | null;
  readonly get: string | null;
  readonly sets: readonly SetName[];
  readonly panels: readonly PanelState[];
  readonly filter: RegExp | null;
  readonly jobs: number;
  readonly repeat: number;
  /** Null: build it. */
  readonly extension: string | null;
  readonly native: string | null;
  readonly out: string | null;
  readonly portOffset: number;
}

/** Parses the arguments after the command's name. Throws an OptionError. */
export function parseOptions(args: readonly string[]): Options {
  const values = readValues(args);
  return {
    help: values.help,
    wpt: values.wpt ?? null,
    get: values.get ?? null,
    sets: oneOf('only', values.only, SET_NAMES),
    panels: oneOf('panel', values.panel, PANEL_STATES),
    filter: regExp('filter', values.filter),
    jobs: integer('jobs', values.jobs, 1, 64),
    repeat: integer('repeat', values.repeat, 1, 1000),
    extension: values.extension ?? null,
    native: values.native ?? null,
    out: values.out ?? null,
    // The highest port is 9000.
    portOffset: integer('port-offset', values['port-offset'], 0, 50_000),
  };
}

function readValues(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        wpt: text,
        get: text,
        only: { ...text, default: 'both' },
        panel: { ...text, default: 'both' },
        filter: text,
        jobs: { ...text, default: '3' },
        repeat: { ...text, default: '5' },
        extension: text,
        native: text,
        out: text,
        'port-offset': { ...text, default: '0' },
      },
    }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): readonly Name[] {
  const chosen = value === 'both' ? names : names.filter((name) => name === value);
  if (chosen.length === 0) {
    throw new OptionError(`--${option} ${value}: must be ${names.join(', ')} or both.`);
  }
  return chosen;
}

function integer(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new OptionError(`--${option} ${text}: must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

function regExp(option: string, text: string | undefined): RegExp | null {
  try {
    return text === undefined ? null : new RegExp(text);
  } catch (error) {
    throw new OptionError(`--${option} ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
