/** SockJS frames: `o`, `h`, `a[…]`, `m…`, `c[…]`, and arrays of strings from the page. Source: sockjs-protocol, 0.3.3. */
import { readJson } from './json.ts';
import { isContainer, NULL, object, type ValueNode } from './node.ts';
import { type Decode, say } from './payload.ts';

const NAMES: Readonly<Record<string, string>> = { o: 'open', h: 'heartbeat', a: 'messages', m: 'message', c: 'close' };

export const sockJs: Decode = ({ content, isCut, isOut }) => {
  if (typeof content !== 'string' || content === '') return null;
  if (isOut) {
    const { root, problem } = readJson(content, { isCut });
    return root?.kind === 'array' ? { root, said: say('messages', countOf(root)), upon: ['JSON'], problem } : null;
  }
  const kind = content.charAt(0);
  const name = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
  if (name === undefined) return null;
  if (content.length === 1) return kind === 'o' || kind === 'h' ? { root: NULL, said: name } : null;
  const { root, problem } = readJson(content, { from: 1, isCut });
  if (!root) return null;
  if (kind === 'c' && isContainer(root)) {
    const [code = NULL, reason = NULL] = root.items;
    const named = object([
      ['code', code],
      ['reason', reason],
    ]);
    return { root: named, said: say(name, 'text' in code && code.text), upon: ['JSON'], problem };
  }
  return { root, said: say(name, countOf(root)), upon: ['JSON'], problem };
};

function countOf(root: ValueNode): string {
  return isContainer(root) && root.items.length !== 1 ? `(${root.items.length})` : '';
}
