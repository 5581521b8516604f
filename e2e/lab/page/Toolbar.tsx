/** Head of the page: how many clients are in which state, the settings of the buttons, and the buttons for all at once. */
import type { Signal } from '@preact/signals';
import type { ClientState } from '../clients/client.ts';
import { ClientButtons, ServerButtons } from './Buttons.tsx';
import type { CardModel } from './model.ts';
import { clientCommands } from './script-api.ts';
import { labReachable, serverCommands } from './servers.ts';
import { knownCodes, settings } from './settings.ts';

const STATES: readonly ClientState[] = ['open', 'connecting', 'closed'];

interface NumberFieldProps {
  readonly label: string;
  readonly value: Signal<number>;
  readonly max: number;
  readonly list?: string;
  readonly hint: string;
}

function NumberField({ label, value, max, list, hint }: NumberFieldProps) {
  return (
    <label title={hint}>
      {label}
      <input
        type="number"
        min={0}
        max={max}
        {...(list === undefined ? {} : { list })}
        value={value}
        onInput={({ currentTarget }) => {
          if (currentTarget.validity.valid) value.value = currentTarget.valueAsNumber;
        }}
      />
    </label>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: Signal<string>;
}

function TextField({ label, value }: TextFieldProps) {
  return (
    <label>
      {label}
      <input
        type="text"
        value={value}
        maxLength={120}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}

function Settings() {
  return (
    <fieldset class="settings">
      <legend>The buttons use</legend>
      <NumberField label="Code" value={settings.closeCode} max={65535} list="codes" hint="Close code, 0-65535" />
      <datalist id="codes">
        {knownCodes.map(([code, meaning]) => (
          <option key={code} value={code}>
            {meaning}
          </option>
        ))}
      </datalist>
      <TextField label="Reason" value={settings.closeReason} />
      <NumberField label="Refuse" value={settings.refuseTimes} max={999} hint="Handshakes to refuse; 0: until Allow" />
      <NumberField label="Down, s" value={settings.downSeconds} max={600} hint="Seconds that a restart takes" />
      <TextField label="Text" value={settings.text} />
      <NumberField label="Bytes" value={settings.binaryBytes} max={1_000_000} hint="Length of a binary message" />
      <NumberField label="Burst" value={settings.burstCount} max={100_000} hint="Frames in a burst" />
    </fieldset>
  );
}

export function Toolbar({ cards }: { readonly cards: readonly CardModel[] }) {
  return (
    <header class="toolbar">
      <div class="title">
        <h1>Socketscope lab</h1>
        <p>Real clients, real servers, and everything that can go wrong between them.</p>
      </div>
      <p class="summary" role="status">
        {STATES.map((state) => (
          <span key={state} data-state={state}>
            <span class="dot" />
            <b data-field={`count-${state}`}>{cards.filter((card) => card.state.value === state).length}</b> {state}
          </span>
        ))}
        {!labReachable.value && <span class="unreachable">the lab does not answer</span>}
      </p>
      <Settings />
      <div class="everyone" data-client="all">
        <h3>Every server</h3>
        <ServerButtons subject="every server" server={serverCommands('all')} />
        <h3>Every client</h3>
        <ClientButtons subject="every client" client={clientCommands(cards)} canSendBinary={true} />
      </div>
    </header>
  );
}
