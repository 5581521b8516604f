/** The options of a command line as text and flags; what they mean is for the commands. */
import { parseArgs } from 'node:util';

/** A mistake of the user; its message says what to do. */
export class OptionError extends Error {}

export interface OptionNames<Text extends string, Flag extends string> {
  /** `--name VALUE` */
  readonly texts: readonly Text[];
  /** `--name` */
  readonly flags: readonly Flag[];
}

/** Throws an OptionError, which ends with the usage, when there is an option that nobody knows. */
export function readValues<Text extends string, Flag extends string>(
  args: readonly string[],
  { texts, flags }: OptionNames<Text, Flag>,
  usage: string,
): Partial<Readonly<Record<Text, string> & Record<Flag, boolean>>> {
  const options = Object.fromEntries([
    ...texts.map((name) => [name, { type: 'string' }] as const),
    ...flags.map((name) => [name, { type: 'boolean' }] as const),
  ]);
  try {
    // What the table says of each option is what parseArgs gives for it.
    return parseArgs({ args: [...args], options }).values as Partial<Record<Text, string> & Record<Flag, boolean>>;
  } catch (error) {
    throw new OptionError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
