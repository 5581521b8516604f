/** Frames of every size, as text, as ArrayBuffer and as Blob, both ways: true sizes, and the payload up to the limit. */
import { KEPT_PAYLOAD_BYTES } from '../../../src/protocol/limits.ts';
import type { Direction, SeenConnection } from '../audit.ts';
import { hashOf } from '../content.ts';
import { auditAll, disturbances, type LossContext, type Outcome, outcomeOf, recordPage } from '../context.ts';

const KB = 1024;
const MB = 1024 * KB;
const SHORT = [0, 1, 125, 126, 65_535, 65_536, MB, MB + 1, 10 * MB] as const;
const LONG = [...SHORT, 100 * MB] as const;

const KINDS = ['text', 'arraybuffer', 'blob'] as const;

/** Byte `at` of a frame of `size` bytes; printable. */
const byteAt = (size: number, at: number) => 33 + ((size + at * 7) % 90);

function keptHash(size: number, kind: (typeof KINDS)[number]): number {
  const kept = Math.min(size, KEPT_PAYLOAD_BYTES);
  const bytes = Uint8Array.from({ length: kept }, (_, at) => byteAt(size, at));
  return hashOf(kind === 'text' ? Buffer.from(bytes).toString('latin1') : bytes);
}

interface SizesPage {
  sizes?: { sockets: WebSocket[]; received: number; wrong: number };
}

/** Sends each size and gets it back, one socket for each kind. */
export async function everySize({ launch, site, isLong }: LossContext): Promise<Outcome> {
  const sizes: readonly number[] = isLong ? LONG : SHORT;
  const browser = await launch();
  const page = await recordPage(browser, site, 'sizes');
  for (const kind of KINDS) {
    const url = `${site.wsOrigin}/?echo&stream=sizes-${kind}`;
    await page.tab.evaluate(
      (address, binaryType) => {
        const global = globalThis as unknown as SizesPage;
        global.sizes ??= { sockets: [], received: 0, wrong: 0 };
        const { sizes: state } = global;
        const socket = new WebSocket(address);
        if (binaryType !== 'text') socket.binaryType = binaryType as BinaryType;
        socket.addEventListener('message', () => state.received++);
        state.sockets.push(socket);
      },
      url,
      kind,
    );
    await site.stream(`sizes-${kind}`);
    await page.tab.waitFor(
      () => (globalThis as unknown as SizesPage).sizes?.sockets.at(-1)?.readyState === WebSocket.OPEN,
    );
    let expected = await page.tab.evaluate(() => (globalThis as unknown as SizesPage).sizes?.received ?? 0);
    for (const size of sizes) {
      expected++;
      await page.tab.evaluate(
        (length, how) => {
          const bytes = new Uint8Array(length);
          for (let at = 0; at < length; at++) bytes[at] = 33 + ((length + at * 7) % 90);
          const socket = (globalThis as unknown as SizesPage).sizes?.sockets.at(-1);
          if (how === 'text') socket?.send(new TextDecoder().decode(bytes));
          else if (how === 'blob') socket?.send(new Blob([bytes]));
          else socket?.send(bytes.buffer);
        },
        size,
        kind,
      );
      await page.tab.waitFor((count) => ((globalThis as unknown as SizesPage).sizes?.received ?? 0) >= count, expected);
    }
  }
  const seen = KINDS.map((kind): SeenConnection => {
    const hashes = new Map(sizes.map((size) => [size, keptHash(size, kind)]));
    return {
      stream: `sizes-${kind}`,
      received: sizes.length,
      sent: sizes.length,
      offered: sizes.length,
      closeCode: null,
      closeRequestedCode: null,
      frameAt: (_: Direction, index) => {
        const sizeBytes = sizes[index] ?? -1;
        return { sizeBytes, hash: hashes.get(sizeBytes) ?? -1 };
      },
    };
  });
  // Blobs are read after their frames are written: ask until their contents are there, too.
  let audit = await auditAll(page.panel.tab, page.sessionId, seen);
  for (let tries = 0; tries < 20 && audit.changed > 0; tries++) {
    audit = await auditAll(page.panel.tab, page.sessionId, seen);
  }
  return outcomeOf(audit, { faults: disturbances({}, page.tab) });
}
