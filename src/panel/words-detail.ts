/** The words of the detail view: what a frame holds. */
import type { Problem } from '../decoders/payloads/node.ts';
import { counted, formatCount, text, words } from '../words/words.ts';

export const PAYLOAD = words({
  views: {
    value: 'payload_views_value',
    text: 'payload_views_text',
    hex: 'payload_views_hex',
    image: 'payload_views_image',
  },
  decoding: 'payload_decoding',
  notDecoded: 'payload_notDecoded',
  chain: 'payload_chain',
  viewAs: 'payload_viewAs',
  automatic: 'payload_automatic',
  raw: 'payload_raw',
  inflate: 'payload_inflate',
  formats: 'payload_formats',
  protocols: 'payload_protocols',
  protoFile: 'payload_protoFile',
  tree: 'payload_tree',
  find: 'payload_find',
  matches: (at: number, count: number) => text('payload_matches', formatCount(at), formatCount(count)),
  noMatches: 'payload_noMatches',
  next: 'payload_next',
  previous: 'payload_previous',
  expand: 'payload_expand',
  expandHint: 'payload_expandHint',
  collapse: 'payload_collapse',
  copyPath: 'payload_copyPath',
  copyValue: 'payload_copyValue',
  showBytes: 'payload_showBytes',
  parseJson: 'payload_parseJson',
  parsePayload: 'payload_parsePayload',
  unparse: 'payload_unparse',
  bytesBeside: 'payload_bytesBeside',
  bytesBesideHint: 'payload_bytesBesideHint',
  cut: 'payload_cut',
  bytes: (count: number) => counted('payload_bytes', count),
  jumpToFrame: (seq: number) => text('payload_jumpToFrame', formatCount(seq)),
  answeredBy: (seq: number, after: string) => text('payload_answeredBy', formatCount(seq), after),
  answers: (seq: number, after: string) => text('payload_answers', formatCount(seq), after),
  kept: (kept: string, size: string) => text('payload_kept', kept, size),
});

export const PROBLEMS: Readonly<Record<Problem, string>> = words({
  cut: 'problems_cut',
  tooMuch: 'problems_tooMuch',
  rest: 'problems_rest',
  refused: 'problems_refused',
  tooLarge: 'problems_tooLarge',
  damaged: 'problems_damaged',
});

export const INSPECTOR = words({
  label: 'inspector_label',
  offset: 'inspector_offset',
  selection: 'inspector_selection',
  littleEndian: 'inspector_littleEndian',
  showValue: 'inspector_showValue',
  hex: 'inspector_hex',
  layer: 'inspector_layer',
  frame: 'inspector_frame',
  inner: 'inspector_inner',
});

export const PICTURE = words({
  label: 'picture_label',
  broken: 'picture_broken',
});

export const PROTO = words({
  title: 'proto_title',
  hint: 'proto_hint',
  label: 'proto_label',
  open: 'proto_open',
  inType: 'proto_inType',
  outType: 'proto_outType',
  noType: 'proto_noType',
  refused: (problem: string) => text('proto_refused', problem),
  noMessages: 'proto_noMessages',
  reset: 'proto_reset',
  cancel: 'proto_cancel',
  save: 'proto_save',
});
