/** JSON as it was written, indented: all digits, the order of keys, duplicates. Pure. */
import { isContainer, type ValueContainer, type ValueNode } from '../../decoders/payloads/node.ts';

/** The tree as indented text, numbers and keys as they were written. */
export function formatJson(root: ValueNode): string {
  let text = '';
  const open: { readonly node: ValueContainer; next: number }[] = [];
  const write = (node: ValueNode): void => {
    if (!isContainer(node)) text += node.kind === 'string' ? JSON.stringify(node.text) : node.text;
    else if (node.items.length === 0) text += node.kind === 'object' ? '{}' : '[]';
    else {
      text += node.kind === 'object' ? '{' : '[';
      open.push({ node, next: 0 });
    }
  };
  write(root);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { node, next } = top;
    if (next === node.items.length) {
      open.pop();
      text += `\n${'  '.repeat(open.length)}${node.kind === 'object' ? '}' : ']'}`;
      continue;
    }
    top.next++;
    text += `${next > 0 ? ',' : ''}\n${'  '.repeat(open.length)}`;
    if (node.kind === 'object') text += `${JSON.stringify(node.keys[next])}: `;
    write(node.items[next] as ValueNode);
  }
  return text;
}
