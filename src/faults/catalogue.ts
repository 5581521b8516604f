/**
 * The scenarios that Socketscope brings along, named after causes. A table: what is different from field to field are
 * numbers, and those a user may change. Each step says what a browser was seen to show for that cause: a connection that
 * is lost, cut or killed closes with 1006 and no `error` event; only what the browser itself fails has one, and in
 * Firefox what is found dead.
 */
import type { EndEffect, FaultEffect, FaultTrigger, FrameMatch } from '../protocol/fault.ts';
import type { Scenario, ScenarioGroup, ScenarioStep } from './scenario.ts';

const SECOND = 1_000;
const ANY: FrameMatch = { kind: 'any' };
const NOW: FaultTrigger = { kind: 'now' };

/** At once, and when not said otherwise for what is there already, once each. */
function step(what: FaultEffect, options: Partial<Omit<ScenarioStep, 'what'>> = {}): ScenarioStep {
  return { atMs: 0, forMs: null, later: false, when: NOW, times: null, ...options, what };
}

/** No close frame. `keptOpen`: as when a cable is cut, the server does not hear of it. */
function lost(server: EndEffect['server'] = 'ended'): EndEffect {
  return { kind: 'end', code: 1006, reason: '', lostBy: 'end', server };
}

/** TCP gives up, or is reset. */
const DEAD: EndEffect = { ...lost('keptOpen'), lostBy: 'reset' };

/** A close frame from the server. */
function closed(code: number, reason: string): EndEffect {
  return { kind: 'end', code, reason, lostBy: 'end', server: 'ended' };
}

function refuseFor(durationMs: number): FaultEffect {
  return { kind: 'refuse', count: null, durationMs };
}

/** Nothing passes either way; the connection says OPEN. */
function silence(durationMs: number | null): FaultEffect {
  return { kind: 'silence', direction: 'both', only: ANY, durationMs };
}

type Plan = Pick<Scenario, 'name' | 'description' | 'steps'> & Partial<Scenario>;

function scenario(group: ScenarioGroup, plan: Plan): Scenario {
  return { scope: 'connection', repeat: 1, mustReopenWithinMs: null, seed: 1, ...plan, group };
}

/** Heartbeats by their usual words, and those of Socket.IO and MQTT. */
const BEATS: FrameMatch = {
  kind: 'pattern',
  pattern: '\\b(ping|pong|heartbeat)\\b|^[23]$|^[\\xc0\\xd0]\\x00$',
  flags: 'i',
};

