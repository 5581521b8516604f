/** Two panes with a bar between them that can be moved, by pointer and by keyboard. Its place is remembered. */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { usePanel } from './use-panel.ts';

export interface SplitProps {
  /** Under this name the place is remembered. */
  readonly name: string;
  readonly label: string;
  /** `column`: one above the other. */
  readonly direction: 'row' | 'column';
  /** Share of the first pane, 0 … 1. */
  readonly share: number;
  readonly first: ComponentChildren;
  /** Without it the first pane has all the room. */
  readonly second: ComponentChildren;
}

const MIN_SHARE = 0.08;
const KEY_STEP = 0.02;

export function Split({ name, label, direction, share, first, second }: SplitProps) {
  const { preferences } = usePanel();
  const key = `split.${name}.${direction}`;
  const container = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<{ readonly key: string; readonly share: number } | null>(null);
  const shown = current?.key === key ? current.share : preferences.number(key, share);

  function moveTo(wanted: number): void {
    const next = Math.min(Math.max(wanted, MIN_SHARE), 1 - MIN_SHARE);
    setCurrent({ key, share: next });
    preferences.set(key, next);
  }

  function onPointerMove(event: PointerEvent): void {
    const bar = event.currentTarget as HTMLElement;
    const box = container.current?.getBoundingClientRect();
    if (!box || !bar.hasPointerCapture(event.pointerId)) return;
    moveTo(direction === 'row' ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const [less, more] = direction === 'row' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    moveTo(shown + (event.key === more ? KEY_STEP : -KEY_STEP));
  }

  // The first pane is the same element with and without a second: it keeps its focus and its place.
  return (
    <div ref={container} class={`split split-${direction}`}>
      <div class={second ? 'pane' : 'pane pane-rest'} style={{ flexBasis: second ? `${shown * 100}%` : '0' }}>
        {first}
      </div>
      {second && (
        // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a widget, an hr is none
        <div
          class="splitter"
          role="separator"
          tabIndex={0}
          aria-label={label}
          aria-orientation={direction === 'row' ? 'vertical' : 'horizontal'}
          aria-valuenow={Math.round(shown * 100)}
          aria-valuemin={MIN_SHARE * 100}
          aria-valuemax={100 - MIN_SHARE * 100}
          onPointerDown={(event) => {
            event.preventDefault();
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={onPointerMove}
          onDblClick={() => moveTo(share)}
          onKeyDown={onKeyDown}
        />
      )}
      {second && <div class="pane pane-rest">{second}</div>}
    </div>
  );
}
