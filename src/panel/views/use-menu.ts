/** What the menus of the panel have in common: opening, leaving, and their keys. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Menu {
  /** Holds the button and the menu: a press beside it closes the menu. */
  readonly root: RefObject<HTMLSpanElement | null>;
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly isOpen: boolean;
  setOpen(isOpen: boolean): void;
  /** And gives the focus back to the button. */
  close(): void;
  /** Of the menu's element. */
  onKeyDown(event: KeyboardEvent): void;
}

/** The focus goes to the first item when the menu opens. */
export function useMenu(): Menu {
  const root = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    const onPointerDown = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [isOpen]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  return {
    root,
    button,
    isOpen,
    setOpen: (next) => setOpen(next),
    close,
    onKeyDown: (event) => {
      if (event.key === 'Escape') close();
      else if (!moveWithin(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}

/** https://www.w3.org/WAI/ARIA/apg/patterns/menubar/ */
function moveWithin(event: KeyboardEvent): boolean {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const names = items.filter((item) => !item.classList.contains('menu-edit'));
  const at = names.indexOf(document.activeElement as HTMLElement);
  const targets: Readonly<Record<string, HTMLElement | undefined>> = {
    ArrowDown: names[(at + 1) % names.length],
    ArrowUp: names[(at - 1 + names.length) % names.length],
    Home: names[0],
    End: names.at(-1),
    ArrowRight: items[items.indexOf(document.activeElement as HTMLElement) + 1],
    ArrowLeft: items[items.indexOf(document.activeElement as HTMLElement) - 1],
  };
  const target = Object.hasOwn(targets, event.key) ? targets[event.key] : undefined;
  target?.focus();
  return target !== undefined;
}
