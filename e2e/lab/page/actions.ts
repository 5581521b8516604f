/** The buttons, as two tables: what each says, what it is for, and what it does with the page's settings. */
import type { EndpointState } from '../endpoint.ts';
import type { ClientCommands } from './script-api.ts';
import type { ServerCommands } from './servers.ts';
import { settings } from './settings.ts';

export interface ServerAction {
  /** Name for scripts: `[data-action="…"]`. */
  readonly action: string;
  readonly label: string;
  readonly hint: string;
  /** For a toggle: whether the server does it now. */
  readonly isOn?: (state: EndpointState) => boolean;
  readonly run: (server: ServerCommands, isOn: boolean) => Promise<unknown>;
}

export interface ClientAction {
  readonly action: string;
  readonly label: string;
  readonly hint: string;
  /** Only for clients that can send bytes. */
  readonly binary?: true;
  readonly run: (client: ClientCommands) => void;
}

function refuse(status: number): ServerAction {
  return {
    action: `refuse-${status}`,
    label: String(status),
    hint: `Refuse handshakes with HTTP ${status}; open connections stay`,
    isOn: ({ refusing, restarting }) => refusing?.status === status && !restarting,
    run: (server, isOn) => {
      if (isOn) return server.allow();
      const times = settings.refuseTimes.peek();
      return server.refuse({ status, ...(times > 0 ? { times } : {}) });
    },
  };
}

export const serverActions: readonly ServerAction[] = [
  {
    action: 'close',
    label: 'Close',
    hint: 'Send a Close frame with the code and reason set above',
    run: (server) => server.close(settings.closeCode.peek(), settings.closeReason.peek()),
  },
  {
    action: 'destroy',
    label: 'Destroy',
    hint: 'End the TCP connection without a Close frame: 1006 at the client',
    run: (server) => server.destroy(),
  },
  {
    action: 'silence',
    label: 'Silence',
    hint: 'Half-open: the connections of now stay open and nothing gets through; new ones work',
    isOn: ({ muted, silence }) => muted > 0 || silence !== null,
    run: (server, isOn) => server.silence(!isOn, 'open'),
  },
  refuse(401),
  refuse(502),
  {
    action: 'restart',
    label: 'Restart',
    hint: 'Close 1012, then refuse for the seconds set above',
    isOn: ({ restarting }) => restarting,
    run: (server) => server.restart({ downMs: settings.downSeconds.peek() * 1000 }),
  },
  {
    action: 'allow',
    label: 'Allow',
    hint: 'End every misbehaviour: let handshakes through and answer again',
    run: (server) => server.allow(),
  },
];

export const clientActions: readonly ClientAction[] = [
  { action: 'connect', label: 'Connect', hint: 'Connect, unless connected', run: (client) => client.connect() },
  {
    action: 'disconnect',
    label: 'Disconnect',
    hint: 'Leave for good: no reconnecting until Connect',
    run: (client) => client.disconnect(),
  },
  {
    action: 'send-text',
    label: 'Text',
    hint: 'Send the text set above',
    run: (client) => client.sendText(settings.text.peek()),
  },
  {
    action: 'send-binary',
    label: 'Binary',
    hint: 'Send as many bytes as set above',
    binary: true,
    run: (client) => client.sendBinary(settings.binaryBytes.peek()),
  },
  {
    action: 'burst',
    label: 'Burst',
    hint: 'Send as many numbered frames as set above, at once',
    run: (client) => client.burst(settings.burstCount.peek()),
  },
];
