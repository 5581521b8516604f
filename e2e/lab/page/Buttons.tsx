/** A row of buttons from the action tables, for one card or for all. */
import type { EndpointState } from '../endpoint.ts';
import { clientActions, serverActions } from './actions.ts';
import type { ClientCommands } from './script-api.ts';
import type { ServerCommands } from './servers.ts';

interface ServerButtonsProps {
  /** For accessible names: "Close plain". */
  readonly subject: string;
  readonly server: ServerCommands;
  /** Of the one server; undefined for a row that stands for all. */
  readonly state?: EndpointState | undefined;
}

export function ServerButtons({ subject, server, state }: ServerButtonsProps) {
  return (
    <div class="buttons">
      {serverActions.map(({ action, label, hint, isOn, run }) => {
        const on = state !== undefined && isOn?.(state) === true;
        return (
          <button
            key={action}
            type="button"
            data-action={action}
            title={hint}
            aria-label={`${label}: ${subject}`}
            aria-pressed={state !== undefined && isOn !== undefined ? on : undefined}
            // A command to a lab that is down cannot be given; the page says so by itself.
            onClick={() => void run(server, on).catch(() => {})}
          >
            {label}
          </button>
        );
      })}
    </div>
  );
}

interface ClientButtonsProps {
  readonly subject: string;
  readonly client: ClientCommands;
  readonly canSendBinary: boolean;
}

export function ClientButtons({ subject, client, canSendBinary }: ClientButtonsProps) {
  return (
    <div class="buttons">
      {clientActions.map(({ action, label, hint, binary, run }) => (
        <button
          key={action}
          type="button"
          data-action={action}
          title={hint}
          aria-label={`${label}: ${subject}`}
          disabled={binary === true && !canSendBinary}
          onClick={() => run(client)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
