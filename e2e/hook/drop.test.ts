/** A simulated drop, next to what browsers do when a connection really fails. */
import { expect, it } from 'vitest';
import { waitUntil } from '../browsers/wait.ts';
import { inEachBrowser } from './harness.ts';
import type { Json } from './probes/kit.ts';
import { createScribe } from './scribe.ts';

/** The log of a real failure as a simulated one may differ from it, and no more. */
function asSimulated(log: Json): Json {
  return (log as readonly Json[])
    .filter((entry) => !isMicrotask(entry))
    .map((entry) =>
      typeof entry === 'object' && entry !== null && 'isTrusted' in entry ? { ...entry, isTrusted: false } : entry,
    );
}

const isMicrotask = (entry: Json) => typeof entry === 'string' && entry.startsWith('microtask');
const names = (log: Json) => (log as readonly Json[]).filter((entry) => typeof entry === 'string') as readonly string[];

inEachBrowser('a simulated drop', (bench) => {
  const probe = (name: Parameters<ReturnType<typeof bench>['probe']>[1]) => bench().probe('hooked', name);
  const native = (name: Parameters<ReturnType<typeof bench>['probe']>[1]) => bench().probe('native', name);

  it.each([
    ['an open connection', 'realFailure', 'simulatedFailure'],
    ['a handshake', 'realRefusal', 'simulatedRefusal'],
  ] as const)('of %s shows every kind of listener what a real failure shows', async (_, real, simulated) => {
    const truth = await native(real);
    const { log, answer, stateBefore, afterlife } = await probe(simulated);
    expect(answer).toBe('done');
    // Until the task in which the events are dispatched, nothing has happened.
    expect(stateBefore).toBe(real === 'realFailure' ? 1 : 0);
    const withoutMicrotasks = (log as readonly Json[]).filter((entry) => !isMicrotask(entry));
    expect(withoutMicrotasks).toEqual(asSimulated(truth.log ?? null));
    expect(withoutMicrotasks.length).toBeGreaterThan(20);
    expect(afterlife).toEqual(truth.afterlife);
  });

  it('runs all microtasks of error before close', async () => {
    const { log } = await probe('simulatedFailure');
    const order = names(log ?? null);
    const lastOfError = order.findLastIndex((entry) => entry.endsWith('error'));
    const firstOfClose = order.findIndex((entry) => entry.endsWith('close'));
    expect(lastOfError).toBeLessThan(firstOfClose);
    // Known difference: a script's own dispatchEvent() has no microtask checkpoint between the listeners of one event.
    const kinds = order.filter((entry) => entry.endsWith('error')).map((entry) => isMicrotask(entry));
    expect(kinds).toEqual([...kinds].sort());
  });

  it('dispatches error and close in one task, as browsers do', async () => {
    expect((await probe('simulatedTasks')).log).toEqual((await native('realTasks')).log);
  });

  it('answers what cannot be dropped, and leaves other connections alone', async () => {
    const { text } = await native('nativeGetters');
    expect(await probe('refusedDrops')).toEqual({
      'of nothing': 'notFound',
      'of a closed one': 'alreadyClosed',
      'of a closing one': 'alreadyClosed',
      'of a failed one': 'alreadyClosed',
      'of an unknown one': 'notFound',
      'of nonsense': 'notFound',
      'getters are still native': text,
      alive: [1, { returned: '[object Undefined]' }, 'x'],
      'of an open one': 'done',
      'of a dropped one': 'alreadyClosed',
      'getters print as native': text,
      'the others': [3, 1, 2, 3],
      'still alive': [{ returned: '[object Undefined]' }, 'y'],
      'as an illegal invocation': { threw: expect.objectContaining({ name: 'TypeError' }) },
      'dropped twice at once': [
        ['alreadyClosed', 'done'],
        ['error', 'close'],
      ],
    });
  });

  it('is silent afterwards, whatever still arrives', async () => {
    const facts = await probe('silence');
    expect(facts).toMatchObject({
      events: ['deaf error', 'deaf close', 'opening error', 'opening close'],
      'heard after the drop': 0,
      heard: true,
      states: [3, 3, 3],
    });
    expect(facts['buffered amount']).toEqual([expect.any(Number), true, 5]);
  });

  it('is reported as simulated, once, and nothing of the real close', async () => {
    await bench().open('hooked');
    const before = bench().server.seen.length;
    const tab = await bench().open('hooked');
    const scribe = createScribe(tab);
    await scribe.command({ kind: 'record', history: 'ring' });
    await tab.evaluate(async () => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/echo`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send('before');
      await new Promise((resolve) => socket.addEventListener('message', resolve));
      Object.assign(window, { socket });
    });
    await scribe.command({ kind: 'drop', commandId: 9, connection: 0 });
    await tab.evaluate(async () => {
      const { socket } = window as unknown as { readonly socket: WebSocket };
      if (socket.readyState !== 3) await new Promise((resolve) => socket.addEventListener('close', resolve));
      socket.send('after');
    });
    // The real connection ends in order: the server gets a close frame without a code.
    await waitUntil('the server has seen the close', () => bench().server.seen[before]?.closed);
    expect(bench().server.seen[before]).toMatchObject({ closed: { code: 1005 }, received: [{ text: 'before' }] });
    const [connection] = await scribe.recordings((all) => all[0]?.frames.length === 3);
    expect(connection?.facts.slice(2)).toEqual([
      { kind: 'connectionDropped', connection: 0, atMs: expect.any(Number) },
      { kind: 'connectionErrored', connection: 0, atMs: expect.any(Number), simulated: true },
      {
        kind: 'connectionClosed',
        connection: 0,
        atMs: expect.any(Number),
        code: 1006,
        reason: '',
        wasClean: false,
        simulated: true,
      },
    ]);
    expect(connection?.frames.map(({ payload, discarded }) => [payload, discarded])).toEqual([
      ['before', false],
      ['before', false],
      ['after', true],
    ]);
    expect(await scribe.messages()).toContain('answer 9 done');
  });

  it('works in pages that have changed WebSocket.prototype, or fails without a trace', async () => {
    expect(await probe('stubbornPages')).toEqual({
      'own getter': [3, 1, 1],
      'subclass before': 10,
      'subclass after': 30,
      'listeners that throw': [
        expect.arrayContaining([
          expect.stringContaining('from onerror'),
          'second listener of error',
          'first listener of close',
          expect.stringContaining('from close'),
          'second listener of close',
        ]),
        'done',
      ],
    });
    expect(await probe('frozenPage')).toEqual({ answer: 'failed', state: 1, data: 'still here' });
  });

  it('makes reconnecting-websocket reconnect, as a real failure does', async () => {
    const { log } = await native('realReconnects');
    expect(await probe('simulatedReconnects')).toEqual({ log });
    // The library itself speaks of 1000 when it hears `error`. What counts is that it opens again, twice.
    expect(log).toEqual(expect.arrayContaining([['error', 3], 'hello 0', 'hello 1']));
    const seen = bench().server.seen.filter(({ path }) => path === '/control?simulated');
    expect(seen).toHaveLength(3);
  });

  it('makes code that reconnects by hand reconnect, in onclose and in a listener', async () => {
    expect((await probe('reconnectingByHand')).log).toEqual(['handler: attempt 1', 'listener: attempt 1']);
  });
});
