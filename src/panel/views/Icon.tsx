/** The panel's icons, drawn in the colour of the text beside them. All on a grid of 16. */
import type { JSX } from 'preact';

const SHAPES = {
  record: <circle cx="8" cy="8" r="4.5" fill="currentColor" />,
  recording: (
    <>
      <circle cx="8" cy="8" r="3.6" fill="currentColor" />
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.3" />
    </>
  ),
  clear: (
    <path
      d="M8 2.7a5.3 5.3 0 1 0 0 10.6A5.3 5.3 0 0 0 8 2.7zM4.3 4.3l7.4 7.4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
    />
  ),
  drop: (
    <path
      d="M9.3 1.5 3.6 9h3.7l-.7 5.5L12.4 7H8.6z"
      fill="currentColor"
      stroke="currentColor"
      stroke-width=".6"
      stroke-linejoin="round"
    />
  ),
  zoomIn: (
    <path
      d="M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.1 10.1l3.4 3.4M5 7h4M7 5v4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
    />
  ),
  zoomOut: (
    <path
      d="M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.1 10.1l3.4 3.4M5 7h4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
    />
  ),
  fit: (
    <path
      d="M2.7 3v10M13.3 3v10M4.8 8h6.4M6.8 6 4.8 8l2 2m2.4-4 2 2-2 2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
    />
  ),
  brush: <path d="M3.5 3v10M12.5 3v10M5.5 5.5h5v5h-5z" fill="none" stroke="currentColor" stroke-width="1.3" />,
  toEnd: <path d="M3 8h7M7.2 5l3 3-3 3M13 3.5v9" fill="none" stroke="currentColor" stroke-width="1.4" />,
  filter: (
    <path
      d="M2.5 3.5h11L9.4 8.6v4.1l-2.8-1.4V8.6z"
      fill="none"
      stroke="currentColor"
      stroke-width="1.2"
      stroke-linejoin="round"
    />
  ),
  openInTab: (
    <path
      d="M6.5 3.5h-3v9h9v-3M9 3h4v4M12.7 3.3 7.5 8.5"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linecap="round"
    />
  ),
  settings: (
    <>
      <circle cx="8" cy="8" r="1.7" fill="none" stroke="currentColor" stroke-width="1.2" />
      <circle cx="8" cy="8" r="4.3" fill="none" stroke="currentColor" stroke-width="1.3" />
      {/* Eight teeth: as many dashes as gaps, each a sixteenth of the way round. */}
      <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" stroke-width="1.9" stroke-dasharray="2.238" />
    </>
  ),
  close: (
    <path
      d="m4.2 4.2 7.6 7.6m0-7.6-7.6 7.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linecap="round"
    />
  ),
  search: (
    <path
      d="M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6zm3.1 7.4 3.6 3.6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
    />
  ),
  previous: <path d="m3.5 10 4.5-4.5L12.5 10" fill="none" stroke="currentColor" stroke-width="1.5" />,
  next: <path d="M3.5 6 8 10.5 12.5 6" fill="none" stroke="currentColor" stroke-width="1.5" />,
  copy: (
    <path
      d="M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z"
      fill="none"
      stroke="currentColor"
      stroke-width="1.2"
      stroke-linejoin="round"
    />
  ),
  in: <path d="M8 2.5v10M4 8.8l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.7" />,
  out: <path d="M8 13.5v-10M4 7.2l4-4 4 4" fill="none" stroke="currentColor" stroke-width="1.7" />,
  menu: <path d="m4 6 4 4.5L12 6z" fill="currentColor" />,
  terminal: (
    <path
      d="M2 3.5h12v9H2zM4.5 6l2 2-2 2M8.5 10h3"
      fill="none"
      stroke="currentColor"
      stroke-width="1.2"
      stroke-linejoin="round"
    />
  ),
  twisty: <path d="m6 4 4.5 4L6 12z" fill="currentColor" />,
  flag: <path d="M4 14V2.5h8.5L10.4 5.7l2.1 3.3H5" fill="currentColor" stroke="currentColor" stroke-width="1.2" />,
  expand: <path d="M3 3.5h10M3 12.5h10M8 5.5v5M5.5 8h5" fill="none" stroke="currentColor" stroke-width="1.3" />,
  collapse: <path d="M3 3.5h10M3 12.5h10M5.5 8h5" fill="none" stroke="currentColor" stroke-width="1.3" />,
  columns: <path d="M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9" fill="none" stroke="currentColor" stroke-width="1.2" />,
  warning: (
    <path
      d="M8 2.2 14.4 13.4H1.6zM8 6.3v3.6m0 1.2v1.2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linejoin="round"
    />
  ),
} as const satisfies Readonly<Record<string, JSX.Element>>;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, class: className = '' }: { readonly name: IconName; readonly class?: string }) {
  return (
    <svg class={`icon ${className}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}
