/** One row of the tree: key, kind, value. Whatever a page sent is a text node, isolated from what is written around it. */

import { visibleText } from '../../models/visible-text.ts';
import type { ShownRow } from '../../payload-worker/messages.ts';
import { DETAIL } from '../../words.ts';
import { PAYLOAD } from '../../words-detail.ts';

export interface TreeValueProps {
  readonly row: ShownRow;
  onUnfold(): void;
}

export function TreeValue({ row, onUnfold }: TreeValueProps) {
  const { label, type, isCut, inside, isUnfolded } = row;
  return (
    <>
      {label !== null && <bdi class="json-key">{visibleText(label)}</bdi>}
      {label !== null && <span class="json-colon">: </span>}
      {type !== '' && <span class="json-prefix">{visibleText(type)}</span>}
      <Value row={row} />
      {isCut && <span class="tag">{PAYLOAD.cut}</span>}
      {inside !== null && (
        <button
          type="button"
          class="json-unfold"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onUnfold();
          }}
        >
          {isUnfolded ? PAYLOAD.unparse : inside === 'json' ? PAYLOAD.parseJson : PAYLOAD.parsePayload}
        </button>
      )}
    </>
  );
}

function Value({ row }: { readonly row: ShownRow }) {
  const { kind, text, count, isExpanded, isUnfolded } = row;
  if (kind === 'object' || kind === 'array') {
    const words = kind === 'object' ? DETAIL.keys(count) : DETAIL.items(count);
    if (isExpanded) return <span class="json-preview">{kind === 'object' ? `{} ${words}` : `[] ${words}`}</span>;
    return <bdi class="json-preview">{visibleText(text)}</bdi>;
  }
  if (kind === 'bytes') {
    return (
      <>
        {!isUnfolded && <span class="json-type">{PAYLOAD.bytes(count)}</span>}
        <span class="json-bytes">{text}</span>
      </>
    );
  }
  return <bdi class={`json-${kind}`}>{visibleText(text)}</bdi>;
}
