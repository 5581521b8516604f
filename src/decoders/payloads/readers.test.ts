/** The readers of formats against the libraries of those formats, against JSON.parse, and against anything at all. */
import * as msgpack from '@msgpack/msgpack';
import * as cbor from 'cbor2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCbor } from './cbor.ts';
import { findJson, readJson, readJsonLines } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import { isContainer, type Reading, type ValueNode } from './node.ts';
import { readProtoSchema } from './proto-schema.ts';
import { readProtobuf, readProtobufAs } from './protobuf.ts';
import { splitDelimited } from './protobuf-wire.ts';

/** What JavaScript would make of it; whole numbers as bigints. */
function plainOf(node: ValueNode): unknown {
  if (isContainer(node)) {
    const values = node.items.map(plainOf);
    return node.kind === 'array' ? values : node.keys.map((key, i) => [key, values[i]]);
  }
  if (node.kind === 'bytes') return [...(node.bytes ?? [])];
  if (node.kind !== 'number') return node.text;
  const isFloat = node.type.startsWith('f') && Math.abs(Number(node.text)) > Number.MAX_SAFE_INTEGER;
  return /^-?\d+$/.test(node.text) && node.text !== '-0' && !isFloat ? BigInt(node.text) : Number(node.text);
}

/** The same of a value that a library gave. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') return Object.entries(value).map(([key, item]) => [key, plain(item)]);
  return value;
}

function rootOf({ root }: Reading): ValueNode {
  if (!root) throw new Error('nothing was read');
  return root;
}

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    // MessagePack's library writes -0 as the integer 0.
    fc.double({ noNaN: true }).map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('any')),
    fc.dictionary(
      fc.string().filter((key) => !/^\d+$|^__proto__$/.test(key)),
      tie('any'),
    ),
  ),
})).any;

/** None: every place lies within that of its parent, and those of siblings follow each other. */
function misplaced(node: ValueNode, from: number, to: number): readonly ValueNode[] {
  const own = node.from >= from && node.to <= to && node.to > node.from ? [] : [node];
  if (!isContainer(node)) return own;
  const starts = [node.from, ...node.items.map((item) => item.to)];
  return [...own, ...node.items.flatMap((item, i) => misplaced(item, starts[i] ?? Number.NaN, node.to))];
}

