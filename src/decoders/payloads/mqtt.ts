/**
 * MQTT 3.1 to 5, by the parser of MQTT.js (mqtt-packet), which was written for Node and wants its Buffer. Which version is
 * spoken is said in the page's first packet. Source: OASIS MQTT 3.1.1 and 5.0.
 */
import { Buffer } from 'buffer';
import type { Frame } from '../frame.ts';
import { array, bytesNode, nodeOf, object, type Problem, text, type ValueNode } from './node.ts';
import { type Decode, type Payload, quote, say } from './payload.ts';
import { textIn } from './text-of.ts';

/** Loaded after Buffer is there: its modules ask for it when they are evaluated. */
async function loadParser() {
  globalThis.Buffer ??= Buffer as unknown as typeof globalThis.Buffer;
  return (await import('mqtt-packet')).default.parser;
}

type MqttPacket = Readonly<Record<string, unknown>> & { readonly cmd: string };

export const mqtt: Decode = async (payload) => {
  const { content, isCut } = payload;
  if (typeof content === 'string') return null;
  const parser = await loadParser();
  const packets: MqttPacket[] = [];
  let isRefused = false;
  const parse = parser({ protocolVersion: versionOf(payload) });
  parse.on('packet', (packet: unknown) => packets.push(packet as MqttPacket));
  parse.on('error', () => {
    isRefused = true;
  });
  const left = parse.parse(Buffer.from(content) as never);
  const [first] = packets;
  if (!first) return null;
  const nodes = packets.map(nodeOfPacket);
  const problem: Problem | null = isRefused ? 'refused' : left > 0 ? (isCut ? 'cut' : 'rest') : null;
  const saids = packets.slice(0, 3).map(sayPacket);
  return {
    root: nodes.length === 1 ? (nodes[0] ?? null) : array(nodes),
    said: say(saids.join(', '), packets.length > 3 && `… (${packets.length})`),
    problem,
  };
};

/** From this packet or from the first that the page sent; 4 (3.1.1) is what most speak. */
function versionOf({ content, first }: Payload): number {
  const candidates: readonly (string | Uint8Array)[] = [
    content,
    ...first.filter(({ isOut }) => isOut).map(({ content: each }: Frame) => each),
  ];
  for (const bytes of candidates) {
    if (typeof bytes === 'string' || bytes[0] !== 0x10) continue;
    const lengthEnd = bytes.findIndex((byte, i) => i > 0 && byte < 0x80) + 1;
    // Length and name of the protocol, then its level.
    const nameBytes = ((bytes[lengthEnd] ?? 0) << 8) | (bytes[lengthEnd + 1] ?? 0);
    const level = bytes[lengthEnd + 2 + nameBytes];
    if (level !== undefined && (level & 0x7f) >= 3 && (level & 0x7f) <= 5) return level & 0x7f;
  }
  return 4;
}

/** Fields that say nothing to people, or that another says. */
const LEFT_OUT: ReadonlySet<string> = new Set(['cmd', 'length', 'reservedFlags']);
/** The parser gives them to every packet; they mean something in one that publishes. */
const OF_PUBLISH: ReadonlySet<string> = new Set(['retain', 'qos', 'dup']);

function nodeOfPacket(packet: MqttPacket): ValueNode {
  const isShown = (name: string, value: unknown) =>
    value !== null && value !== undefined && !LEFT_OUT.has(name) && (packet.cmd === 'publish' || !OF_PUBLISH.has(name));
  const fields = Object.entries(packet).filter(([name, value]) => isShown(name, value));
  return object([
    ['packet', text(packet.cmd.toUpperCase())],
    ...fields.map(([name, value]): [string, ValueNode] => [name, bytesOrText(value)]),
  ]);
}

function bytesOrText(value: unknown): ValueNode {
  if (!(value instanceof Uint8Array)) return nodeOf(value);
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const found = textIn(bytes, false);
  return found ? text(found.text) : bytesNode(bytes);
}

function sayPacket({ cmd, topic, messageId }: MqttPacket): string {
  return say(
    cmd.toUpperCase(),
    typeof topic === 'string' && topic !== '' && quote(topic),
    typeof messageId === 'number' && `#${messageId}`,
  );
}
