/** Frames that a fault holds: each can be let go, changed and let go, or lost. What comes after them waits with them. */
import { useState } from 'preact/hooks';
import { formatBytes } from '../models/format.ts';
import { splitUrl } from '../models/url-name.ts';
import { editableText, type HeldOnConnection } from '../state/frame-orders-state.ts';
import { FRAMES } from '../words.ts';
import { HELD, SCENARIO_OUTCOMES } from '../words-faults.ts';
import { usePanel } from './use-panel.ts';

/** The others come up when these have gone. */
const MAX_SHOWN = 3;

export function HeldFrames() {
  const { frameOrders, isStored } = usePanel();
  const held = frameOrders.held.value;
  const failure = frameOrders.failure.value;
  // Nobody holds any more what a recording ended over.
  if (isStored) return null;
  if (held.length === 0 && failure === null) return null;
  return (
    <section class="banner banner-run held" aria-label={HELD.label}>
      <div class="banner-text">
        {held.length > 0 && <strong aria-live="polite">{HELD.waiting(held.length)}</strong>}
        {failure !== null && <span role="alert">{HELD.failed(SCENARIO_OUTCOMES[failure])}</span>}
        {held.slice(0, MAX_SHOWN).map((one) => (
          <Held key={`${one.record.connectionId} ${one.frame.heldId}`} held={one} />
        ))}
        {held.length > MAX_SHOWN && <span class="faint">{HELD.more(held.length - MAX_SHOWN)}</span>}
      </div>
    </section>
  );
}

function Held({ held: { record, frame } }: { readonly held: HeldOnConnection }) {
  const { frameOrders } = usePanel();
  const known = editableText(frame);
  const [text, setText] = useState(known ?? '');
  const { heldId } = frame;
  function release(isLost: boolean): void {
    const isEdited = known !== null && text !== known && !isLost;
    const payload = isEdited ? ({ kind: 'text', text } as const) : null;
    frameOrders.order(record.connectionId, { kind: 'release', heldId, payload, isLost });
  }
  const name = `${frame.direction === 'in' ? FRAMES.in : FRAMES.out} ${splitUrl(record.url).rest}`;
  return (
    <span class="held-frame">
      <span class="held-name">
        {name} · {formatBytes(frame.sizeBytes)}
      </span>
      {known === null ? (
        <span class="held-text faint">{frame.text ?? HELD.binary}</span>
      ) : (
        <textarea
          class="held-text"
          rows={1}
          spellcheck={false}
          aria-label={HELD.content(name)}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <button type="button" class="button" onClick={() => release(false)}>
        {known !== null && text !== known ? HELD.releaseEdited : HELD.release}
      </button>
      <button type="button" class="button" onClick={() => release(true)}>
        {HELD.lose}
      </button>
    </span>
  );
}