describe.each([
  { name: 'MessagePack', read: readMessagePack, encode: (each: unknown) => msgpack.encode(each) },
  { name: 'CBOR', read: readCbor, encode: (each: unknown) => cbor.encode(each) },
])('$name', ({ read, encode }) => {
  it('is read as its library reads it, with places', () => {
    fc.assert(
      fc.property(value, (each) => {
        const bytes = encode(each);
        const reading = read(bytes);
        expect(reading).toMatchObject({ end: bytes.length, problem: null });
        expect(plainOf(rootOf(reading))).toEqual(plain(each));
        expect(misplaced(rootOf(reading), 0, bytes.length)).toEqual([]);
      }),
    );
  });

  it('that was cut gives what is there', () => {
    const bytes = encode({ name: 'tick', prices: [1, 2, 3, 'four'], last: true });
    for (let length = 1; length < bytes.length; length++) {
      const { root, problem } = read(bytes.subarray(0, length));
      expect(problem).toBe('cut');
      expect(root).toMatchObject({ kind: 'object', isCut: true });
    }
    const part = read(bytes.subarray(0, bytes.indexOf(2, 15) + 1)).root;
    expect(part && plainOf(part)).toEqual([
      ['name', 'tick'],
      ['prices', [1n, 2n]],
    ]);
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(bytes)),
      { numRuns: 1_000 },
    );
  });

  it('never throws on bytes of which one was changed', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat({ max: 255 }), (each, at, byte) => {
        const bytes = encode(each).slice();
        bytes[at % bytes.length] = byte;
        read(bytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('MessagePack', () => {
  it('keeps whole 64-bit integers', () => {
    const bytes = Uint8Array.from([0x92, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255, 0xd3, 128, 0, 0, 0, 0, 0, 0, 0]);
    expect(plainOf(rootOf(readMessagePack(bytes)))).toEqual([18446744073709551615n, -9223372036854775808n]);
  });

  it('shows times and extensions as what they are', () => {
    const bytes = msgpack.encode([new Date('2026-11-21T10:00:00.5Z'), new msgpack.ExtData(5, Uint8Array.of(1, 2))]);
    expect(rootOf(readMessagePack(bytes))).toMatchObject({
      items: [
        { kind: 'time', text: '2026-11-21T10:00:00.500Z', type: 'timestamp' },
        { kind: 'bytes', bytes: Uint8Array.of(1, 2), type: 'ext 5' },
      ],
    });
  });

  it('writes a 32-bit float with the digits that it has', () => {
    const bytes = msgpack.encode(0.1, { forceFloat32: true });
    expect(rootOf(readMessagePack(bytes))).toMatchObject({ text: '0.1', type: 'f32' });
  });

  it('reads a hundred thousand arrays within each other', () => {
    const { problem, root } = readMessagePack(new Uint8Array(100_000).fill(0x91));
    expect({ problem, kind: root?.kind }).toEqual({ problem: 'cut', kind: 'array' });
  });
});

describe('CBOR', () => {
  // RFC 8949 appendix A.
  it.each([
    ['c249010000000000000000', '18446744073709551616'],
    ['3bffffffffffffffff', '-18446744073709551616'],
    ['f93c00', '1'],
    ['f97c00', 'Infinity'],
    ['f97e00', 'NaN'],
    ['f7', 'undefined'],
    ['f8ff', 'simple(255)'],
    ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
    ['c11a514b67b0', '2013-03-21T20:04:00.000Z'],
    ['7f657374726561646d696e67ff', 'streaming'],
    ['d8255011111111222233334444555555555555', '11111111-2222-3333-4444-555555555555'],
  ])('%s is %s', (hex, text) => {
    expect(rootOf(readCbor(Uint8Array.from(Buffer.from(hex, 'hex'))))).toMatchObject({ text });
  });

  it.each(['9f018202039f0405ffff', '9f01820203820405ff', '83018202039f0405ff', '83019f0203ff820405'])(
    '%s is [1, [2, 3], [4, 5]], however long its arrays are said to be',
    (hex) => {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      expect(plainOf(rootOf(readCbor(bytes)))).toEqual([1n, [2n, 3n], [4n, 5n]]);
    },
  );

  it.each(['ff', '1c', '8201ff', 'fc', 'f810', '5f41610162ff'])('%s is none', (hex) => {
    expect(readCbor(Uint8Array.from(Buffer.from(hex, 'hex'))).root).toBeNull();
  });
});

describe('JSON', () => {
  it('has the place of every value', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(JSON.parse(json), null, indent);
        const root = rootOf(readJson(text));
        expect(misplaced(root, 0, text.length)).toEqual([]);
        const check = (node: ValueNode): void => {
          expect(JSON.parse(text.slice(node.from, node.to))).toEqual(asJson(node));
          if (isContainer(node)) node.items.forEach(check);
        };
        check(root);
      }),
    );
  });

  it('that was cut gives what is there', () => {
    const text = '{"type":"tick","prices":[1,2.50,{"deep":"a long string"}],"ok":true}';
    for (let length = 1; length < text.length; length++) {
      const { root, problem } = readJson(text.slice(0, length), { isCut: true });
      expect({ length, problem, kind: root?.kind }).toEqual({ length, problem: 'cut', kind: 'object' });
      expect(readJson(text.slice(0, length)).root).toBeNull();
    }
    expect(readJson(text.slice(0, 47), { isCut: true }).root).toMatchObject({
      items: [
        { text: 'tick' },
        { items: [{ text: '1' }, { text: '2.50' }, { items: [{ text: 'a long', isCut: true }] }] },
      ],
    });
  });

  it('that was cut is still none, if it was none before', () => {
    for (const text of ['{"a":1 x', '[1,,', '{"a" "b"', 'hello', '[nux']) {
      expect(readJson(text, { isCut: true }).root).toBeNull();
    }
  });

  it('is read line by line where each line has a value', () => {
    expect(readJsonLines('{"a":1}\n[2]\n', false)?.length).toBe(2);
    expect(readJsonLines('{"a":1}', false)).toBeNull();
    expect(readJsonLines('{"a":1}\nhello\n', false)).toBeNull();
    expect(readJsonLines('{"a":1}\n{"b":', true)?.length).toBe(2);
  });

  it('never throws, whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.string({ unit: fc.constantFrom(...'{}[]",:1 ntf\\') })),
        fc.boolean(),
        (text, isCut) => {
          readJson(text, { isCut });
          findJson(text, isCut);
          readJsonLines(text, isCut);
        },
      ),
      { numRuns: 500 },
    );
  });

  function asJson(node: ValueNode): unknown {
    if (!isContainer(node)) return node.kind === 'string' ? node.text : JSON.parse(node.text);
    if (node.kind === 'array') return node.items.map(asJson);
    const object = {};
    node.keys.forEach((key, i) => {
      const item = node.items[i];
      const field = { value: item && asJson(item), enumerable: true, configurable: true, writable: true };
      Object.defineProperty(object, key, field);
    });
    return object;
  }
});

