/**
 * The measured page. Asks the server for tasks and posts what it measured. Runs in the browser as one module: it may
 * import types only. It does with frames what pages do: reads them.
 */

import type { Load, Measured, ServerLoad, Task, ToServer } from './task.ts';

/** The most that a page lets wait in its sockets before it pauses. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
const SENDS_PER_SLICE = 64;
/** More handshakes at once than a browser allows would fail. */
const OPENED_AT_ONCE = 100;
/** In churn, the page answers every so many frames. */
const FRAMES_PER_ANSWER = 20;

const pageName = location.pathname.split('/')[2] ?? '';
let open: WebSocket[] = [];

const tally = { framesIn: 0, framesOut: 0, connections: 0, bytesIn: 0, lastFrameAtMs: 0 };

type Doing<Kind extends Task['kind']> = (task: Extract<Task, { kind: Kind }>) => Promise<Partial<Measured>>;

const DOING: { readonly [Kind in Task['kind']]: Doing<Kind> } = {
  async receive({ group, load }) {
    const sockets = await openSockets(group, load.sockets);
    const bytes = load.frames * load.payloadBytes;
    let firstAtMs = 0;
    const elapsedMs = await new Promise<number>((resolve, reject) => {
      onFrames(sockets, () => {
        if (tally.framesIn === 1) firstAtMs = performance.now();
        if (tally.framesIn !== load.frames) return;
        if (tally.bytesIn === bytes) resolve(performance.now() - firstAtMs);
        else reject(new Error(`${tally.bytesIn} bytes came instead of ${bytes}`));
      });
      tellServer(group, { kind: 'burst', load }).catch(reject);
    });
    return { elapsedMs };
  },

  async send({ group, load }) {
    const sockets = await openSockets(group, load.sockets);
    const done = new Promise<void>((resolve) => onFrames(sockets, resolve));
    await tellServer(group, { kind: 'count', frames: load.frames });
    const payloads = makePayloads(load, load.kind === 'text' ? load.frames : 64);
    const roomPerSocket = MAX_BUFFERED_BYTES / sockets.length;
    let callMs = 0;
    const startedMs = performance.now();
    for (let sent = 0; sent < load.frames; ) {
      const sliceMs = performance.now();
      let full = false;
      for (let i = 0; i < SENDS_PER_SLICE && sent < load.frames; i++, sent++) {
        const socket = sockets[sent % sockets.length] as WebSocket;
        socket.send(payloads[sent % payloads.length] ?? '');
        full ||= socket.bufferedAmount > roomPerSocket;
      }
      callMs += performance.now() - sliceMs;
      if (full) await nextTask();
    }
    tally.framesOut += load.frames;
    await done;
    return { elapsedMs: performance.now() - startedMs, callMs };
  },

  async echo({ group, payloadBytes, roundTrips }) {
    const sockets = await openSockets(group, 1);
    const [socket] = sockets as [WebSocket];
    await tellServer(group, { kind: 'echo' });
    const payloads = makePayloads({ kind: 'text', payloadBytes }, roundTrips);
    const samplesMs: number[] = [];
    let sentAtMs = 0;
    const ask = () => {
      sentAtMs = performance.now();
      tally.framesOut++;
      socket.send(payloads[samplesMs.length] ?? '');
    };
    await new Promise<void>((resolve) => {
      onFrames(sockets, () => {
        samplesMs.push(performance.now() - sentAtMs);
        if (samplesMs.length === roundTrips) resolve();
        // From a task of its own: what a tool does after a frame belongs to that frame.
        else void nextTask().then(ask);
      });
      ask();
    });
    return { samplesMs };
  },

  async animate({ group, payloadBytes, sockets: count, pace }) {
    const sockets = await openSockets(group, count);
    const frames = Math.round((pace.framesPerSecond * pace.durationMs) / 1000);
    let running = true;
    let firstAtMs = 0;
    const all = new Promise<number>((resolve) => {
      onFrames(sockets, () => {
        if (tally.framesIn === 1) firstAtMs = performance.now();
        if (tally.framesIn === frames) resolve(performance.now() - firstAtMs);
      });
    });
    const samplesMs: number[] = [];
    const drawing = (async () => {
      let lastMs = await animationFrame();
      while (running) {
        const nowMs = await animationFrame();
        samplesMs.push(nowMs - lastMs);
        lastMs = nowMs;
        draw(tally.framesIn);
      }
    })();
    await tellServer(group, { kind: 'paced', payloadBytes, pace });
    const elapsedMs = await all;
    running = false;
    await drawing;
    return { elapsedMs, samplesMs };
  },

  async churn({ group, payloadBytes, sockets: count, earlier = 0, framesPerSecond, reconnectEveryMs }) {
    for (let left = earlier; left > 0; left -= OPENED_AT_ONCE) {
      await openSockets(group, Math.min(left, OPENED_AT_ONCE));
      await closeAll();
    }
    churning = group;
    for (let i = 0; i < count; i++) keepOpen(group);
    await tellServer(group, { kind: 'churn', payloadBytes, framesPerSecond, reconnectEveryMs });
    return {};
  },

  async churnEnd() {
    const group = churning;
    churning = '';
    await fetch(`/stop/${group}`, { method: 'POST' });
    await closeAll();
    return {};
  },

  async close() {
    await closeAll();
    return {};
  },

  async spin({ durationMs }) {
    const untilMs = performance.now() + durationMs;
    while (performance.now() < untilMs);
    return {};
  },
};

