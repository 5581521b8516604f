/** What one frame holds: decoded by its protocol, as a tree, as text, as bytes, as a picture. */
import { gzipSync } from 'node:zlib';
import { encode as encodeMessagePack } from '@msgpack/msgpack';
import { expect, it } from 'vitest';
import { FRAME_TRUNCATED } from '../../src/protocol/frame-columns.ts';
import type { Tab } from '../browsers/browser.ts';
import { inEachBrowser } from './bench.ts';
import {
  addConnections,
  addFrames,
  changeConnection,
  clickButton,
  clickRow,
  listenForCopies,
  START_MS,
  waitForCopied,
  waitForRows,
  waitForText,
} from './page.ts';

type Frames = Parameters<typeof addFrames>[2];
type Frame = Frames[number];

const text = (words: string, fields: Partial<Frame> = {}): Frame => ({ atMs: START_MS, text: words, ...fields });
const bytes = (content: Iterable<number>, fields: Partial<Frame> = {}): Frame => ({
  atMs: START_MS,
  bytes: [...content],
  ...fields,
});

const PANEL = '.detail [role=tabpanel]';
/** A picture of 2 × 1 pixels: red and see-through. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGP4z8DwH4QZYAwAR8oH+Y0tHnQAAAAASUVORK5CYII=',
  'base64',
);

function rowTexts(tab: Tab): Promise<readonly string[]> {
  return tab.evaluate(() =>
    [...document.querySelectorAll('.detail [role=treeitem]')].map((row) => row.textContent ?? ''),
  );
}

async function choose(tab: Tab, label: string, value: string): Promise<void> {
  await tab.evaluate(
    (name: string, wanted: string) => {
      const select = document.querySelector<HTMLSelectElement>(`select[aria-label="${name}"]`);
      if (!select) throw new Error(`There is no choice ${name}.`);
      select.value = wanted;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
    label,
    value,
  );
}

inEachBrowser('the detail of a frame', (bench) => {
  /** The frames of a connection to this path; the last is selected. */
  async function openWith(path: string, ...frames: readonly Frame[]): Promise<Tab> {
    const tab = await bench().open();
    await addConnections(tab, path);
    await addFrames(tab, 'doc/0', frames);
    await clickRow(tab, 'Connections', 0);
    await waitForRows(tab, 'Frames', frames.length);
    await clickRow(tab, 'Frames', frames.length - 1);
    await tab.waitFor(() => document.querySelector('.detail [role=tabpanel]'));
    return tab;
  }

  it('says what the protocol calls it, as a chain', async () => {
    const packed = encodeMessagePack([1, {}, null, 'send', ['hi'], []]);
    const tab = await openWith(
      '/hub',
      text('{"protocol":"messagepack","version":1}\u001e', { isOut: true }),
      text('{}\u001e'),
      bytes(gzipSync(Uint8Array.of(packed.length, ...packed))),
    );
    await waitForText(tab, '.chain', 'gzip → MessagePack → SignalR Invocation “send”');
    await waitForText(tab, PANEL, 'target: "send"');
  });

  it('is viewed as the user chooses, and so are other frames of the endpoint', async () => {
    const tab = await openWith('/live', bytes([0x81, 0xa1, 0x61, 1]), bytes([0x81, 0xa1, 0x62, 2]));
    await waitForText(tab, '.chain', 'MessagePack');
    await choose(tab, 'View as', 'cbor');
    await waitForText(tab, '.chain', 'CBOR');
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.chain', 'CBOR');
    await choose(tab, 'View as', '');
    await waitForText(tab, '.chain', 'MessagePack');
  });

  it('names the fields of protobuf by a .proto of the user’s', async () => {
    const tab = await openWith('/live', bytes([0x08, 0x96, 0x01, 0x12, 3, 0x61, 0x62, 0x63]));
    await waitForText(tab, PANEL, '1: varint150');
    await choose(tab, 'View as', 'choose-proto');
    await tab.waitFor(() => document.querySelector('dialog[open] textarea'));
    await tab.click('dialog[open] textarea');
    await tab.type('message Tick { int32 id = 1; string name = 2; }');
    await tab.waitFor(() => document.querySelectorAll('dialog[open] [name=inType] option').length === 2);
    await tab.evaluate(() => {
      const select = document.querySelector<HTMLSelectElement>('dialog[open] [name=inType]');
      if (!select) return;
      select.value = 'Tick';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await tab.click('dialog[open] [type=submit]');
    await waitForText(tab, PANEL, 'id: 150', 'name: "abc"');
    await waitForText(tab, '.chain', 'protobuf (.proto) Tick');
  });

  it('finds words in the value, also in what is not open yet', async () => {
    const items = Array.from({ length: 500 }, (_, i) => ({
      id: i,
      name: i % 250 === 249 ? `needle ${i}` : `hay ${i}`,
    }));
    const tab = await openWith('/live', text(JSON.stringify({ items })));
    await tab.waitFor(() => document.querySelector('.detail [role=treeitem]'));
    await tab.click('.value-find');
    await tab.type('needle');
    await waitForText(tab, '.value-count', '1 of 2');
    await waitForText(tab, '.detail .json-row.is-active', 'needle 249');
    await tab.press('Enter');
    await waitForText(tab, '.value-count', '2 of 2');
    await waitForText(tab, '.detail .json-row.is-active', 'needle 499');
  });

  it('copies where a value is, and the value', async () => {
    const tab = await openWith('/live', text('{"a b":[{"price":12345678901234567890}]}'));
    await waitForText(tab, PANEL, 'price');
    await tab.click('.detail [role=treeitem][aria-level="4"]');
    await waitForText(tab, '.tree-path', "$['a b'][0].price");
    await listenForCopies(tab);
    await clickButton(tab, 'Copy path');
    await waitForCopied(tab, "$['a b'][0].price");
    await clickButton(tab, 'Copy value');
    await waitForCopied(tab, '12345678901234567890');
  });

  it('unfolds JSON in a string, and folds it again', async () => {
    const tab = await openWith('/live', text(JSON.stringify({ event: 'price', data: '{"bid":1.50,"ask":[2]}' })));
    await waitForText(tab, PANEL, 'parse as JSON');
    expect(await rowTexts(tab)).toHaveLength(3);
    await tab.click('.json-unfold');
    await waitForText(tab, PANEL, 'bid: 1.50');
    await tab.click('.json-unfold');
    await tab.waitFor(() => document.querySelectorAll('.detail [role=treeitem]').length === 3);
  });

  it('decodes bytes within a value', async () => {
    const inner = encodeMessagePack({ deep: 'inside' });
    const tab = await openWith('/live', bytes(encodeMessagePack({ payload: inner })));
    await waitForText(tab, PANEL, '13 bytes');
    await tab.click('.json-unfold');
    await waitForText(tab, PANEL, 'deep: "inside"');
  });

  it('marks the bytes of the active value, and goes from a byte to its value', async () => {
    const tab = await openWith('/live', bytes(encodeMessagePack({ type: 'tick', price: 300 })));
    await waitForText(tab, PANEL, 'price: 300');
    await tab.click('.detail [role=treeitem]:nth-of-type(3)');
    await waitForText(tab, '.tree-path', '$.price');
    await waitForText(tab, '.tree-foot', '17–20');
    await tab.click('#tab-hex');
    await tab.waitFor(() => document.querySelectorAll('.hex-marked').length === 2);
    await tab.click('.hex-scroller');
    await tab.press('Home');
    for (let i = 0; i < 7; i++) await tab.press('ArrowRight');
    await waitForText(tab, '.inspector', 'Offset 7');
    await tab.evaluate(() => [...document.querySelectorAll<HTMLElement>('.inspector .tool')].at(0)?.click());
    await waitForText(tab, '.tree-path', '$.type');
  });

  it('tells what the bytes at the cursor are, in either order', async () => {
    const tab = await openWith('/live', bytes([0xff, 0x01, 0xfe]));
    await tab.waitFor(() => document.querySelector('.hex-scroller'));
    await tab.click('.hex-scroller');
    await tab.press('Home');
    await waitForText(tab, '.inspector-values', 'u16511', 'i8-1');
    await tab.click('.inspector-endian input');
    await waitForText(tab, '.inspector-values', 'u1665281');
  });

  it('shows a picture as a picture, and its bytes', async () => {
    const tab = await openWith('/live', bytes(PNG));
    await tab.waitFor(() => document.querySelector<HTMLImageElement>('.image-view img')?.naturalWidth === 2);
    await waitForText(tab, '.image-view', 'PNG · 2 × 1');
    await tab.click('#tab-hex');
    await waitForText(tab, PANEL, '89 50 4e 47');
  });

  it('shows SVG as the text that it is', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="owned"</script></svg>';
    const tab = await openWith('/live', bytes(Buffer.from(svg)));
    await waitForText(tab, PANEL, '<script>document.title="owned"</script>');
    expect(await tab.evaluate(() => document.querySelector('.detail img, .detail svg svg, .detail script'))).toBeNull();
  });

  it('says that a payload was cut, and decodes what is there', async () => {
    const tab = await openWith(
      '/live',
      text('{"type":"tick","prices":[1,2', { flags: FRAME_TRUNCATED, sizeBytes: 5_000 }),
    );
    await waitForText(tab, '.frame-facts', '28 B of 5.0 kB kept');
    await waitForText(tab, '.payload-problems', 'ends too early');
    await waitForText(tab, PANEL, 'type: "tick"', '1: 2');
  });

  it('links a request with its answer, both ways', async () => {
    const tab = await openWith(
      '/rpc',
      text('{"jsonrpc":"2.0","id":7,"method":"add","params":[1,2]}', { isOut: true }),
      text('{"jsonrpc":"2.0","method":"news"}', { atMs: START_MS + 5 }),
      text('{"jsonrpc":"2.0","id":7,"result":3}', { atMs: START_MS + 32 }),
    );
    await waitForText(tab, '.frame-facts', 'answers #0 after 32 ms');
    await tab.click('.frame-facts .link-button');
    await waitForText(tab, '.frame-facts', 'answered by #2 after 32 ms');
    await waitForText(tab, '.chain', 'request “add” #7');
  });

  it('shows control characters and what turns the direction of writing', async () => {
    const tab = await openWith('/live', text('user\u202etxt.exe \u0007 مرحبا 👩‍👩‍👧'));
    await waitForText(tab, PANEL, 'user⟨U+202E⟩txt.exe ␇ مرحبا 👩‍👩‍👧');
  });

  it('knows its protocol by the address, whatever frame is looked at', async () => {
    const tab = await openWith('/live', text('42["line",{"n":1}]'));
    await waitForText(tab, '.chain', 'JSON');
    await changeConnection(tab, 'doc/0', { url: 'wss://api.example.test/socket.io/?EIO=4&transport=websocket' });
    await addFrames(tab, 'doc/0', [text('42["line",{"n":2}]')]);
    await waitForRows(tab, 'Frames', 2);
    await clickRow(tab, 'Frames', 1);
    await waitForText(tab, '.chain', 'Engine.IO → Socket.IO EVENT “line”');
  });

  it('of ten megabytes is taken apart in the worker, which tells no more of it than is in view', async () => {
    const tab = await bench().open();
    await addConnections(tab, '/live');
    await tab.evaluate(listenToWorkers);
    await tab.evaluate((atMs: number) => {
      const item = (i: number) => ({ id: i, name: `item ${i}`, tags: ['a', 'b'], price: i / 7, nested: { ok: true } });
      const json = JSON.stringify(Array.from({ length: 110_000 }, (_, i) => item(i)));
      window.harness.frames('doc/0', [{ atMs, text: json }]);
    }, START_MS);
    await clickRow(tab, 'Connections', 0);
    await waitForRows(tab, 'Frames', 1);
    await clickRow(tab, 'Frames', 0);
    await waitForText(tab, '.detail', '110,000 items');
    await tab.click('.value-find');
    await tab.type('item 109999');
    await waitForText(tab, '.value-count', '1 of 1');
    await waitForText(tab, '.detail .json-row.is-active', 'item 109999');
    expect(await tab.evaluate(() => document.querySelectorAll('.detail *').length)).toBeLessThan(800);
    const { asked, longestAnswer, longestParsed } = await tab.evaluate(heardOfWorkers);
    // What holds the panel up is work in its own thread: it hands the payload on whole, once, and gets rows back.
    expect(asked.filter((method) => method === 'open')).toHaveLength(1);
    expect(asked).toContain('find');
    expect(longestAnswer).toBeLessThan(100_000);
    expect(longestParsed).toBeLessThan(100_000);
  });
});

interface HeardOfWorkers {
  readonly asked: string[];
  /** Characters, as JSON. */
  longestAnswer: number;
  /** By the panel's own thread, characters. */
  longestParsed: number;
}

/** Runs in the panel. What it asks of its workers from now on, how much they answer, and how much JSON it parses itself. */
function listenToWorkers(): void {
  const heard: HeardOfWorkers = { asked: [], longestAnswer: 0, longestParsed: 0 };
  Object.assign(window, { heard });
  const parse = JSON.parse;
  JSON.parse = (text: string, ...rest: readonly never[]) => {
    heard.longestParsed = Math.max(heard.longestParsed, text.length);
    return parse(text, ...rest);
  };
  const { postMessage } = Worker.prototype;
  const listening = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, message: { readonly method?: string }) {
    heard.asked.push(String(message.method));
    if (!listening.has(this)) {
      listening.add(this);
      this.addEventListener('message', ({ data }) => {
        heard.longestAnswer = Math.max(heard.longestAnswer, JSON.stringify(data).length);
      });
    }
    postMessage.call(this, message);
  };
}

/** Runs in the panel. */
function heardOfWorkers(): HeardOfWorkers {
  return (window as unknown as { readonly heard: HeardOfWorkers }).heard;
}
