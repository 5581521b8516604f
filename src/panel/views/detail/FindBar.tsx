/** Above the tree: what is searched in the value, and how much of it is open. */
import type { DetailState } from '../../state/detail-state.ts';
import { PAYLOAD } from '../../words-detail.ts';
import { Icon } from '../Icon.tsx';

/** All that a person can look at is open long before that. */
const ALL_LEVELS = 1_000;

export interface FindBarProps {
  readonly detail: DetailState;
  readonly isBeside: boolean;
  onBeside(isBeside: boolean): void;
}

export function FindBar({ detail, isBeside, onBeside }: FindBarProps) {
  const { text, count, index } = detail.found.value;
  return (
    <div class="value-bar">
      <input
        class="value-find"
        type="search"
        aria-label={PAYLOAD.find}
        placeholder={PAYLOAD.find}
        spellcheck={false}
        dir="auto"
        value={text}
        onInput={(event) => detail.find(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') detail.step(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape' && text !== '') detail.find('');
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output class="value-count" aria-live="polite">
        {text !== '' && (count > 0 ? PAYLOAD.matches(index + 1, count) : PAYLOAD.noMatches)}
      </output>
      <button
        type="button"
        class="tool value-step"
        aria-label={PAYLOAD.previous}
        title={PAYLOAD.previous}
        disabled={count === 0}
        onClick={() => detail.step(-1)}
      >
        <Icon name="twisty" class="turn-up" />
      </button>
      <button
        type="button"
        class="tool value-step"
        aria-label={PAYLOAD.next}
        title={PAYLOAD.next}
        disabled={count === 0}
        onClick={() => detail.step(1)}
      >
        <Icon name="twisty" class="turn-down" />
      </button>
      <span class="value-rest" />
      <button
        type="button"
        class="tool"
        title={PAYLOAD.expandHint}
        aria-label={PAYLOAD.expand}
        onClick={() => detail.change(detail.desk.expand(ALL_LEVELS))}
      >
        <Icon name="expand" />
      </button>
      <button
        type="button"
        class="tool"
        title={PAYLOAD.collapse}
        aria-label={PAYLOAD.collapse}
        onClick={() => detail.change(detail.desk.expand(0))}
      >
        <Icon name="collapse" />
      </button>
      <button
        type="button"
        class={`tool ${isBeside ? 'is-on' : ''}`}
        title={PAYLOAD.bytesBesideHint}
        aria-pressed={isBeside}
        onClick={() => onBeside(!isBeside)}
      >
        {PAYLOAD.bytesBeside}
      </button>
    </div>
  );
}