let churning = '';

/** A socket that is opened anew whenever it closes, as long as there is churn. */
function keepOpen(group: string): void {
  const socket = createSocket(group);
  open.push(socket);
  onFrames([socket], () => {
    if (tally.framesIn % FRAMES_PER_ANSWER !== 0 || socket.readyState !== WebSocket.OPEN) return;
    socket.send(`{"seen":${tally.framesIn}}`);
    tally.framesOut++;
  });
  socket.addEventListener('close', () => {
    open = open.filter((other) => other !== socket);
    if (churning === group) keepOpen(group);
  });
}

function createSocket(group: string): WebSocket {
  tally.connections++;
  const socket = new WebSocket(`ws://${location.host}/frames?group=${group}`);
  socket.binaryType = 'arraybuffer';
  return socket;
}

async function openSockets(group: string, count: number): Promise<readonly WebSocket[]> {
  const sockets = Array.from({ length: count }, () => createSocket(group));
  open.push(...sockets);
  await Promise.all(sockets.map((socket) => firstOf(socket, 'open', 'close')));
  if (sockets.some(({ readyState }) => readyState !== WebSocket.OPEN)) throw new Error('A socket did not open.');
  return sockets;
}

function onFrames(sockets: readonly WebSocket[], then: () => void): void {
  for (const socket of sockets) {
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      tally.framesIn++;
      tally.bytesIn += typeof data === 'string' ? data.length : data.byteLength;
      tally.lastFrameAtMs = performance.now();
      then();
    });
  }
}

async function closeAll(): Promise<void> {
  const closing = open;
  open = [];
  await Promise.all(
    closing.map((socket) => {
      if (socket.readyState === WebSocket.CLOSED) return null;
      const closed = firstOf(socket, 'close');
      socket.close(1000, 'measured');
      return closed;
    }),
  );
}

/** So many different payloads. Browsers keep equal texts once, and so flatter whatever remembers them. */
function makePayloads(
  { kind, payloadBytes }: Pick<Load, 'kind' | 'payloadBytes'>,
  count: number,
): readonly (string | ArrayBuffer)[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `{"type":"order","id":${1_000_000 + i},"text":"`.padEnd(payloadBytes, 'klmnopqrst');
    return kind === 'text' ? text : new TextEncoder().encode(text).buffer;
  });
}

function firstOf(target: EventTarget, ...types: readonly string[]): Promise<Event> {
  return new Promise((resolve) => {
    for (const type of types) target.addEventListener(type, resolve, { once: true });
  });
}

const channel = new MessageChannel();
/** A new task, without the delay of a timer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}

/** The moment at which the next animation frame begins to run callbacks. */
function animationFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
}

const canvas = document.querySelector('canvas')?.getContext('2d');

/** A little work of the kind that such pages do: 60 bars. */
function draw(seed: number): void {
  if (!canvas) return;
  canvas.clearRect(0, 0, 600, 300);
  for (let bar = 0; bar < 60; bar++) {
    const height = (seed * (bar + 7)) % 300;
    canvas.fillStyle = `hsl(${bar * 6} 60% 50%)`;
    canvas.fillRect(bar * 10, 300 - height, 9, height);
  }
}

async function tellServer(group: string, load: ServerLoad): Promise<void> {
  await fetch(`/load/${group}`, { method: 'POST', body: JSON.stringify(load) });
}

async function run(task: Task): Promise<Measured> {
  if (task.kind !== 'close' && task.kind !== 'churnEnd') {
    await closeAll();
    Object.assign(tally, { framesIn: 0, framesOut: 0, connections: 0, bytesIn: 0, lastFrameAtMs: 0 });
  }
  const measured = await (DOING[task.kind] as Doing<Task['kind']>)(task);
  const { framesIn, framesOut, connections, lastFrameAtMs } = tally;
  return {
    ...measured,
    framesIn,
    framesOut,
    connections,
    lastFrameAtEpochMs: performance.timeOrigin + lastFrameAtMs,
  };
}

for (;;) {
  const { taskId, task }: ToServer = await (await fetch(`/task/${pageName}`, { method: 'POST' })).json();
  const [route, report] = await run(task).then(
    (measured) => ['measured', { taskId, measured }],
    (error: unknown) => ['failed', { taskId, reason: String(error) }],
  );
  await fetch(`/${route}/${pageName}`, { method: 'POST', body: JSON.stringify(report) });
}
