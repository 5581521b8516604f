/** One client and its server: what it is, how it fares, and the buttons for both. */
import type { EndpointState } from '../endpoint.ts';
import { Activity } from './Activity.tsx';
import { ClientButtons, ServerButtons } from './Buttons.tsx';
import { type CardModel, type Counter, closeText, isAbnormal } from './model.ts';
import { clientCommands } from './script-api.ts';
import { endpointState, labState, serverCommands } from './servers.ts';

const BYTES_PER_KB = 1000;

function bytesText(bytes: number): string {
  if (bytes < BYTES_PER_KB) return `${bytes} B`;
  const kilobytes = bytes / BYTES_PER_KB;
  return kilobytes < BYTES_PER_KB ? `${kilobytes.toFixed(1)} kB` : `${(kilobytes / BYTES_PER_KB).toFixed(1)} MB`;
}

function Count({ label, field, counter }: { label: string; field: string; counter: Counter }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <b data-field={field}>{counter.messages}</b> <small>{bytesText(counter.bytes)}</small>
      </dd>
    </div>
  );
}

/** What a server is up to, in as few words as fit beside its buttons. */
function misbehaviour(state: EndpointState | undefined): string | null {
  if (state === undefined) return null;
  const { restarting, refusing, muted, silence, held } = state;
  if (restarting) return 'restarting';
  if (held > 0) return `${held} handshakes unanswered`;
  if (refusing !== null)
    return `refuses ${refusing.timesLeft === null ? 'all' : `next ${refusing.timesLeft}`}: ${refusing.status}`;
  if (muted > 0) return `${muted} half-open`;
  return silence === null ? null : 'silent';
}

export function Card({ card }: { readonly card: CardModel }) {
  const { id, row, client } = card;
  const state = card.state.value;
  const lastClose = card.lastClose.value;
  const lastMessage = card.lastMessage.value;
  const server = endpointState(id);
  const abnormal = lastClose !== null && isAbnormal(lastClose);
  const version = row.npmPackage === null ? null : labState.value.versions[row.npmPackage];
  const misbehaving = misbehaviour(server);
  return (
    <article class="card" data-client={id} data-state={state} data-abnormal={abnormal} aria-label={row.name}>
      <header>
        <span class="dot" />
        <h2>{row.name}</h2>
        {version != null && <span class="version">{version}</span>}
        <span class="state" data-field="state">
          {state}
        </span>
      </header>
      <p class="about">{row.about}</p>
      <dl>
        <Count label="In" field="received" counter={card.received.value} />
        <Count label="Out" field="sent" counter={card.sent.value} />
        <div>
          <dt>Reconnects</dt>
          <dd>
            <b data-field="reconnects">{Math.max(0, card.opens.value - 1)}</b>
          </dd>
        </div>
        <div class="last-close" data-abnormal={abnormal}>
          <dt>Last close</dt>
          <dd title={lastClose === null ? undefined : closeText(lastClose)}>
            <b data-field="close-code">{lastClose === null ? '–' : (lastClose.code ?? '?')}</b>{' '}
            <small>{lastClose?.reason}</small>
          </dd>
        </div>
      </dl>
      <Activity activity={card.activity} />
      <p class="message" data-direction={lastMessage?.direction} data-field="message">
        {lastMessage?.text ?? 'nothing yet'}
      </p>
      <div class="controls">
        <h3>
          Server <code>{row.path}</code>
          {misbehaving !== null && <strong data-field="misbehaviour">{misbehaving}</strong>}
          {misbehaving === null && server !== undefined && (
            <span title="Text and binary frames that the server sent and received, counted on the wire">
              wire ↓{server.sent.frames} ↑{server.received.frames}
            </span>
          )}
        </h3>
        <ServerButtons subject={row.name} server={serverCommands(id)} state={server} />
        <h3>Client</h3>
        <ClientButtons subject={row.name} client={clientCommands([card])} canSendBinary={client.sendBinary !== null} />
      </div>
    </article>
  );
}
