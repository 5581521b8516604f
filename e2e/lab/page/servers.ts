/** The page's view of the lab's servers: their state as it is pushed, and the commands that its buttons post. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { EndpointState, Refusal, SilenceReach } from '../endpoint.ts';
import type { ClientId } from '../roster.ts';
import type { LabState } from '../server.ts';

const RECONNECT_AFTER_MS = 500;

const state = signal<LabState>({ versions: {}, endpoints: [] });
const reachable = signal(true);

/** The last known state of all endpoints. */
export const labState: ReadonlySignal<LabState> = state;
/** False while the lab does not answer, as during its restart. */
export const labReachable: ReadonlySignal<boolean> = reachable;

export function endpointState(id: ClientId): EndpointState | undefined {
  return state.value.endpoints.find((endpoint) => endpoint.id === id);
}

/** Listens for the lab's state, for ever. An EventSource that was refused gives up, so a new one is made. */
export function followLab(): void {
  const events = new EventSource('/control/events');
  events.onmessage = ({ data }) => {
    reachable.value = true;
    state.value = JSON.parse(data);
  };
  events.onerror = () => {
    reachable.value = false;
    events.close();
    setTimeout(followLab, RECONNECT_AFTER_MS);
  };
}

async function post(target: ClientId | 'all', verb: string, args: object): Promise<LabState> {
  const response = await fetch(`/control/${target}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  state.value = answer;
  return answer;
}

/** The misbehaviours of one server, or of all. Each resolves with the lab's state after it, or rejects with what was wrong. */
export function serverCommands(target: ClientId | 'all') {
  return {
    /** Closes with any code 0-65535 and a reason of at most 123 bytes. */
    close: (code = 1000, reason = '') => post(target, 'close', { code, reason }),
    /** Ends the TCP connection without a Close frame, by FIN or by RST. */
    destroy: ({ reset = false } = {}) => post(target, 'destroy', { reset }),
    silence: (on = true, reach: SilenceReach = 'open') => post(target, 'silence', { on, reach }),
    /** Refuses the next `times` handshakes; without `times` all, until `allow()`. */
    refuse: (options: { readonly status?: Refusal; readonly times?: number } = {}) => post(target, 'refuse', options),
    allow: () => post(target, 'allow', {}),
    /** 'all' restarts the whole lab: for `downMs` nobody listens at all. */
    restart: ({ downMs = 3000 } = {}) => post(target, 'restart', { downMs }),
  };
}

export type ServerCommands = ReturnType<typeof serverCommands>;
