/** The payload that is looked at, taken apart: its tree, what is open in it, and what is searched. One at a time. */
import { frameOf } from '../../decoders/frame.ts';
import { type Decoded, decodePayload } from '../../decoders/payloads/decode.ts';
import { readJson } from '../../decoders/payloads/json.ts';
import { isContainer, type ValueContainer, type ValueNode } from '../../decoders/payloads/node.ts';
import type { ProtoChoice } from '../../decoders/payloads/payload.ts';
import { placesOf, type TextPlaces } from '../../decoders/payloads/text-of.ts';
import { recognise } from '../../decoders/protocols.ts';
import { createTreeRows, type TreePath, type TreeRow, type TreeRows } from '../models/tree-rows.ts';
import { copiedValue, formatValue, pathStep, previewValue, scalarText } from '../models/value-text.ts';
import type { OpenedPayload, PayloadDesk, PayloadRequest, ProtoText, ShownRow, Spot } from './messages.ts';

/** Rows that are opened at first: about a screenful. */
const FIRST_ROWS = 40;
/** Rows that "expand" makes at most. */
const MAX_EXPANDED_ROWS = 100_000;
const PREVIEW_CHARS = 160;
const VALUE_CHARS = 2_000;
/** Further matches are counted, not gone to. */
const MAX_MATCHES = 10_000;

interface Open {
  readonly root: ValueNode;
  readonly tree: TreeRows;
  /** What was unfolded, by the value it was in. */
  readonly insides: Map<ValueNode, ValueNode>;
  /** Null: places are bytes already. */
  readonly places: TextPlaces | null;
  query: string;
  matches: readonly TreePath[];
}

export function createDesk(): PayloadDesk {
  let open: Open | null = null;
  let lastRun = 0;

  function openTree({ root, text, bytes, placesAreUnits }: Decoded): Open | null {
    if (!root) return null;
    const insides = new Map<ValueNode, ValueNode>();
    const tree = createTreeRows(root, (node) => insides.get(node) ?? null);
    tree.expandLevels(20, FIRST_ROWS);
    const places = placesAreUnits && text ? placesOf(text, bytes.length) : null;
    return { root, tree, insides, places, query: '', matches: [] };
  }

  const pathOf = (id: string): TreePath => (id === '' ? [] : id.split('/').map(Number));
  const spot = ({ tree }: Open, path: TreePath): Spot => ({ row: tree.reveal(path), id: path.join('/') });

  return {
    open: async (request) => {
      const run = ++lastRun;
      open = null;
      const { opened, decoded } = await openPayload(request);
      // Another may have been opened meanwhile.
      if (run === lastRun) open = openTree(decoded);
      return opened;
    },
    rows: async (first, end) => {
      if (!open) return { rowCount: 0, first, rows: [] };
      const mine = open;
      return {
        rowCount: mine.tree.rowCount(),
        first,
        rows: mine.tree.rows(first, end).map((row) => shownRow(mine, row)),
      };
    },
    toggle: async (id) => open?.tree.toggle(pathOf(id)),
    expand: async (levels) => {
      if (levels <= 0) open?.tree.collapse();
      else open?.tree.expandLevels(levels, MAX_EXPANDED_ROWS);
    },
    unfold: async (id) => {
      const path = pathOf(id);
      const node = open?.tree.at(path);
      if (!open || !node) return false;
      if (open.tree.isExpanded(path)) open.tree.toggle(path);
      if (open.insides.delete(node)) return true;
      const inside = await insideOf(node);
      if (!inside) return false;
      open.insides.set(node, inside);
      open.tree.toggle(path);
      return true;
    },
    find: async (text) => {
      if (!open) return 0;
      open.query = text.toLowerCase();
      const { paths, count } = text === '' ? { paths: [], count: 0 } : search(open);
      open.matches = paths;
      return count;
    },
    match: async (index) => {
      const path = open?.matches[index];
      return open && path ? spot(open, path) : null;
    },
    atByte: async (byte) => {
      if (!open) return null;
      const path = innermostAt(open.root, open.places ? open.places.unitOf(byte) : byte);
      return path && spot(open, path);
    },
    parentOf: async (id) => (open && id !== '' ? spot(open, pathOf(id).slice(0, -1)) : null),
    copy: async (id) => {
      const node = open?.tree.at(pathOf(id));
      if (!open || !node) return '';
      return id === '' ? formatValue(node) : copiedValue(open.insides.get(node) ?? node);
    },
  };
}

async function openPayload(request: PayloadRequest): Promise<{ opened: OpenedPayload; decoded: Decoded }> {
  const { content, isOut, isCut, opening, viewAs } = request;
  const first = request.first.map((frame) => frameOf(frame.isOut, frame.content, frame.sizeBytes));
  const recognised = recognise(opening, first)?.protocol ?? null;
  const protocolId = recognised?.id ?? null;
  const proto = request.proto && (await protoOf(request.proto));
  const decoded = await decodePayload({ content, isOut, isCut, protocolId, opening, first, proto }, viewAs);
  const { chain, problems, root, image, text, bytes } = decoded;
  const isOwn = bytes === content || (typeof content === 'string' && text?.text === content);
  return {
    decoded,
    opened: {
      chain,
      problems,
      protocolId,
      protocolName: recognised?.name ?? null,
      hasTree: root !== null,
      image,
      text: typeof content === 'string' && text?.text === content ? null : (text?.text ?? null),
      encoding: typeof content === 'string' ? null : (text?.encoding ?? null),
      inner: isOwn ? null : bytes,
    },
  };
}

let lastProto: { readonly source: string; readonly schema: ProtoChoice['schema'] } | null = null;

