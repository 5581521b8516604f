/** Copies a text to the clipboard and says for a moment whether that succeeded. */
import { useEffect, useState } from 'preact/hooks';
import { DETAIL } from '../words.ts';
import { Icon } from './Icon.tsx';

const SHOWN_MS = 1_500;

export interface CopyButtonProps {
  text(): string | Promise<string>;
  readonly isDisabled: boolean;
  /** What it is called. */
  readonly label?: string;
  /** In place of the icon. */
  readonly words?: string;
}

export function CopyButton({ text, isDisabled, label = DETAIL.copy, words }: CopyButtonProps) {
  const [result, setResult] = useState<string | null>(null);
  useEffect(() => {
    if (result === null) return undefined;
    const timer = setTimeout(() => setResult(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);
  return (
    <>
      <output class="copy-result" aria-live="polite">
        {result}
      </output>
      <button
        type="button"
        class="tool"
        aria-label={label}
        title={label}
        disabled={isDisabled}
        onClick={async () => {
          const copied = text();
          // Only what is copied at once is copied the old way, within the click.
          const isDone = await copyText(typeof copied === 'string' ? copied : await copied);
          setResult(isDone ? DETAIL.copied : DETAIL.notCopied);
        }}
      >
        {words ?? <Icon name="copy" />}
      </button>
    </>
  );
}

/** The old way first: Chrome's permissions policy denies navigator.clipboard to panels (crbug 40664195). */
export async function copyText(text: string): Promise<boolean> {
  if (copyBySelection(text)) return true;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
