/**
 * A menu at a point of the window: of a row, of a grid. Items do something, check something, or choose one of several.
 * https://www.w3.org/WAI/ARIA/apg/patterns/menubar/
 */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Point } from './VirtualGrid.tsx';

export interface PopupItem {
  readonly label: string;
  readonly kind?: 'item' | 'check' | 'radio';
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  /** Why it is disabled, or what it does. */
  readonly hint?: string;
  /** How to get it without the menu. */
  readonly keys?: string;
  run(): void;
}

export interface PopupSection {
  /** Its name; missing: it has none. */
  readonly title?: string;
  readonly items: readonly PopupItem[];
}

export interface PopupMenuProps {
  readonly label: string;
  readonly at: Point;
  readonly sections: readonly PopupSection[];
  /** After an item, Escape, or a press beside it. The focus goes back to where it was. */
  onClose(): void;
}

const ROLES = { item: 'menuitem', check: 'menuitemcheckbox', radio: 'menuitemradio' } as const;
/** From the edges of the window. */
const MARGIN_PX = 4;

export function PopupMenu({ label, at, sections, onClose }: PopupMenuProps) {
  const root = useRef<HTMLDivElement>(null);
  // The items may come when what they are about has been read.
  const hasItems = sections.some(({ items }) => items.length > 0);

  useLayoutEffect(() => {
    const menu = root.current;
    if (!menu) return undefined;
    const before = document.activeElement;
    placeWithin(menu, at);
    (menu.querySelector<HTMLElement>('[role^=menuitem]') ?? menu).focus();
    const onPointerDown = (event: PointerEvent) => {
      if (!menu.contains(event.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      if (before instanceof HTMLElement && menu.contains(document.activeElement)) before.focus();
    };
  }, [at, hasItems]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (!moveWithin(root.current, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div ref={root} class="menu popup" role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
      {sections
        .filter(({ items }) => items.length > 0)
        .map(({ title, items }, index) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
          <div key={title ?? index} class="menu-group" role="group" aria-label={title}>
            {title !== undefined && (
              <div class="menu-head" aria-hidden="true">
                {title}
              </div>
            )}
            {items.map((item) => (
              <Item key={item.label} item={item} onClose={onClose} />
            ))}
          </div>
        ))}
    </div>
  );
}

function Item({ item, onClose }: { readonly item: PopupItem; onClose(): void }): ComponentChildren {
  const { kind = 'item', label, isChecked = false, isDisabled = false, hint, keys, run } = item;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only items that are checked have it
    <button
      type="button"
      role={ROLES[kind]}
      class={`menu-item popup-item${isChecked ? ' is-checked' : ''}`}
      aria-checked={kind === 'item' ? undefined : isChecked}
      aria-disabled={isDisabled}
      title={hint}
      tabIndex={-1}
      onClick={() => {
        if (isDisabled) return;
        onClose();
        run();
      }}
    >
      <span>{label}</span>
      {keys !== undefined && <kbd class="popup-keys">{keys}</kbd>}
    </button>
  );
}

function placeWithin(menu: HTMLElement, { x, y }: Point): void {
  const { offsetWidth, offsetHeight } = menu;
  const { clientWidth, clientHeight } = document.documentElement;
  menu.style.left = `${Math.max(MARGIN_PX, Math.min(x, clientWidth - offsetWidth - MARGIN_PX))}px`;
  menu.style.top = `${Math.max(MARGIN_PX, Math.min(y, clientHeight - offsetHeight - MARGIN_PX))}px`;
}

/** True when the key was one of a menu's. */
function moveWithin(menu: HTMLElement | null, key: string): boolean {
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Readonly<Record<string, HTMLElement | undefined>> = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items[(at - 1 + items.length) % items.length],
    Home: items[0],
    End: items.at(-1),
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  target?.focus();
  return target !== undefined;
}
