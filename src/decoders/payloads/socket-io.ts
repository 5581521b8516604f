/**
 * Engine.IO packets and the Socket.IO packets in them, by socket.io's own parsers; the arguments as they were written. Binary
 * frames are attachments, or packets of the MessagePack parser. Sources: socketio/engine.io-protocol, socket.io-protocol.
 */
import { decodePacket } from 'engine.io-parser';
import { Decoder, type Packet, PacketType } from 'socket.io-parser';
import { readJson } from './json.ts';
import { readMessagePack } from './msgpack.ts';
import { integerOf, itemAt, member, NULL, number, object, stringOf, text, type ValueNode } from './node.ts';
import { type Decode, type Part, quote, say } from './payload.ts';

/** `4`, type, number of attachments, namespace, id of an acknowledgement; then JSON. */
const HEAD = /^4[0-6](?:\d+-)?(?:\/[^,[{]*,)?\d*/;

export const socketIo: Decode = ({ content, isCut, protocolId }) =>
  typeof content === 'string' ? textPacket(content, isCut) : binaryPacket(content, protocolId === 'socket.io-2');

function textPacket(content: string, isCut: boolean): Part | null {
  const { type, data } = decodePacket(content, 'arraybuffer');
  if (type === 'error') return null;
  const upon = ['Engine.IO'];
  if (type !== 'message') {
    const { root } = readJson(content, { from: 1, isCut });
    return { root: root ?? (content.length > 1 ? text(content.slice(1), 1, content.length) : NULL), said: type, upon };
  }
  if (typeof data !== 'string') return { root: null, said: 'message', upon, inner: new Uint8Array(data) };
  const head = HEAD.exec(content)?.[0] ?? '';
  const reading = readJson(content, { from: head.length, isCut });
  const packet = packetOf(data);
  if (!packet) {
    // Too short for the parser, or no packet of it: what was written is shown all the same.
    return {
      root: reading.root ?? text(content.slice(1), 1),
      said: 'message',
      upon,
      problem: isCut ? 'cut' : 'refused',
    };
  }
  // The parser makes an EVENT of a BINARY_EVENT; what was sent is its first digit.
  return { ...partOf(packet, PacketType[Number(data[0])] ?? '', reading.root), upon };
}

/** Null: the parser refuses it. A packet with attachments is one before they have come. */
function packetOf(data: string): Packet | null {
  const decoder = new Decoder();
  let packet: Packet | null = null;
  decoder.on('decoded', (decoded: Packet) => {
    packet = decoded;
  });
  try {
    decoder.add(data);
  } catch {
    return null;
  }
  // With attachments due, the parser waits for them and keeps what it has read.
  const waiting = (decoder as unknown as { reconstructor?: { reconPack?: Packet } | null }).reconstructor?.reconPack;
  const found = packet ?? waiting ?? null;
  decoder.destroy();
  return found;
}

function partOf({ type, nsp, id, attachments }: Packet, name: string, args: ValueNode | null): Part {
  const isEvent = type === PacketType.EVENT || type === PacketType.BINARY_EVENT;
  const event = isEvent ? stringOf(itemAt(args, 0)) : null;
  const namespace = nsp && nsp !== '/' ? nsp : null;
  const root = object([
    ['packet', text(name)],
    ['namespace', namespace === null ? null : text(namespace)],
    ['id', id === undefined ? null : number(id)],
    ['attachments', attachments === undefined ? null : number(attachments)],
    ['data', args],
  ]);
  return { root, said: say(name, quote(event), namespace, id !== undefined && `#${id}`) };
}

function binaryPacket(bytes: Uint8Array, isOld: boolean): Part {
  const packed = readMessagePack(bytes);
  const type = integerOf(member(packed.root, 'type'));
  const nsp = stringOf(member(packed.root, 'nsp'));
  if (packed.root && type !== null && nsp !== null && packed.end === bytes.length) {
    const event = stringOf(itemAt(member(packed.root, 'data'), 0));
    const said = say(PacketType[type] ?? String(type), quote(event), nsp !== '/' && nsp);
    return { root: packed.root, said, upon: ['MessagePack'], problem: packed.problem };
  }
  // Engine.IO 3 puts the packet's type before the bytes.
  return { root: null, said: 'attachment', inner: isOld && bytes[0] === 4 ? bytes.subarray(1) : bytes };
}
