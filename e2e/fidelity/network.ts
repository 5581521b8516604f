/**
 * A network that can be cut: the server in a network namespace of its own, the browser outside, a veth pair between them,
 * and a second one that gives the browser another link. Needs root, and a namespace around the tests themselves (`npm run fidelity` sees to it): other programs of this machine
 * must not see networks come and go, browsers abort requests when they do.
 */
import { spawnSync } from 'node:child_process';

/** The two ends of the pair. */
const BROWSER_ADDRESS = '10.99.0.1';
export const SERVER_ADDRESS = '10.99.0.2';
/** Of the browser's other link. */
const OTHER_ADDRESS = '10.98.0.1';

/** `npm run fidelity` says so when it has made a namespace around us. */
export const IS_APART = process.env.SOCKETSCOPE_NETWORK === 'apart';

/**
 * `packets`: each is dropped at the server's end, as by a router that has died. `link`: the link to the server is down, the
 * browser has another one, which leads nowhere. `everyLink`: that one is down as well, so that the browser is offline.
 */
export type Cut = 'packets' | 'link' | 'everyLink';

export interface CuttableNetwork {
  /** Goes before a command that is to run at the server's end. */
  readonly prefix: readonly string[];
  cut(how: Cut): void;
  heal(how: Cut): void;
  /** After so many repetitions of a packet TCP gives up: `few` take some seconds, Linux's own number a quarter of an hour. */
  setRetransmissions(count: 'few' | 'usual'): void;
  close(): void;
}

export function createNetwork(): CuttableNetwork {
  const name = `socketscope-${process.pid}`;
  const there = ['ip', 'netns', 'exec', name];
  const setLink = (state: 'up' | 'down') => run('ip', '-n', name, 'link', 'set', 'toBrowser', state);
  const setOther = (state: 'up' | 'down') => run('ip', 'link', 'set', 'elsewhere', state);
  run('ip', 'netns', 'add', name);
  run('ip', 'link', 'add', 'toServer', 'type', 'veth', 'peer', 'name', 'toBrowser', 'netns', name);
  run('ip', 'address', 'add', `${BROWSER_ADDRESS}/24`, 'dev', 'toServer');
  run('ip', 'link', 'set', 'toServer', 'up');
  run('ip', '-n', name, 'address', 'add', `${SERVER_ADDRESS}/24`, 'dev', 'toBrowser');
  setLink('up');
  run('ip', '-n', name, 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'elsewhere', 'type', 'veth', 'peer', 'name', 'nowhere', 'netns', name);
  run('ip', 'address', 'add', `${OTHER_ADDRESS}/24`, 'dev', 'elsewhere');
  run('ip', '-n', name, 'link', 'set', 'nowhere', 'up');
  setOther('up');
  return {
    prefix: there,
    cut: (how) => {
      if (how === 'everyLink') setOther('down');
      if (how !== 'packets') setLink('down');
      else {
        run(...there, 'nft', 'add', 'table', 'inet', 'cut');
        for (const hook of ['input', 'output']) {
          run(
            ...there,
            'nft',
            'add',
            'chain',
            'inet',
            'cut',
            hook,
            `{ type filter hook ${hook} priority 0; policy drop; }`,
          );
        }
      }
    },
    heal: (how) => {
      if (how === 'everyLink') setOther('up');
      if (how !== 'packets') setLink('up');
      else run(...there, 'nft', 'delete', 'table', 'inet', 'cut');
    },
    setRetransmissions: (count) => run('sysctl', '-qw', `net.ipv4.tcp_retries2=${count === 'few' ? 3 : 15}`),
    close: () => run('ip', 'netns', 'delete', name),
  };
}

function run(...[program = '', ...args]: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || error?.message}`);
}