/** Null where it cannot be read: then payloads are read by field numbers. */
async function protoOf({ source, inType, outType }: ProtoText): Promise<ProtoChoice | null> {
  if (lastProto?.source !== source) {
    const { readProtoSchema } = await import('../../decoders/payloads/proto-schema.ts');
    const reading = readProtoSchema(source);
    if (!reading.ok) return null;
    lastProto = { source, schema: reading.schema };
  }
  return { schema: lastProto.schema, inType, outType };
}

/** What a string or bytes hold, when it is a structure. */
async function insideOf(node: ValueNode): Promise<ValueContainer | null> {
  let inside: ValueNode | null = null;
  if (node.kind === 'string' && 'text' in node) inside = readJson(node.text).root;
  else if (node.kind === 'bytes' && 'bytes' in node && node.bytes) {
    const opening = { url: '', protocols: [], protocol: null };
    const payload = {
      content: node.bytes,
      isOut: false,
      isCut: node.isCut,
      protocolId: null,
      opening,
      first: [],
      proto: null,
    };
    const { root, text } = await decodePayload(payload, null);
    inside =
      root ??
      (text && {
        ...node,
        kind: 'array',
        keys: [],
        items: [{ ...node, kind: 'string', text: text.text, bytes: null }],
      });
  }
  return inside && isContainer(inside) && inside.items.length > 0 ? inside : null;
}

function shownRow(open: Open, row: TreeRow): ShownRow {
  const { path, node, depth, label, isIndex, isExpanded, position, siblings } = row;
  const inside = open.insides.get(node);
  const container = inside ?? node;
  const { jsonPath, place } = wayTo(open, path);
  const isWithBytes = place.from >= 0;
  return {
    id: path.join('/'),
    path: jsonPath,
    depth,
    label,
    isIndex,
    kind: node.kind,
    text: isContainer(node) ? previewValue(node, PREVIEW_CHARS) : scalarText(node, VALUE_CHARS),
    type: node.type,
    isCut: node.isCut,
    count: isContainer(container) ? container.items.length : 'bytes' in node ? (node.bytes?.length ?? 0) : 0,
    isExpandable: isContainer(container) && container.items.length > 0,
    isExpanded,
    inside: inside ? (node.kind === 'bytes' ? 'payload' : 'json') : maybeInside(node),
    isUnfolded: inside !== undefined,
    from: isWithBytes && open.places ? open.places.byteOf(place.from) : place.from,
    to: isWithBytes && open.places ? open.places.byteOf(place.to) : place.to,
    position,
    siblings,
    isMatch: open.query !== '' && matches(open.query, label, node),
  };
}

/** What is in an unfolded value stands where that stands. */
function wayTo({ root, insides }: Open, path: TreePath): { jsonPath: string; place: { from: number; to: number } } {
  let jsonPath = '$';
  let node = root;
  let place: { from: number; to: number } | null = null;
  for (const i of path) {
    const inside = insides.get(node);
    if (inside) place ??= node;
    const container = inside ?? node;
    const item = isContainer(container) ? container.items[i] : undefined;
    if (!item || !isContainer(container)) break;
    const isIndex = container.kind === 'array';
    jsonPath += pathStep(isIndex ? String(i) : (container.keys[i] ?? ''), isIndex);
    node = item;
  }
  return { jsonPath, place: place ?? node };
}

/** A look at its ends: whether it is worth offering. */
function maybeInside(node: ValueNode): 'json' | 'payload' | null {
  if (node.kind === 'bytes' && 'bytes' in node) return (node.bytes?.length ?? 0) > 1 ? 'payload' : null;
  if (node.kind !== 'string' || !('text' in node) || node.text.length < 4) return null;
  return /^\s*[{[]/.test(node.text.slice(0, 32)) && /[}\]]\s*$/.test(node.text.slice(-32)) ? 'json' : null;
}

function matches(query: string, label: string | null, node: ValueNode): boolean {
  if (label?.toLowerCase().includes(query)) return true;
  return !isContainer(node) && node.text.toLowerCase().includes(query);
}

/** In the order of the rows. Without recursion: a payload may be nested a million deep. */
function search({ root, insides, query }: Open): { paths: readonly TreePath[]; count: number } {
  const paths: TreePath[] = [];
  let count = 0;
  const open: { readonly container: ValueContainer; next: number }[] = [];
  const look = (label: string | null, node: ValueNode): void => {
    if (matches(query, label, node)) {
      count++;
      if (paths.length < MAX_MATCHES) paths.push(open.map(({ next }) => next - 1));
    }
    const container = insides.get(node) ?? node;
    if (isContainer(container)) open.push({ container, next: 0 });
  };
  look(null, root);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const { container } = top;
    const i = top.next++;
    const item = container.items[i];
    if (!item) open.pop();
    else look(container.kind === 'object' ? (container.keys[i] ?? '') : null, item);
  }
  return { paths, count };
}

/** Where the innermost value stands that is at this place; null: none is. */
function innermostAt(root: ValueNode, place: number): TreePath | null {
  const isThere = ({ from, to }: ValueNode) => from >= 0 && from <= place && place < to;
  const path: number[] = [];
  let found: readonly number[] | null = isThere(root) ? [] : null;
  for (let node: ValueNode | undefined = root; node && isContainer(node); ) {
    const items: readonly ValueNode[] = node.items;
    let at = items.findIndex(isThere);
    // What a decoder says about a packet stands nowhere, but what is in it may.
    if (at < 0) at = items.findIndex((item) => item.from < 0 && isContainer(item));
    if (at < 0) break;
    path.push(at);
    node = items[at];
    if (node && isThere(node)) found = [...path];
  }
  return found;
}
