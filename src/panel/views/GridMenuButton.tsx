/** Opens the menu of a grid, where its columns are chosen. */
import { useRef } from 'preact/hooks';
import { Icon } from './Icon.tsx';
import type { Point } from './VirtualGrid.tsx';

export interface GridMenuButtonProps {
  readonly label: string;
  readonly isOpen: boolean;
  onMenu(at: Point): void;
}

export function GridMenuButton({ label, isOpen, onMenu }: GridMenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      class="tool"
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      onClick={() => {
        const { right = 0, bottom = 0 } = button.current?.getBoundingClientRect() ?? {};
        onMenu({ x: right, y: bottom });
      }}
    >
      <Icon name="columns" />
    </button>
  );
}
