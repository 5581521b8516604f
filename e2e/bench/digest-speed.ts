/**
 * How long reading a recording of a million frames takes, by kind of conversation: processor time, so that it means
 * something on a machine that does other things. For looking at, not a goal.
 *
 *     node --import tsx e2e/bench/digest-speed.ts [frames]
 */

import { createDigester } from '../../src/analysis/digest/digester.ts';
import { connectionOf } from '../../src/analysis/fixtures.ts';
import { columnsOf, type FrameSketch } from '../../src/protocol/fixtures.ts';
import { FRAME_OUT } from '../../src/protocol/frame-columns.ts';
import { CHUNK_FRAMES } from '../../src/protocol/limits.ts';

type Sketch = (n: number) => FrameSketch;

const filler = 'x'.repeat(120);
const bytes = Array.from({ length: 180 }, (_, i) => i & 255);

/** Ten frames a second, so that the beats among them are seldom, as they are. */
const CONVERSATIONS: Readonly<Record<string, Sketch>> = {
  'JSON, home-made, numbered': (n) =>
    n % 200 === 0
      ? { data: '{"type":"ping"}', flags: FRAME_OUT }
      : n % 200 === 1
        ? { data: '{"type":"pong"}' }
        : {
            data: `{"type":"price","seq":${n},"symbol":"ABC","bid":${n % 97}.5,"ask":${n % 89}.25,"note":"${filler}"}`,
          },
  'Socket.IO with acknowledgements': (n) => {
    if (n === 0)
      return { data: '0{"sid":"abc","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}' };
    if (n % 250 === 0) return { data: '2' };
    if (n % 250 === 1) return { data: '3', flags: FRAME_OUT };
    return n % 2 === 0
      ? { data: `42${n}["say",{"text":"${filler}","n":${n}}]`, flags: FRAME_OUT }
      : { data: `43${n - 1}[{"ok":true}]` };
  },
  'MQTT, binary': (n) =>
    n === 0
      ? { data: [0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 4, 97, 98, 99, 100], flags: FRAME_OUT }
      : { data: [0x30, 0xb4, 0x01, ...bytes] },
  'plain text': (n) => ({ data: `line ${n}: ${filler}` }),
};

function measure(name: string, sketch: Sketch, frames: number): void {
  const record = connectionOf({ url: 'wss://example.test/live', openedAtMs: 0 });
  const digester = createDigester(record);
  let readMs = 0;
  const read = <Result>(work: () => Result): Result => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    readMs += (user + system) / 1000;
    return result;
  };
  for (let firstSeq = 0; firstSeq < frames; firstSeq += CHUNK_FRAMES) {
    const count = Math.min(CHUNK_FRAMES, frames - firstSeq);
    const columns = columnsOf(
      Array.from({ length: count }, (_, i) => ({ atMs: (firstSeq + i) * 100, ...sketch(firstSeq + i) })),
    );
    const row = { connectionId: record.connectionId, firstSeq, ...columns };
    read(() => digester.add(row, row));
  }
  const digest = read(() => digester.finish(record, frames * 100));
  const { protocol, heartbeat, latency, numbering } = digest;
  const found = [
    protocol?.id,
    heartbeat && `beats ${heartbeat.beats}`,
    latency && `pairs ${latency.count}`,
    numbering?.path,
  ];
  process.stdout.write(
    `${name.padEnd(34)} ${(readMs / 1000).toFixed(2).padStart(6)} s  ${((readMs * 1000) / frames).toFixed(2)} µs a frame  (${found.filter(Boolean).join(', ')})\n`,
  );
}

const frames = Number(process.argv[2] ?? 1_000_000);
for (const [name, sketch] of Object.entries(CONVERSATIONS)) measure(name, sketch, frames);