const PROTO = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
enum Kind { NONE = 0; SPARE = 1; }
message Order {
  int64 id = 1;
  string name = 2;
  repeated Line lines = 3;
  map<string, sint32> counts = 4;
  Kind kind = 5;
  repeated int32 sizes = 6;
  double price = 7;
  bytes raw = 8;
  google.protobuf.Timestamp at = 9;
  oneof way { bool fast = 10; float km = 11; }
  message Line { uint32 number = 1; Order back = 2; }
}`;

/** Written by hand after protobuf.dev, "Encoding". */
const ORDER = Uint8Array.from(
  Buffer.from(
    [
      '08ffffffffffffffffff01', // id: -1
      '1206626f6c747321', // name: bolts!
      '1a02080a', // lines: { number: 10 }
      '1a02080b',
      '22070a0372656410' + '03', // counts: { red: -2 }
      '2801', // kind: SPARE
      '3203010203', // sizes, packed
      '390000000000002940', // price: 12.5
      '4202ff00', // raw
      '4a06088090d1c906', // at: { seconds }
      '5001', // fast
      '7a036e6577', // field 15, unknown: "new"
    ].join(''),
    'hex',
  ),
);

describe('Protocol Buffers', () => {
  const reading = readProtoSchema(PROTO);
  if (!reading.ok) throw new Error(reading.problem);
  const { schema } = reading;

  it('are read by a .proto', () => {
    expect(reading.messageNames).toEqual(['shop.Order', 'shop.Order.Line']);
    expect(plainOf(rootOf(readProtobufAs(ORDER, schema, 'shop.Order')))).toEqual([
      ['id', -1n],
      ['name', 'bolts!'],
      ['lines', [[['number', 10n]], [['number', 11n]]]],
      ['counts', [['red', -2n]]],
      ['kind', 'SPARE'],
      ['sizes', [1n, 2n, 3n]],
      ['price', 12.5],
      ['raw', [0xff, 0]],
      ['at', [['seconds', 1765033984n]]],
      ['fast', 'true'],
      ['15', 'new'],
    ]);
  });

  it('are read by their numbers', () => {
    expect(plainOf(rootOf(readProtobuf(ORDER)))).toEqual([
      ['1', 18446744073709551615n],
      ['2', 'bolts!'],
      ['3', [['1', 10n]]],
      ['3', [['1', 11n]]],
      [
        '4',
        [
          ['1', 'red'],
          ['2', 3n],
        ],
      ],
      ['5', 1n],
      ['6', [1, 2, 3]],
      ['7', 12.5],
      ['8', [0xff, 0]],
      ['9', [['1', 1765033984n]]],
      ['10', 1n],
      ['15', 'new'],
    ]);
  });

  it('that were cut give what is there', () => {
    const { root, problem } = readProtobufAs(ORDER.subarray(0, 17), schema, 'shop.Order', 0, 17, true);
    expect({ problem, keys: root && 'keys' in root && root.keys }).toEqual({ problem: 'cut', keys: ['id'] });
  });

  it('that follow each other with their lengths are told apart', () => {
    expect(splitDelimited(Uint8Array.of(2, 8, 1, 0, 1, 8))).toEqual([
      [1, 3],
      [4, 4],
      [5, 6],
    ]);
    expect(splitDelimited(Uint8Array.of(3, 8, 1))).toBeNull();
  });

  it.each(['', 'message {', 'hello', 'enum A { B = 0; }'])('refuse %j as a schema', (text) => {
    expect(readProtoSchema(text).ok).toBe(false);
  });

  it('never throw, whatever the bytes are, with and without a schema', () => {
    const changed = fc
      .tuple(fc.nat({ max: ORDER.length - 1 }), fc.nat({ max: 255 }))
      .map(([at, byte]) => ORDER.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), changed), fc.boolean(), (bytes, isCut) => {
        readProtobuf(bytes, 0, bytes.length, isCut);
        readProtobufAs(bytes, schema, 'shop.Order', 0, bytes.length, isCut);
        splitDelimited(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('within each other a hundred thousand times take no long time', () => {
    // Each byte pair opens a message of the rest: lengths are wrong but for the innermost ones.
    const bytes = new Uint8Array(200_000);
    for (let i = 0; i < bytes.length; i += 2) bytes.set([0x0a, 0x7f], i);
    const before = performance.now();
    readProtobuf(bytes);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});
