/** STOMP frames, by the parser of @stomp/stompjs. Source: stomp.github.io/stomp-specification-1.2.html. */
import { type IRawFrameType, Parser } from '@stomp/stompjs';
import { array, bytesNode, object, type Problem, text, type ValueNode } from './node.ts';
import { type Decode, quote, say } from './payload.ts';
import { textIn } from './text-of.ts';

export const stomp: Decode = ({ content, isCut }) => {
  const frames: IRawFrameType[] = [];
  let pings = 0;
  const parser = new Parser(
    (frame) => frames.push(frame),
    () => pings++,
  );
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
  parser.parseChunk(bytes.buffer as ArrayBuffer, false);
  let problem: Problem | null = null;
  if (frames.length === 0 && pings === 0) {
    // Of one that was cut, its end is made up.
    if (!isCut) return null;
    parser.parseChunk(Uint8Array.of(0).buffer, false);
    problem = 'cut';
  }
  const [first] = frames;
  if (!first) return pings > 0 ? { root: text('\n'), said: 'heart-beat' } : null;
  const nodes = frames.map(nodeOfFrame);
  const root = nodes.length === 1 ? (nodes[0] ?? null) : array(nodes);
  const destination = first.headers.find(([name]) => name === 'destination')?.[1];
  const more = frames.length > 1 ? `(${frames.length})` : '';
  return { root, said: say(first.command, destination && quote(destination), more), problem };
};

function nodeOfFrame({ command, headers, binaryBody }: IRawFrameType): ValueNode {
  const body = binaryBody ?? new Uint8Array();
  const found = textIn(body, false);
  return object([
    ['command', text(command ?? '')],
    ['headers', object(headers.map(([name = '', value = '']) => [name, text(value)]))],
    ['body', body.length === 0 ? null : found ? text(found.text) : bytesNode(body)],
  ]);
}