/** Each kind of fault by itself: to try one out, and to begin a scenario of one's own with. */
function faults(): readonly Scenario[] {
  const MINUTE = { forMs: 60 * SECOND };
  const after = { later: true, ...MINUTE };
  return [
    scenario('fault', {
      name: 'Close in order',
      description: 'A close frame from the server, with any code and reason.',
      steps: [step(closed(1000, ''))],
    }),
    scenario('fault', {
      name: 'End in a burst',
      description:
        'TCP ends after the 20th frame from now on that comes from the server; what follows is not delivered.',
      steps: [step(lost(), { when: { kind: 'frames', count: 20, direction: 'in' }, ...MINUTE })],
    }),
    scenario('fault', {
      name: 'Slow close',
      description: 'The page calls close(), and the connection stays in CLOSING.',
      steps: [step({ kind: 'holdClose', durationMs: 20 * SECOND, ending: 'abnormal' }, MINUTE)],
    }),
    scenario('fault', {
      name: 'Half-open',
      description: 'Nothing passes either way for a while, and then again; the connection says OPEN.',
      steps: [step(silence(20 * SECOND))],
    }),
    scenario('fault', {
      name: 'One-way silence',
      description: 'Nothing comes from the server for a while; what the page sends arrives.',
      steps: [step({ kind: 'silence', direction: 'in', only: ANY, durationMs: 20 * SECOND })],
    }),
    scenario('fault', {
      name: 'Heartbeats lost',
      description: 'Frames that look like heartbeats are lost both ways, all others pass.',
      steps: [step({ kind: 'silence', direction: 'both', only: BEATS, durationMs: 60 * SECOND })],
    }),
    scenario('fault', {
      name: 'Handshake hangs',
      description: 'The connection is lost, and what takes its place stays in CONNECTING until the handshake fails.',
      steps: [step({ kind: 'holdHandshake', durationMs: 20 * SECOND, ending: 'fail' }, after), step(lost())],
    }),
    scenario('fault', {
      name: 'Slow handshake',
      description: 'The connection is lost, and what takes its place opens late.',
      steps: [step({ kind: 'holdHandshake', durationMs: 3 * SECOND, ending: 'open' }, after), step(lost())],
    }),
    scenario('fault', {
      name: 'Slow network',
      description: 'Latency with jitter, and little bandwidth.',
      steps: [
        step(
          {
            kind: 'delay',
            direction: 'both',
            delayMs: 400,
            jitterMs: 200,
            bytesPerSecond: 32 * 1024,
            durationMs: null,
          },
          after,
        ),
      ],
    }),
    scenario('fault', {
      name: 'Damaged frames',
      description: 'Some frames are lost, come twice, late, corrupted or cut short. By the same seed, the same ones.',
      steps: [
        step(
          {
            kind: 'mangle',
            direction: 'both',
            loss: 0.05,
            duplicate: 0.05,
            reorder: 0.05,
            corrupt: 0.05,
            truncate: 0.05,
            durationMs: null,
          },
          after,
        ),
      ],
    }),
    scenario('fault', {
      name: 'Hold frames',
      description: 'Each frame waits for you: let it go, change it first, or lose it.',
      steps: [step({ kind: 'hold', direction: 'both', match: ANY, durationMs: 60 * SECOND })],
    }),
    scenario('fault', {
      name: 'A frame for the page',
      description: 'The page receives a text that its server has not sent.',
      steps: [step({ kind: 'inject', direction: 'in', payload: { kind: 'text', text: '{}' } })],
    }),
    scenario('fault', {
      name: 'A frame for the server',
      description: 'The server receives a text that the page has not sent.',
      steps: [step({ kind: 'inject', direction: 'out', payload: { kind: 'text', text: '{}' } })],
    }),
  ];
}

