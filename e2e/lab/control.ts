/**
 * The control API over HTTP: what the page's buttons post. Each verb is one row of a table: a parser for its JSON
 * arguments and what it does to one endpoint. Nothing here can do more than the Node API of an endpoint.
 */
import type { Endpoint, Refusal, SilenceReach } from './endpoint.ts';

/** A request that cannot be obeyed; the message is for the person who made it. */
export class ControlError extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.status = status;
  }
}

type Arguments = Readonly<Record<string, unknown>>;
type Verb = (endpoint: Endpoint, args: Arguments) => void;

const SILENCE_REACHES: readonly SilenceReach[] = ['open', 'all', 'handshakes'];

function readNumber(args: Arguments, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw new ControlError(400, `${name} must be a number`);
  return value;
}

function readString(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ControlError(400, `${name} must be a string`);
  return value;
}

function readRefusal(args: Arguments): Refusal | undefined {
  return args.status === 'drop' ? 'drop' : readNumber(args, 'status');
}

function readReach(args: Arguments): SilenceReach | undefined {
  const value = readString(args, 'reach');
  const reach = SILENCE_REACHES.find((known) => known === value);
  if (value !== undefined && reach === undefined) {
    throw new ControlError(400, `reach must be one of ${SILENCE_REACHES.join(', ')}`);
  }
  return reach;
}

/** The down time that a restart takes when none is given. */
export const DEFAULT_DOWN_MS = 3000;

const verbs: Readonly<Record<string, Verb>> = {
  close: (endpoint, args) => endpoint.closeAll(readNumber(args, 'code'), readString(args, 'reason')),
  destroy: (endpoint, args) => endpoint.destroyAll(args.reset === true ? 'reset' : 'fin'),
  silence: (endpoint, args) => endpoint.silence(args.on !== false, readReach(args)),
  refuse(endpoint, args) {
    const status = readRefusal(args);
    const times = readNumber(args, 'times');
    endpoint.refuse({ ...(status === undefined ? {} : { status }), ...(times === undefined ? {} : { times }) });
  },
  allow: (endpoint) => endpoint.allow(),
  restart(endpoint, args) {
    void endpoint.restart({ downMs: readNumber(args, 'downMs') ?? DEFAULT_DOWN_MS });
  },
};

/** Names of the verbs, for messages and for the README's reader. */
const verbNames: readonly string[] = Object.keys(verbs);

/** Does `verb` to each of `targets`. Throws ControlError for an unknown verb or bad arguments. */
export function control(targets: readonly Endpoint[], verb: string, args: Arguments): void {
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (run === undefined) throw new ControlError(404, `no verb "${verb}": there are ${verbNames.join(', ')}`);
  try {
    for (const target of targets) run(target, args);
  } catch (error) {
    if (error instanceof RangeError) throw new ControlError(400, error.message);
    throw error;
  }
}