/** In the order of the menu. */
export const CATALOGUE: readonly Scenario[] = [
  scenario('basic', {
    name: 'Drop ten times',
    description:
      'An abnormal close (1006), ten times, each time as soon as it is open again: it must be back within 3 s.',
    steps: [step(lost())],
    repeat: 10,
    mustReopenWithinMs: 3 * SECOND,
  }),
  scenario('network', {
    name: 'Wi-Fi lost',
    description:
      'The connection is lost at once (1006), and no handshake succeeds until the Wi-Fi is back. The server hears nothing.',
    scope: 'tab',
    // Refused before it is lost: the first attempt may come in the same moment.
    steps: [step(refuseFor(8 * SECOND)), step(lost('keptOpen'))],
  }),
  scenario('network', {
    name: 'Mobile handoff',
    description: 'Another tower, another address: nothing passes for a moment, then the old connection is gone (1006).',
    scope: 'tab',
    steps: [step(refuseFor(2.5 * SECOND)), step(silence(null)), step(lost('keptOpen'), { atMs: 2 * SECOND })],
  }),
  scenario('network', {
    name: 'Zombie connection',
    description:
      'Half-open: it says OPEN, and nothing passes either way, until TCP gives up (1006). Only a heartbeat notices sooner.',
    steps: [step(silence(null)), step(DEAD, { atMs: 60 * SECOND })],
  }),
  scenario('network', {
    name: 'Flaky train',
    description: 'Slow, jittery, some frames lost, and now and then the connection with them. For a minute.',
    scope: 'tab',
    steps: [
      step(
        { kind: 'delay', direction: 'both', delayMs: 300, jitterMs: 250, bytesPerSecond: null, durationMs: null },
        { later: true, forMs: 60 * SECOND },
      ),
      step(
        {
          kind: 'mangle',
          direction: 'both',
          loss: 0.02,
          duplicate: 0,
          reorder: 0,
          corrupt: 0,
          truncate: 0,
          durationMs: null,
        },
        { later: true, forMs: 60 * SECOND },
      ),
      step(lost('keptOpen'), {
        later: true,
        forMs: 60 * SECOND,
        when: { kind: 'every', periodMs: 15 * SECOND, jitterMs: 10 * SECOND },
      }),
    ],
  }),
  scenario('device', {
    name: 'Laptop asleep',
    description:
      'Nothing is delivered while the lid is closed; then the connection is found dead (1006). Timers of the page go on, unlike in a real sleep.',
    scope: 'tab',
    steps: [step(refuseFor(120 * SECOND)), step({ kind: 'sleep', durationMs: 120 * SECOND, ending: 'close' })],
  }),
  scenario('device', {
    name: 'Tab in the background',
    description:
      'Timers throttled to one a minute: what the page sends, heartbeats too, leaves once a minute in a burst. For three minutes.',
    scope: 'tab',
    steps: [0, 1, 2].map((minute) =>
      step(
        { kind: 'hold', direction: 'out', match: ANY, durationMs: 60 * SECOND },
        { atMs: minute * 60 * SECOND, forMs: 60 * SECOND, later: true },
      ),
    ),
  }),
  scenario('proxy', {
    name: 'nginx cuts an idle connection',
    description:
      'proxy_read_timeout, 60 s by default: the server says nothing for so long, then nginx ends the connection without a close frame (1006).',
    steps: [
      step({ kind: 'silence', direction: 'in', only: ANY, durationMs: null }),
      step(lost(), { atMs: 60 * SECOND }),
    ],
  }),
  scenario('proxy', {
    name: 'Cloudflare cuts an idle connection',
    description: 'Idle both ways for 100 s, then the edge ends the connection without a close frame (1006).',
    steps: [step(silence(null)), step(lost(), { atMs: 100 * SECOND })],
  }),
  scenario('proxy', {
    name: 'Balancer drains',
    description: 'All connections of the tab are closed in order at once: 1001, going away.',
    scope: 'tab',
    steps: [step(closed(1001, ''))],
  }),
  scenario('server', {
    name: 'Server restarts',
    description: 'Closed with 1012, service restart; handshakes are refused until it is up again.',
    scope: 'tab',
    steps: [step(refuseFor(5 * SECOND)), step(closed(1012, 'service restart'))],
  }),
  scenario('server', {
    name: 'Server crashes',
    description: 'The process is gone without a close frame (1006); handshakes are refused until it is up again.',
    scope: 'tab',
    steps: [step(refuseFor(10 * SECOND)), step(lost())],
  }),
  scenario('server', {
    name: 'Out-of-memory loop',
    description:
      'It opens, and dies after 2 s (1006), five times. A client that resets its backoff on every open shows it here.',
    steps: [step(lost(), { later: true, times: 5, when: { kind: 'after', delayMs: 2 * SECOND, from: 'open' } })],
  }),
  scenario('server', {
    name: 'Thundering herd',
    description: 'Every connection of the tab is lost in the same moment (1006): do they all come back at once?',
    scope: 'tab',
    steps: [step(lost())],
  }),
  scenario('application', {
    name: 'Auth expired (4401)',
    description: 'Closed by the application: 4401. To come back with the same token is of no use.',
    steps: [step(closed(4401, 'token expired'))],
  }),
  scenario('application', {
    name: 'Auth expired (1008)',
    description: 'Closed with 1008, policy violation. To come back with the same token is of no use.',
    steps: [step(closed(1008, 'token expired'))],
  }),
  scenario('application', {
    name: 'Message too big',
    description:
      'The next frame that the page sends is answered with 1009. To send the same message again is of no use.',
    steps: [
      step(closed(1009, 'message too big'), {
        when: { kind: 'frames', count: 1, direction: 'out' },
        times: 1,
        forMs: 60 * SECOND,
      }),
    ],
  }),
  ...faults(),
];
